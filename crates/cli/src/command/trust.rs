//! `chancery trust`: a vendor's trust bundle, with which its products are built (KEY-4).

use std::path::PathBuf;

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

impl Trust {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let Self::Export(export) = self;
        let bundle = bundle::fetch(&export.server.connect_public()?, export.vendor.as_deref()).await?;
        bundle::vendor(&bundle)?;
        file::write(*printer, &export.file, &format!("{bundle}\n"), "The trust bundle")
    }
}
