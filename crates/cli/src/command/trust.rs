//! `chancery trust`: a vendor's trust bundle, with which its products are built (KEY-4).

use std::path::PathBuf;

use chancery_api_types::Code;
use clap::{Args, Subcommand};

use crate::api::ServerArgs;
use crate::{Failure, Printer, bundle, file};

/// A vendor's trust bundle: what its products are built with, and believe.
#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Write a vendor's trust bundle into a file
    Export(Export),
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file; `-` for standard output
    file: PathBuf,
    /// The vendor's id; needed only where the server has several
    #[arg(long, value_name = "ID")]
    vendor: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

/// What to do where the server has several vendors.
const WHICH: &str = "give --vendor with a vendor's id: `chancery serve` says all of them when it starts, \
                     and `chancery vendor get` that of an API key";

impl Trust {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let Self::Export(export) = self;
        let vendor = export.vendor.as_deref();
        let fetched = bundle::fetch(&export.server.connect_public()?, vendor).await;
        let bundle = fetched.map_err(|failure| match vendor {
            None if failure.code() == Code::NotFound.name() => failure.hint(WHICH),
            _ => failure,
        })?;
        bundle::vendor(&bundle)?;
        file::write(*printer, &export.file, &format!("{bundle}\n"), "The trust bundle")
    }
}
