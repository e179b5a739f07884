//! `chancery init`: makes a data folder with its first vendor (NET-3).

use std::path::Path;

use chancery_server::setup::{self, DataFolder, Initialised, NewVendorOptions, Settings};
use chancery_server::{Clock, Randomness};
use clap::Args;
use serde_json::json;

use crate::folder::FolderArgs;
use crate::progress::ProgressArgs;
use crate::{Failure, Printer};

/// Make a data folder with its first vendor.
#[derive(Debug, Args)]
pub(crate) struct Init {
    #[command(flatten)]
    folder: FolderArgs,
    /// A PostgreSQL database instead of SQLite in the data folder: postgres://…
    #[arg(long, value_name = "URL", env = "CHANCERY_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    vendor: FirstVendor,
    #[command(flatten)]
    progress: ProgressArgs,
}

/// The first vendor of a data folder.
#[derive(Clone, Debug, Args)]
pub(crate) struct FirstVendor {
    /// The vendor's name
    #[arg(long, value_name = "NAME", default_value = "My company", env = "CHANCERY_VENDOR")]
    vendor: String,
    /// Make it a sandbox: for integration tests, with a clock that can be moved
    #[arg(long)]
    sandbox: bool,
}

impl FirstVendor {
    /// What is to be made. `CHANCERY_ADMIN_KEY` can bring the first API key (MAN-1).
    pub(crate) fn options(&self) -> Result<NewVendorOptions, Failure> {
        new_vendor(&self.vendor, self.sandbox, std::env::var("CHANCERY_ADMIN_KEY").ok())
    }
}

/// A vendor of this name.
pub(crate) fn new_vendor(name: &str, sandbox: bool, admin_key: Option<String>) -> Result<NewVendorOptions, Failure> {
    let name = name.parse().map_err(|invalid| Failure::usage(format!("the vendor's name {invalid}")))?;
    Ok(NewVendorOptions { name, sandbox, admin_key })
}

impl Init {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let folder = self.folder.folder();
        let telling = self.progress.begin(*printer, "Making the database, the vendor and its keys", None);
        let made = init(&folder, self.database, &self.vendor).await?;
        drop(telling);
        tell(*printer, &folder, &made);
        printer.say(format!("Run `chancery serve --data {}` to start the server.", folder.path().display()));
        Ok(())
    }
}

/// Makes the folder.
pub(crate) async fn init(
    folder: &DataFolder,
    database: Option<String>,
    vendor: &FirstVendor,
) -> Result<Initialised, Failure> {
    let (clock, randomness) = (Clock::system(), Randomness::system());
    Ok(setup::init(folder, Settings { database, ..Settings::default() }, vendor.options()?, &clock, &randomness)
        .await?)
}

/// Says what was made. The key itself goes to its file alone.
pub(crate) fn tell(printer: Printer, folder: &DataFolder, made: &Initialised) {
    let Initialised { vendor, key_file, kek_file } = made;
    let result = json!({
        "data": folder.path(),
        "vendor": { "id": vendor.id.to_string(), "name": vendor.name.to_string(), "sandbox": vendor.is_sandbox() },
        "keyFile": key_file,
        "keyEncryptionFile": kek_file,
    });
    printer.result(&result, |_| {
        let kind = if vendor.is_sandbox() { "sandbox vendor" } else { "vendor" };
        let mut text = format!("Made the {kind} {} ({}) in {}.", vendor.name, vendor.id, folder.path().display());
        if let Some(file) = key_file {
            text.push_str(&format!("\nIts API key is in {}.", file.display()));
        }
        text.push_str(&key_warning(kek_file.as_deref()));
        text
    });
}

/// What to do about a key that stands beside what it encrypts (KEY-6).
pub(crate) fn key_warning(file: Option<&Path>) -> String {
    let warning = |file: &Path| {
        format!(
            "\nWarning: the key that encrypts private keys is in {}, beside the data. Keep a copy in a safe place; for \
             production give it by CHANCERY_KEY_ENCRYPTION_KEY instead.",
            file.display()
        )
    };
    file.map(warning).unwrap_or_default()
}
