//! The data folder of an authority, or of a local server.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use chancery_operations::Location;
use serde::{Deserialize, Serialize};

use super::swap::Swap;
use super::{SetupError, files};
use crate::{Proxies, ProxyHeader, RateLimits, Traffic};

/// The parts of Chancery that have data folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The vendor's server.
    #[default]
    Authority,
    /// A customer's server in a dark site.
    LocalServer,
}

impl Part {
    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::LocalServer => "local server",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
    fn is_authority(&self) -> bool {
        *self == Self::Authority
    }
}

/// What `chancery.toml` in the data folder says. It makes a folder a data folder.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Of which part the data are; an authority's do not say it.
    #[serde(default, skip_serializing_if = "Part::is_authority")]
    pub part: Part,
    /// The PostgreSQL database; nothing: SQLite in the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The file with the key that encrypts private keys; nothing: `key-encryption.key` in the folder (KEY-6).
    #[serde(default, rename = "key-encryption-key-file", skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The command whose output is that key: a program and its arguments, run without a shell (KEY-6).
    #[serde(default, rename = "key-encryption-key-command", skip_serializing_if = "Option::is_none")]
    pub key_command: Option<Vec<String>>,
    /// Which rate limits differ from the usual ones (API-8).
    #[serde(default, rename = "rate-limits", skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<String>,
    /// The proxies that are believed to say where calls come from.
    #[serde(default, rename = "trusted-proxies", skip_serializing_if = "Option::is_none")]
    pub trusted_proxies: Option<String>,
    /// In which header they say it.
    #[serde(default, rename = "proxy-header", skip_serializing_if = "Option::is_none")]
    pub proxy_header: Option<String>,
}

impl Settings {
    /// Who may call how often. What is given takes the place of what is set.
    fn traffic(&self, given: GivenTraffic) -> Result<Traffic, String> {
        fn read<T: FromStr>(given: Option<T>, set: Option<&str>) -> Result<Option<T>, String>
        where
            T::Err: ToString,
        {
            let read = || set.map(|set| set.parse().map_err(|fault: T::Err| fault.to_string())).transpose();
            given.map_or_else(read, |given| Ok(Some(given)))
        }
        let limits = read(given.limits, self.rate_limits.as_deref())?.unwrap_or_default();
        let proxies: Proxies = read(given.proxies, self.trusted_proxies.as_deref())?.unwrap_or_default();
        let header = read(given.header, self.proxy_header.as_deref())?.unwrap_or_default();
        Ok(Traffic { limits, proxies: proxies.saying_in(header), ..Traffic::default() })
    }
}

/// What a command line or an environment says in place of the settings.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the settings")]
pub struct GivenTraffic {
    pub limits: Option<RateLimits>,
    pub proxies: Option<Proxies>,
    pub header: Option<ProxyHeader>,
}

/// The data folder of an authority, or of a local server.
#[derive(Clone, Debug)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at a path, whether it is there or not.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where an authority's is, if nothing else is said: `chancery/authority` in the platform's folder for state.
    #[must_use]
    pub fn default_path() -> PathBuf {
        state_folder().join("chancery/authority")
    }

    /// Where a local server's is: `chancery/local` there.
    #[must_use]
    pub fn default_local_path() -> PathBuf {
        state_folder().join("chancery/local")
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where the first API key of the vendor is, in a file that only its owner reads (MAN-1).
    #[must_use]
    pub fn admin_key(&self) -> PathBuf {
        self.0.join("admin.key")
    }

    pub(super) fn settings_file(&self) -> PathBuf {
        self.0.join("chancery.toml")
    }

    pub(super) fn database_file(&self) -> PathBuf {
        self.0.join("chancery.db")
    }

    /// The file by whose lock a server has the folder for itself.
    pub(super) fn lock_file(&self) -> PathBuf {
        self.0.join("chancery.lock")
    }

    pub(super) fn kek_file(&self) -> PathBuf {
        self.0.join("key-encryption.key")
    }

    /// Whether `init` made it.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn is_initialised(&self) -> Result<bool, SetupError> {
        Ok(files::read(&self.settings_file())?.is_some())
    }

    /// What its `chancery.toml` says.
    ///
    /// # Errors
    /// `NotInitialised`; `RestoreUnfinished`; `Content` if the file is not what it should be.
    pub fn settings(&self) -> Result<Settings, SetupError> {
        let path = self.settings_file();
        let none = || match Swap::of(self).is_cut_off() {
            true => SetupError::RestoreUnfinished(self.0.clone()),
            false => SetupError::NotInitialised(self.0.clone()),
        };
        let content = files::read(&path)?.ok_or_else(none)?;
        toml::from_str(&content).map_err(|error| SetupError::Content { path, detail: error.message().to_owned() })
    }

    /// The same, of the data of this part.
    ///
    /// # Errors
    /// As [`DataFolder::settings`]; `OtherPart` if the data are of another one.
    pub(super) fn settings_of(&self, part: Part) -> Result<Settings, SetupError> {
        let settings = self.settings()?;
        if settings.part == part {
            Ok(settings)
        } else {
            Err(SetupError::OtherPart { path: self.0.clone(), part: settings.part })
        }
    }

    /// Who may call how often, by its `chancery.toml` and what is given besides (API-8).
    ///
    /// # Errors
    /// As [`DataFolder::settings`].
    pub fn traffic(&self, given: GivenTraffic) -> Result<Traffic, SetupError> {
        let content = |detail| SetupError::Content { path: self.settings_file(), detail };
        self.settings()?.traffic(given).map_err(content)
    }

    pub(super) fn write_settings(&self, settings: &Settings) -> Result<(), SetupError> {
        let path = self.settings_file();
        let content = toml::to_string(settings);
        let content = content.map_err(|error| SetupError::Content { path: path.clone(), detail: error.to_string() })?;
        // Private, because a database's address may hold a password.
        files::create_private(&path, &format!("# The data folder of a Chancery {}.\n{content}", settings.part.name()))
    }

    /// Where the data are: in the database that is given, else that of the settings, else in the folder.
    pub(super) fn location(&self, given: Option<&str>, settings: &Settings) -> Location {
        match given.or(settings.database.as_deref()) {
            Some(url) => Location::Postgres(url.to_owned()),
            None => Location::Sqlite(self.database_file()),
        }
    }
}

/// The platform's folder for state, by XDG: `$XDG_STATE_HOME`, else `~/.local/state`.
fn state_folder() -> PathBuf {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map_or_else(PathBuf::new, PathBuf::from).join(".local/state");
    state.unwrap_or_else(home)
}
