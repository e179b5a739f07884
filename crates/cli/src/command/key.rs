//! `chancery key`: signing keys, rotated, revoked, imported; the root's way out and in (KEY-1…5).

use std::path::{Path, PathBuf};

use chancery_api_types::Code;
use chancery_api_types::management::{ExportRootSigningKey, ExportedRoot, ImportSigningKey, RotateSigningKey};
use chancery_api_types::wire::{KeyPurposeText, Secret, SigningKeyIdText};
use chancery_server::setup::{self, DataFolder};
use chancery_server::{Clock, Randomness};
use clap::{Args, Subcommand};
use serde_json::json;

use super::managed::Verbs;
use super::passphrase::PassphraseArgs;
use crate::api::{ApiArgs, Reach as _, path};
use crate::dry_run::DryRunArgs;
use crate::listing::ListArgs;
use crate::session::Session;
use crate::{Failure, Printer, file};

/// Signing keys, on a server; or on its data.
#[derive(Debug, Args)]
pub(crate) struct Key {
    #[command(flatten)]
    api: ApiArgs,
    #[command(subcommand)]
    verb: Verb,
}

impl Key {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        match self.verb {
            Verb::OnServer(verb) => verb.run(&self.api.session(printer)?).await,
            Verb::Rewrap(rewrap) => rewrap.run(printer, &self.api.server.folder.folder()).await,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    OnServer(OnServer),
    /// Encrypt all private keys under another key-encryption key: on the data folder, while no server runs
    Rewrap(Rewrap),
}

#[derive(Debug, Subcommand)]
pub(crate) enum OnServer {
    /// List the keys, those too that do not sign any more
    List(ListArgs),
    /// Show a key, never its private half
    Get {
        /// Its id
        signing_key: SigningKeyIdText,
    },
    /// Let a new key take over; what the one before signed stays good, what is sealed to it is opened
    Rotate {
        /// Which key: issuing, lasting, licenseKey or receiving [default: issuing]
        #[arg(long)]
        purpose: Option<KeyPurposeText>,
    },
    /// Take a key back that may have leaked: nothing that it signed counts any more, nothing sealed to it is opened
    Revoke {
        /// Its id
        signing_key: SigningKeyIdText,
        #[command(flatten)]
        dry_run: DryRunArgs,
    },
    /// Import a private key, or the root that was removed
    Import(Import),
    /// Write the root key into a file, encrypted under a passphrase
    ExportRoot(ExportRoot),
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A file with the private key in PEM: PKCS#8, encrypted or not, or PKCS#1
    file: PathBuf,
    /// What it is for: issuing, lasting, licenseKey or root [default: what it is says it]
    #[arg(long)]
    purpose: Option<KeyPurposeText>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExportRoot {
    /// The file, which must not be there yet; its owner alone can read it
    file: PathBuf,
    /// Erase the private half on the server, once the file is written
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl Verbs for OnServer {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(list) => {
                let columns = ["id", "purpose", "algorithm", "status", "certifiedUntil", "warning", "kid"];
                list.print(session, &path(&[&"signing-keys"])?, &[], &columns).await
            }
            Self::Get { signing_key } => session.show(&path(&[&"signing-keys", &signing_key])?).await,
            Self::Rotate { purpose } => {
                session.post(&path(&[&"signing-keys", &"rotate"])?, &RotateSigningKey { purpose }).await
            }
            Self::Revoke { signing_key, dry_run } => {
                let path = path(&[&"signing-keys", &signing_key, &"revoke"])?;
                session.post(&dry_run.of(&path), &json!({})).await
            }
            Self::Import(import) => import.run(session).await,
            Self::ExportRoot(export) => export.run(session).await,
        }
    }
}

impl Import {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let pem = file::read(&self.file)?;
        let passphrase = match pem.contains("ENCRYPTED") {
            true => Some(self.passphrase.read(false)?),
            false => self.passphrase.given()?,
        };
        let body = ImportSigningKey { pem: Secret(pem), passphrase, purpose: self.purpose };
        session.post(&path(&[&"signing-keys", &"import"])?, &body).await
    }
}

impl ExportRoot {
    /// The file is safe on the disk before anything is erased on the server.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        if self.file.exists() {
            return Err(Failure::new(Code::File, format!("{} is there already", self.file.display()))
                .hint("name a file that is not there: an older key would be lost"));
        }
        let path = path(&[&"signing-keys", &"export-root"])?;
        let passphrase = self.passphrase.read(true)?;
        let body = ExportRootSigningKey { passphrase, remove: false };
        let exported: ExportedRoot = session.api.post_anew(&path, &body).await?;
        write(&self.file, exported.pem.expose())?;
        let mut key = exported.key;
        if self.remove {
            // Unlike any other call's, and the same if this one is lost and repeated: the end of what is encrypted.
            let tail: String =
                exported.pem.expose().chars().rev().filter(char::is_ascii_alphanumeric).take(120).collect();
            let body = ExportRootSigningKey { remove: true, ..body };
            let removed: ExportedRoot = session.api.post_once(&path, &body, &tail).await?;
            key = removed.key;
        }
        let text = |_: &_| {
            let what = format!("The root key is in {}, encrypted under the passphrase.", self.file.display());
            if !self.remove {
                return what;
            }
            format!(
                "{what}\nIt was erased on the server: to rotate, revoke or renew, import it first. Keep two copies of the file."
            )
        };
        session.printer.result(&json!({ "file": self.file, "key": key }), text);
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Rewrap {
    /// The file with the new key, 32 bytes in hexadecimal or base64; it is made if it is not there
    new_key_file: PathBuf,
    /// Another PostgreSQL database than the data folder names, as `serve` was given it: postgres://…
    #[arg(long, value_name = "URL", env = "CHANCERY_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl Rewrap {
    async fn run(self, printer: &Printer, folder: &DataFolder) -> Result<(), Failure> {
        let (clock, randomness) = (Clock::system(), Randomness::system());
        let file = &self.new_key_file;
        let count = setup::rewrap(folder, self.database.as_deref(), file, &clock, &randomness).await?;
        // In the data folder's settings a relative path counts from that folder, not from here.
        let named = std::path::absolute(file).unwrap_or_else(|_| file.clone());
        printer.result(&json!({ "rewrapped": count, "file": file }), |_| {
            format!(
                "Encrypted {count} secrets under the key in {0}.\nFrom now on the data need it: name it in chancery.toml by \
                 `key-encryption-key-file = \"{0}\"`, or give it by CHANCERY_KEY_ENCRYPTION_KEY. Backups made before need the \
                 old key.",
                named.display()
            )
        });
        Ok(())
    }
}

fn write(path: &Path, pem: &str) -> Result<(), Failure> {
    file::create_private(path, pem)
        .map_err(|error| Failure::new(Code::File, format!("cannot write {}: {error}", path.display())))
}
