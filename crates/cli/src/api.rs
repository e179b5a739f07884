//! The APIs of a server, as the commands call them.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use chancery_api_types::Problem;
use clap::Args;
use reqwest::{Certificate, Client, Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::folder::FolderArgs;
use crate::session::Session;
use crate::{Failure, Printer};

/// Where the management API is.
const MANAGEMENT: &str = "/api/admin/v1";

/// Which server, and whom its certificate needs to convince.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerArgs {
    /// The authority's address
    #[arg(long, value_name = "URL", env = "CHANCERY_SERVER", default_value = "https://127.0.0.1:7011", global = true)]
    pub(crate) server: String,
    /// A file with the certificates (PEM) that are trusted beside the system's
    #[arg(long, value_name = "FILE", env = "CHANCERY_CA_FILE", global = true)]
    pub(crate) ca_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

impl ServerArgs {
    /// The part of the API that needs no key.
    pub(crate) fn connect_public(&self) -> Result<Api, Failure> {
        let base = self.server.trim_end_matches('/').to_owned();
        Ok(Api { client: self.client()?, base, key: None, idempotency_key: None })
    }

    /// A self-signed certificate of the same data folder is trusted by itself (CERT-1).
    fn client(&self) -> Result<Client, Failure> {
        let mut builder = Client::builder().timeout(Duration::from_secs(60)).user_agent(agent());
        for file in self.ca_file.iter().chain(&self.folder.certificate()) {
            let pem = std::fs::read(file)
                .map_err(|error| Failure::new("file", format!("cannot read {}: {error}", file.display())))?;
            let certificates = Certificate::from_pem_bundle(&pem)
                .map_err(|_| Failure::new("file", format!("{} holds no certificates in PEM", file.display())))?;
            builder = builder.tls_certs_merge(certificates);
        }
        builder.build().map_err(|error| Failure::new("tls", error.to_string()))
    }
}

/// Which server, and by which key.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ApiArgs {
    /// An API key, or a file that holds one [default: admin.key in the data folder]
    #[arg(
        id = "credential",
        long = "key",
        value_name = "FILE|KEY",
        env = "CHANCERY_KEY",
        hide_env_values = true,
        global = true
    )]
    pub(crate) key: Option<String>,
    /// Do a change once, however often the command is run with the same text within 24 hours
    #[arg(long, value_name = "TEXT", global = true)]
    pub(crate) idempotency_key: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

impl ApiArgs {
    /// The API, and where its replies go.
    pub(crate) fn session(&self, printer: &Printer) -> Result<Session, Failure> {
        Ok(Session { api: self.connect()?, printer: *printer })
    }

    /// The API.
    pub(crate) fn connect(&self) -> Result<Api, Failure> {
        let (key, idempotency_key) = (Some(self.api_key()?), self.idempotency_key.clone());
        Ok(Api { key, idempotency_key, ..self.server.connect_public()? })
    }

    fn api_key(&self) -> Result<String, Failure> {
        let file = match &self.key {
            Some(key) if key.starts_with("apik_") => return Ok(key.clone()),
            Some(file) => PathBuf::from(file),
            None => self.server.folder.folder().admin_key(),
        };
        std::fs::read_to_string(&file).map(|key| key.trim().to_owned()).map_err(|error| {
            Failure::new("credential_missing", format!("cannot read the API key in {}: {error}", file.display())).hint(
                "give --key with an API key, or with a file that holds one; or --data with the server's data folder",
            )
        })
    }
}

fn agent() -> String {
    format!("chancery/{} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::OS)
}

/// The path of a resource of the management API. Names that a URL would take for something else are refused.
pub(crate) fn path(segments: &[&dyn Display]) -> Result<String, Failure> {
    let mut path = MANAGEMENT.to_owned();
    for segment in segments {
        let segment = segment.to_string();
        if matches!(segment.as_str(), "" | "." | "..") {
            return Err(Failure::usage(format!("`{segment}` names nothing: give an id, or a name")));
        }
        path.push('/');
        path.push_str(&escaped(&segment));
    }
    Ok(path)
}

/// Adds the parameters that have a value.
pub(crate) fn with_query<'a>(path: &str, parameters: impl Iterator<Item = &'a (&'a str, Option<String>)>) -> String {
    let given = parameters.filter_map(|(name, value)| Some(format!("{name}={}", escaped(value.as_deref()?))));
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Percent-encodes all that is not unreserved (RFC 3986, 2.3).
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The APIs of one server.
#[derive(Debug)]
pub(crate) struct Api {
    client: Client,
    base: String,
    key: Option<String>,
    idempotency_key: Option<String>,
}

impl Api {
    /// Reads a resource.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.json(self.send(Method::GET, path, None::<&()>).await?).await
    }

    /// Makes a resource, or gives a command.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.json(self.send(Method::POST, path, Some(body)).await?).await
    }

    /// Changes a resource.
    pub(crate) async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.json(self.send(Method::PATCH, path, Some(body)).await?).await
    }

    /// Sets a value.
    pub(crate) async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.json(self.send(Method::PUT, path, Some(body)).await?).await
    }

    /// Removes a resource.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), Failure> {
        self.send(Method::DELETE, path, None::<&()>).await.map(|_| ())
    }

    /// Reads a text.
    pub(crate) async fn get_text(&self, path: &str) -> Result<String, Failure> {
        let response = self.send(Method::GET, path, None::<&()>).await?;
        response.text().await.map_err(|error| self.unreachable(&error))
    }

    /// Sends a text of a media type, and reads the JSON reply.
    pub(crate) async fn post_text<T: DeserializeOwned>(
        &self,
        path: &str,
        media_type: &str,
        text: String,
    ) -> Result<T, Failure> {
        let request = self.request(Method::POST, path).header("content-type", media_type).body(text);
        let response = self.finish(request).await?;
        self.json(response).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let changes = method != Method::GET;
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        match &self.idempotency_key {
            Some(key) if changes => request.header("idempotency-key", key),
            _ => request,
        }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&impl Serialize>) -> Result<Response, Failure> {
        let request = self.request(method, path);
        self.finish(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    async fn finish(&self, request: reqwest::RequestBuilder) -> Result<Response, Failure> {
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let text = response.text().await.unwrap_or_default();
        Err(serde_json::from_str::<Problem>(&text).map_or_else(
            |_| {
                Failure::new(
                    "unexpected_reply",
                    format!("{} answered {status}, which is no reply of Chancery", self.base),
                )
            },
            Failure::from,
        ))
    }

    async fn json<T: DeserializeOwned>(&self, response: Response) -> Result<T, Failure> {
        response.json().await.map_err(|error| {
            Failure::new("unexpected_reply", format!("{} gave a reply of another form: {error}", self.base))
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Failure::new("server_unreachable", format!("cannot reach {}: {cause}", self.base)).hint(
            "is the server running there? Is its certificate trusted (--ca-file, or --data with its data folder)?",
        )
    }
}
