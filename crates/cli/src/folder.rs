//! Where the data are: the option that the commands on a data folder share.

use std::path::PathBuf;

use chancery_server::setup::DataFolder;
use clap::Args;

/// The data folder.
#[derive(Clone, Debug, Args)]
pub(crate) struct FolderArgs {
    /// The data folder [default: chancery/authority in the platform's folder for state]
    #[arg(long, value_name = "DIR", env = "CHANCERY_DATA", global = true)]
    pub(crate) data: Option<PathBuf>,
}

impl FolderArgs {
    pub(crate) fn folder(&self) -> DataFolder {
        DataFolder::new(self.data.clone().unwrap_or_else(DataFolder::default_path))
    }

    /// The folder's self-signed certificate, if it has one.
    pub(crate) fn certificate(&self) -> Option<PathBuf> {
        Some(self.folder().path().join("certificates/self-signed.pem")).filter(|file| file.is_file())
    }
}
