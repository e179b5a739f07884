//! `chancery local backup` and `restore`: the data folder, while the server runs; and back (LLS-7, EXP-9).

use std::path::PathBuf;

use chancery_client::Machine;
use chancery_server::Randomness;
use chancery_server::setup::{self, SetupError};
use clap::Args;
use serde_json::json;

use super::reach::LocalFolder;
use crate::{Failure, Printer};

/// Make a backup of the data folder.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The folder that is made, which must not be there yet
    #[arg(value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    folder: LocalFolder,
}

impl Backup {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let folder = self.folder.folder();
        let made = tokio::task::spawn_blocking(move || setup::backup(&folder, &self.to)).await;
        let made = made.map_err(|error| Failure::internal(error.to_string()))??;
        printer.result(&json!({ "folder": made.folder, "keyEncryptionKey": made.has_key }), |_| {
            let key = if made.has_key {
                "The key that encrypts private keys is in it: keep it as safe as the server."
            } else {
                "The key that encrypts private keys is not in it: keep that too, without it the backup is worth nothing."
            };
            format!("The backup is in {}.\n{key}", made.folder.display())
        });
        Ok(())
    }
}

/// Put a backup in the place of the data.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup's folder
    #[arg(value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    folder: LocalFolder,
    /// A file that moves the clock, with an instant or an offset such as +40d: for sandbox vendors alone
    #[arg(long, value_name = "FILE")]
    sandbox_clock: Option<PathBuf>,
}

impl Restore {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let folder = self.folder.folder();
        let (machine, randomness) = (Machine::default(), Randomness::system());
        let clock = self.sandbox_clock.as_deref();
        let restored = setup::restore(&folder, &self.from, &machine, clock, &randomness).await;
        let restored = restored.map_err(|error| match error {
            SetupError::NotInitialised(_) => {
                Failure::from(error).hint("name the folder that `chancery local backup` made")
            }
            error => error.into(),
        })?;
        printer.result(&json!({ "data": folder.path(), "replaced": restored.replaced }), |_| {
            let replaced = restored.replaced.as_ref();
            let replaced = replaced.map(|path| format!("\nWhat was there is in {}.", path.display())).unwrap_or_default();
            format!(
                "The backup is in {}.{replaced}\nStart the server. It takes back the seats that it gave after the backup, and gives \
                 no new ones until you say that all are back: `chancery local confirm-restore`.",
                folder.path().display()
            )
        });
        Ok(())
    }
}
