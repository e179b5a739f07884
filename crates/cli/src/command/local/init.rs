//! `chancery local init`: makes a local server's data folder (NET-3).

use std::path::{Path, PathBuf};

use chancery_client::Machine;
use chancery_server::Randomness;
use chancery_server::setup::local::{self, LocalInitialised, NewLocalServer};
use chancery_server::setup::{DataFolder, Settings};
use clap::Args;
use serde_json::json;

use super::reach::LocalFolder;
use crate::command::init::key_warning;
use crate::progress::ProgressArgs;
use crate::{Failure, Printer, file};

/// Make a local server's data folder.
#[derive(Debug, Args)]
#[command(mut_arg("trust", |arg| arg.required(true)))]
pub(crate) struct Init {
    #[command(flatten)]
    folder: LocalFolder,
    /// A PostgreSQL database instead of SQLite in the data folder: postgres://…
    #[arg(long, value_name = "URL", env = "CHANCERY_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    new: NewServer,
    /// A file that moves the clock, with an instant or an offset such as +40d: for sandbox vendors alone
    #[arg(long, value_name = "FILE")]
    sandbox_clock: Option<PathBuf>,
    #[command(flatten)]
    progress: ProgressArgs,
}

/// Whose products a new server serves, and what it is called.
#[derive(Clone, Debug, Args)]
pub(super) struct NewServer {
    /// The vendor's trust bundle: whose products the new server serves
    #[arg(long, value_name = "FILE", env = "CHANCERY_TRUST")]
    trust: Option<PathBuf>,
    /// What people read of the new server, here and at the vendor
    #[arg(long, env = "CHANCERY_LOCAL_NAME")]
    name: Option<String>,
}

impl NewServer {
    /// What is to be made. `CHANCERY_ADMIN_KEY` can bring the admin key (MAN-1).
    fn options(&self, sandbox_clock: Option<&Path>) -> Result<NewLocalServer, Failure> {
        let Some(trust) = &self.trust else {
            let missing =
                Failure::usage("there is no data folder yet, and --trust says not whose products are to be served");
            return Err(missing.hint("give --trust with the vendor's trust bundle"));
        };
        let name = self.name.as_ref().map(|name| name.parse()).transpose();
        Ok(NewLocalServer {
            trust_bundle: file::read(trust)?,
            name: name.map_err(|invalid| Failure::usage(format!("the server's name {invalid}")))?,
            admin_key: std::env::var("CHANCERY_ADMIN_KEY").ok(),
            sandbox_clock: sandbox_clock.map(Path::to_owned),
        })
    }
}

impl Init {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let folder = self.folder.folder();
        let telling = self.progress.begin(*printer, "Making the database and the server's keys", None);
        let made = init(&folder, self.database, &self.new, self.sandbox_clock.as_deref()).await?;
        drop(telling);
        tell(*printer, &folder, &made);
        let folder = folder.path().display();
        printer.say(format!(
            "Run `chancery local serve --data {folder}` to start the server, and `chancery local license request` to ask the \
             vendor for its license."
        ));
        Ok(())
    }
}

/// Makes the folder.
pub(super) async fn init(
    folder: &DataFolder,
    database: Option<String>,
    new: &NewServer,
    sandbox_clock: Option<&Path>,
) -> Result<LocalInitialised, Failure> {
    let (settings, new) = (Settings { database, ..Settings::default() }, new.options(sandbox_clock)?);
    Ok(local::init(folder, settings, &Machine::default(), new, &Randomness::system()).await?)
}

/// Says what was made. The key itself goes to its file alone.
pub(super) fn tell(printer: Printer, folder: &DataFolder, made: &LocalInitialised) {
    let LocalInitialised { server, vendor, key_file, kek_file } = made;
    let result = json!({
        "data": folder.path(),
        "serverId": server.to_string(),
        "vendor": { "id": vendor.id.to_string(), "name": vendor.name.to_string(), "sandbox": vendor.is_sandbox() },
        "keyFile": key_file,
        "keyEncryptionFile": kek_file,
    });
    printer.result(&result, |_| {
        let mut text = format!("Made the local server {server} for {} in {}.", vendor.name, folder.path().display());
        if let Some(file) = key_file {
            text.push_str(&format!("\nIts admin key is in {}.", file.display()));
        }
        text.push_str(&key_warning(kek_file.as_deref()));
        text
    });
}
