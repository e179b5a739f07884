//! Which server is asked, by which key, and whom its certificate needs to convince.

use std::path::PathBuf;
use std::time::Duration;

use chancery_api_types::Code;
use chancery_client::ServerAddress;
use chancery_server::setup::{DataFolder, Part, SetupError};
use clap::Args;
use reqwest::header::HeaderValue;
use reqwest::{Certificate, Client, redirect};

use super::Api;
use crate::folder::FolderArgs;
use crate::session::Session;
use crate::{Failure, Printer};

/// Which server, and whom its certificate needs to convince.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerArgs {
    /// The authority's address
    #[arg(long, value_name = "URL", env = "CHANCERY_SERVER", default_value = "https://127.0.0.1:7011", global = true)]
    pub(crate) server: ServerAddress,
    /// Plain HTTP to other machines too: credentials travel in the open
    #[arg(long, global = true)]
    pub(crate) allow_plain_http: bool,
    /// A file with the certificates (PEM) that are trusted beside the system's
    #[arg(long, value_name = "FILE", env = "CHANCERY_CA_FILE", global = true)]
    pub(crate) ca_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

impl ServerArgs {
    /// The part of the API that needs no key.
    pub(crate) fn connect_public(&self) -> Result<Api, Failure> {
        check_plain(&self.server, self.allow_plain_http)?;
        Ok(Api {
            client: self.client()?,
            server: self.server.clone(),
            key: None,
            idempotency_key: None,
            if_match: None,
        })
    }

    /// A self-signed certificate of the same data folder is trusted by itself (CERT-1).
    fn client(&self) -> Result<Client, Failure> {
        let mut builder = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .user_agent(agent())
            // A redirected POST may become a GET, and the API key may go where nobody meant it to go.
            .redirect(redirect::Policy::none());
        if self.server.is_loopback() {
            // A proxy elsewhere would look for the server on its own machine.
            builder = builder.no_proxy();
        }
        for file in self.ca_file.iter().chain(&self.folder.certificate()) {
            let pem = std::fs::read(file)
                .map_err(|error| Failure::new(Code::File, format!("cannot read {}: {error}", file.display())))?;
            let certificates = Certificate::from_pem_bundle(&pem)
                .map_err(|_| Failure::new(Code::File, format!("{} holds no certificates in PEM", file.display())))?;
            builder = builder.tls_certs_merge(certificates);
        }
        builder.build().map_err(|error| Failure::new(Code::ConfigurationInvalid, error.to_string()))
    }
}

/// What says which server is asked, and by which key.
pub(crate) trait Reach: Args {
    /// The API, and where its replies go.
    fn session(&self, printer: &Printer) -> Result<Session, Failure>;
}

/// Which server, and by which key.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ApiArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// Do a change once, however often the command is run with the same text within 24 hours
    #[arg(long, value_name = "TEXT", global = true)]
    pub(crate) idempotency_key: Option<String>,
    /// Change a thing only if it still has this version, as `get --show-version` shows it; `*` for any
    #[arg(long, value_name = "VERSION", value_parser = entity_tag, global = true)]
    pub(crate) if_match: Option<HeaderValue>,
    /// Show with a thing the version that it has, for --if-match
    #[arg(long, global = true)]
    pub(crate) show_version: bool,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

impl ApiArgs {
    /// The API.
    fn connect(&self) -> Result<Api, Failure> {
        let idempotency_key = self.idempotency_key.clone();
        self.key.check(&self.server.folder.folder(), Part::Authority)?;
        Ok(Api { idempotency_key, if_match: self.if_match.clone(), ..self.key.connect(&self.server)? })
    }
}

impl Reach for ApiArgs {
    fn session(&self, printer: &Printer) -> Result<Session, Failure> {
        Ok(Session { api: self.connect()?, printer: *printer, show_version: self.show_version })
    }
}

/// By which key.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct KeyArgs {
    /// An API key, or a file that holds one [default: admin.key in the data folder]
    #[arg(
        id = "credential",
        long = "key",
        value_name = "FILE|KEY",
        env = "CHANCERY_KEY",
        hide_env_values = true,
        global = true
    )]
    key: Option<String>,
}

impl KeyArgs {
    /// The key of another part is none here: where it is that of a data folder, that is said before it is sent anywhere.
    pub(crate) fn check(&self, folder: &DataFolder, part: Part) -> Result<(), Failure> {
        let found = folder.settings().map(|settings| settings.part);
        match found {
            Ok(found) if found != part && self.key.is_none() => {
                Err(SetupError::OtherPart { path: folder.path().to_owned(), part: found }.into())
            }
            _ => Ok(()),
        }
    }

    /// The API of this server, by this key.
    pub(crate) fn connect(&self, server: &ServerArgs) -> Result<Api, Failure> {
        Ok(Api { key: Some(self.read(&server.folder)?), ..server.connect_public()? })
    }

    fn read(&self, folder: &FolderArgs) -> Result<String, Failure> {
        let file = match &self.key {
            Some(key) if key.starts_with("apik_") => return Ok(key.clone()),
            Some(file) => PathBuf::from(file),
            None => folder.folder().admin_key(),
        };
        std::fs::read_to_string(&file).map(|key| key.trim().to_owned()).map_err(|error| {
            Failure::new(Code::CredentialMissing, format!("cannot read the API key in {}: {error}", file.display())).hint(
                "give --key with an API key, or with a file that holds one; or --data with the server's data folder",
            )
        })
    }
}

/// A version as people give it, with its quotation marks or without, as `If-Match` wants it (API-4).
fn entity_tag(text: &str) -> Result<HeaderValue, String> {
    let tag = text.trim_matches('"');
    if tag.is_empty() || !tag.chars().all(|c| c.is_ascii_graphic() && c != '"') {
        return Err("is no version: it has visible ASCII characters, as `get --show-version` shows them".to_owned());
    }
    let value = if text == "*" { text.to_owned() } else { format!("\"{tag}\"") };
    HeaderValue::from_str(&value).map_err(|error| error.to_string())
}

/// Refuses to send credentials in the open, unless that is asked for (CERT-3).
pub(crate) fn check_plain(server: &ServerAddress, allowed: bool) -> Result<(), Failure> {
    if server.is_in_the_open() && !allowed {
        let refused = Failure::usage(format!("{server} is plain HTTP, in which credentials travel in the open"));
        return Err(refused.hint("give an https:// address; or add --allow-plain-http if the network is trusted"));
    }
    Ok(())
}

fn agent() -> String {
    format!("chancery/{} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::OS)
}

#[cfg(test)]
mod tests {
    use super::entity_tag;

    #[test]
    fn api_4_a_version_is_given_with_or_without_its_quotation_marks() {
        for (given, sent) in [("5f0c", "\"5f0c\""), ("\"5f0c\"", "\"5f0c\""), ("*", "*")] {
            assert_eq!(entity_tag(given).unwrap(), sent);
        }
        for wrong in ["", "\"", "a b", "a\"b", "\u{e9}", "a\r\nx: y"] {
            assert!(entity_tag(wrong).is_err(), "{wrong:?}");
        }
    }
}
