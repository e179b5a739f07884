//! Which local server is asked, and by which key: the options of the commands that speak to a running one.

use chancery_server::setup::{DataFolder, Part};
use clap::Args;

use crate::api::{KeyArgs, Reach, ServerArgs};
use crate::folder::FolderArgs;
use crate::session::Session;
use crate::{Failure, Printer};

/// What the option says of the folder.
const FOLDER: &str = "The local server's data folder [default: chancery/local in the platform's folder for state]";

/// Which local server, and by which key.
#[derive(Clone, Debug, Args)]
#[command(
    mut_arg("server", |arg| arg.default_value("https://127.0.0.1:7012").help("The local server's address; of its management, if that has one of its own")),
    mut_arg("credential", |arg| arg.help("The admin key, or a file that holds it [default: admin.key in the data folder]")),
    mut_arg("data", |arg| arg.help(FOLDER))
)]
pub(crate) struct LocalArgs {
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    server: ServerArgs,
}

impl Reach for LocalArgs {
    fn session(&self, printer: &Printer) -> Result<Session, Failure> {
        let path = path_of(&self.server.folder);
        self.key.check(&DataFolder::new(path.clone()), Part::LocalServer)?;
        let folder = FolderArgs { data: Some(path) };
        let server = ServerArgs { folder, ..self.server.clone() };
        Ok(Session { api: self.key.connect(&server)?, printer: *printer, show_version: false })
    }
}

/// Where a local server's data are.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("data", |arg| arg.help(FOLDER)))]
pub(super) struct LocalFolder {
    #[command(flatten)]
    folder: FolderArgs,
}

impl LocalFolder {
    pub(super) fn folder(&self) -> DataFolder {
        DataFolder::new(path_of(&self.folder))
    }
}

/// The default is not the authority's: both can be on one machine.
fn path_of(folder: &FolderArgs) -> std::path::PathBuf {
    folder.data.clone().unwrap_or_else(DataFolder::default_local_path)
}
