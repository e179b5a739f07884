//! `chancery local report`, `confirm-restore` and `update-trust`: what the vendor is told of the use, what an administrator says of
//! a backup, and by what the vendor is believed.

use clap::Args;
use serde_json::json;

use super::carried;
use super::reach::LocalArgs;
use crate::api::{Reach as _, local_path};
use crate::carried::{GivenToken, Made, OutArgs};
use crate::{Failure, Printer};

/// Make a usage report.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    out: OutArgs,
    #[command(flatten)]
    api: LocalArgs,
}

impl Report {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let session = self.api.session(printer)?;
        let reply = session.api.get(&local_path(&[&"report"])?).await?;
        self.out.give(session.printer, Made::of("usage report".to_owned(), reply, "")?)
    }
}

/// Confirm a restore (EXP-9).
#[derive(Debug, Args)]
pub(crate) struct ConfirmRestore {
    #[command(flatten)]
    api: LocalArgs,
}

impl ConfirmRestore {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        self.api.session(printer)?.post(&local_path(&[&"confirm-restore"])?, &json!({})).await
    }
}

/// Take a newer trust bundle.
#[derive(Debug, Args)]
pub(crate) struct UpdateTrust {
    #[command(flatten)]
    token: GivenToken,
    #[command(flatten)]
    api: LocalArgs,
}

impl UpdateTrust {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let session = self.api.session(printer)?;
        session.print(&carried(&session, "local update-trust", &local_path(&[&"trust-bundle"])?, &self.token).await?)
    }
}
