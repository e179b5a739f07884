//! The demo's folder: the authority's data, the local server's, the machines, and what people are given to try.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use chancery_api_types::Code;
use chancery_client::Machine;
use chancery_server::operations::System;
use chancery_server::setup::local::{self, NewLocalServer};
use chancery_server::setup::{self, DataFolder, Settings};
use chancery_server::{Clock, Randomness};

use crate::Failure;
use crate::command::init::new_vendor;

/// Who sells.
pub(super) const VENDOR: &str = "Acme Software";

/// The demo's folder.
#[derive(Debug)]
pub(super) struct Home(PathBuf);

/// The authority of the folder, opened.
pub(super) struct Authority {
    pub(super) system: Arc<System>,
    /// Whether it was made just now.
    pub(super) made: bool,
}

impl Home {
    /// The folder that is given, else the default one.
    pub(super) fn at(given: Option<PathBuf>) -> Result<Self, Failure> {
        let path = given.unwrap_or_else(|| DataFolder::default_path().with_file_name("demo"));
        // Absolute, because commands that name it are printed to be run anywhere.
        std::path::absolute(&path).map(Self).map_err(|error| unusable(&path, &error))
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    /// The data folder of the authority.
    pub(super) fn authority(&self) -> DataFolder {
        DataFolder::new(self.0.join("authority"))
    }

    /// The data folder of the dark site's local server.
    pub(super) fn local(&self) -> DataFolder {
        DataFolder::new(self.0.join("dark-site"))
    }

    /// The server's self-signed certificate.
    pub(super) fn certificate(&self) -> PathBuf {
        certificate(&self.authority())
    }

    /// The vendor's trust bundle.
    pub(super) fn trust(&self) -> PathBuf {
        self.0.join("acme.trust")
    }

    /// How far the vendor's clock is ahead, for `--sandbox-clock`.
    pub(super) fn clock(&self) -> PathBuf {
        self.0.join("sandbox-clock")
    }

    /// A file that somebody carries between a machine and the vendor.
    pub(super) fn carried(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.0.join("carried");
        make_private(&folder).map_err(|error| unusable(&folder, &error))?;
        Ok(folder.join(name))
    }

    /// The state folder of one machine.
    pub(super) fn machine(&self, seat_id: &str) -> PathBuf {
        self.0.join("machines").join(seat_id)
    }

    /// Opens the authority, and makes it if there is none.
    pub(super) async fn open(&self) -> Result<Authority, Failure> {
        make_private(&self.0).map_err(|error| unusable(&self.0, &error))?;
        let folder = self.authority();
        let made = !folder.is_initialised()?;
        if made {
            let new = new_vendor(VENDOR, true, None)?;
            make(&folder, async |beside| {
                setup::init(beside, Settings::default(), new, &Clock::system(), &Randomness::system()).await?;
                Ok(())
            })
            .await?;
        }
        Ok(Authority { system: setup::open(&folder, None, None).await?, made })
    }

    /// Opens the local server's system, and makes it of the vendor's trust bundle if there is none; says whether it was made just now.
    pub(super) async fn open_local(&self, name: &str, trust: &str) -> Result<(Arc<System>, bool), Failure> {
        let folder = self.local();
        let made = !folder.is_initialised()?;
        if made {
            let new = NewLocalServer {
                trust_bundle: trust.to_owned(),
                name: name.parse().ok(),
                admin_key: None,
                sandbox_clock: Some(self.clock()),
            };
            make(&folder, async |beside| {
                let (settings, machine) = (Settings::default(), Machine::default());
                local::init(beside, settings, &machine, new, &Randomness::system()).await?;
                Ok(())
            })
            .await?;
        }
        Ok((local::open(&folder, None, None, &Machine::default()).await?, made))
    }

    /// The activation codes by the orders' references. A code is shown once, so they are kept here.
    pub(super) fn codes(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.codes_file()).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Keeps an order's activation code.
    pub(super) fn keep_code(&self, order: &str, code: &str) -> Result<(), Failure> {
        let mut codes = self.codes();
        codes.insert(order.to_owned(), code.to_owned());
        self.write(&self.codes_file(), &serde_json::to_string_pretty(&codes).unwrap_or_default())
    }

    fn codes_file(&self) -> PathBuf {
        self.0.join("activation-codes.json")
    }

    /// Writes a file as a whole.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<(), Failure> {
        let unfinished = path.with_extension("unfinished");
        let written = fs::write(&unfinished, format!("{text}\n")).and_then(|()| fs::rename(&unfinished, path));
        written.map_err(|error| unusable(path, &error))
    }

    /// Empties the state folder of a machine, as a new installation would.
    pub(super) fn wipe_machine(&self, seat_id: &str) -> Result<(), Failure> {
        remove(&self.machine(seat_id))
    }
}

/// The self-signed certificate of the server of a data folder.
pub(super) fn certificate(folder: &DataFolder) -> PathBuf {
    folder.path().join("certificates/self-signed.pem")
}

/// Makes a data folder beside its place, and moves it there as a whole: so a demo that is killed meanwhile begins again.
async fn make(folder: &DataFolder, made: impl AsyncFnOnce(&DataFolder) -> Result<(), Failure>) -> Result<(), Failure> {
    let beside = DataFolder::new(folder.path().with_extension("unfinished"));
    remove(beside.path())?;
    made(&beside).await?;
    fs::rename(beside.path(), folder.path()).map_err(|error| unusable(folder.path(), &error))
}

fn make_private(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => Ok(()),
    }
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Code::File, format!("cannot use {}: {error}", path.display())).hint("name another folder with --data")
}
