//! `chancery local identity`, `machine`, `move` and `rebind`: on which machine the data may serve (EXP-10).

use chancery_api_types::local::MoveLocal;
use chancery_api_types::wire::MachineText;
use chancery_client::Machine as ThisMachine;
use chancery_server::setup::local;
use clap::Args;
use serde_json::json;

use super::carried;
use super::reach::LocalArgs;
use crate::api::{Reach as _, local_path};
use crate::carried::GivenToken;
use crate::{Failure, Printer};

/// Show this machine's code.
#[derive(Debug, Args)]
pub(crate) struct Identity {}

impl Identity {
    /// It is made here, of this machine alone: there need not be any data yet.
    pub(crate) fn run(self, printer: &Printer) -> Result<(), Failure> {
        let Self {} = self;
        let identity = local::identity(&ThisMachine::default()).to_string();
        if let Some(remark) = remark(&identity) {
            printer.note(remark);
        }
        printer.result(&json!({ "identity": identity }), |_| identity.clone());
        Ok(())
    }
}

/// What the code alone does not say.
fn remark(identity: &str) -> Option<&'static str> {
    let anywhere = "Nothing tells this machine from others, as in a container: data that are made here run anywhere.";
    (identity == "none").then_some(anywhere)
}

/// Show the machine to which the data are bound.
#[derive(Debug, Args)]
pub(crate) struct Machine {
    #[command(flatten)]
    api: LocalArgs,
}

impl Machine {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        self.api.session(printer)?.show(&local_path(&[&"machine"])?).await
    }
}

/// Let another machine have the data.
#[derive(Debug, Args)]
pub(crate) struct Move {
    /// The other machine's code: what `chancery local identity` says there
    #[arg(long, value_name = "IDENTITY")]
    to: MachineText,
    #[command(flatten)]
    api: LocalArgs,
}

impl Move {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let session = self.api.session(printer)?;
        session.post(&local_path(&[&"move"])?, &MoveLocal { machine: self.to }).await
    }
}

/// Take the vendor's rebind token.
#[derive(Debug, Args)]
pub(crate) struct Rebind {
    #[command(flatten)]
    token: GivenToken,
    #[command(flatten)]
    api: LocalArgs,
}

impl Rebind {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let session = self.api.session(printer)?;
        session.print(&carried(&session, "local rebind", &local_path(&[&"rebind"])?, &self.token).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_10_where_nothing_tells_a_machine_from_others_it_is_said() {
        let root = tempfile::tempdir().unwrap();
        let code = || local::identity(&ThisMachine::at(root.path())).to_string();
        assert!(remark(&code()).is_some(), "{}", code());
        std::fs::create_dir(root.path().join("etc")).unwrap();
        std::fs::write(root.path().join("etc/machine-id"), "3d1219c7c4c5404aaa1f6d2a48adfd14\n").unwrap();
        assert_eq!(remark(&code()), None, "{}", code());
    }
}
