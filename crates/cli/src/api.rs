//! The management API, as the commands call it.

use std::path::PathBuf;
use std::time::Duration;

use chancery_api_types::Problem;
use clap::Args;
use reqwest::{Certificate, Client, Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Failure;
use crate::folder::FolderArgs;

/// Which server, and by which key.
#[derive(Clone, Debug, Args)]
pub(crate) struct ApiArgs {
    /// The authority's address
    #[arg(long, value_name = "URL", env = "CHANCERY_SERVER", default_value = "https://127.0.0.1:7011")]
    pub(crate) server: String,
    /// An API key, or a file that holds one [default: admin.key in the data folder]
    #[arg(long, value_name = "FILE|KEY", env = "CHANCERY_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
    /// A file with the certificate authority of the server's certificate
    #[arg(long, value_name = "FILE", env = "CHANCERY_CA_FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

impl ApiArgs {
    /// The API. A self-signed certificate of the same data folder is trusted by itself (CERT-1).
    pub(crate) fn connect(&self) -> Result<Api, Failure> {
        Ok(Api { client: self.client()?, base: self.server.trim_end_matches('/').to_owned(), key: Some(self.api_key()?) })
    }

    /// The part of the API that needs no key.
    pub(crate) fn connect_public(&self) -> Result<Api, Failure> {
        Ok(Api { client: self.client()?, base: self.server.trim_end_matches('/').to_owned(), key: None })
    }

    fn client(&self) -> Result<Client, Failure> {
        let mut builder = Client::builder().timeout(Duration::from_secs(60)).user_agent(agent());
        for file in self.authorities() {
            let pem = std::fs::read(&file)
                .map_err(|error| Failure::new("file", format!("cannot read {}: {error}", file.display())))?;
            let certificates = Certificate::from_pem_bundle(&pem)
                .map_err(|_| Failure::new("file", format!("{} holds no certificates in PEM", file.display())))?;
            builder = certificates.into_iter().fold(builder, reqwest::ClientBuilder::add_root_certificate);
        }
        builder.build().map_err(|error| Failure::new("tls", error.to_string()))
    }

    fn authorities(&self) -> Vec<PathBuf> {
        let own = self.folder.folder().path().join("certificates/self-signed.pem");
        self.ca_file.iter().cloned().chain(Some(own).filter(|file| file.exists())).collect()
    }

    fn api_key(&self) -> Result<String, Failure> {
        let file = match &self.key {
            Some(key) if key.starts_with("apik_") => return Ok(key.clone()),
            Some(file) => PathBuf::from(file),
            None => self.folder.folder().admin_key(),
        };
        std::fs::read_to_string(&file).map(|key| key.trim().to_owned()).map_err(|error| {
            Failure::new("credential_missing", format!("cannot read the API key in {}: {error}", file.display()))
                .hint("give --key with an API key, or with a file that holds one; or --data with the server's data folder")
        })
    }
}

fn agent() -> String {
    format!("chancery/{} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::OS)
}

/// The management API of one server.
#[derive(Debug)]
pub(crate) struct Api {
    client: Client,
    base: String,
    key: Option<String>,
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
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
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
            |_| Failure::new("unexpected_reply", format!("{} answered {status}, which is no reply of Chancery", self.base)),
            Failure::from,
        ))
    }

    async fn json<T: DeserializeOwned>(&self, response: Response) -> Result<T, Failure> {
        response
            .json()
            .await
            .map_err(|error| Failure::new("unexpected_reply", format!("{} gave a reply of another form: {error}", self.base)))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Failure::new("server_unreachable", format!("cannot reach {}: {cause}", self.base))
            .hint("is the server running there? Is its certificate trusted (--ca-file, or --data with its data folder)?")
    }
}
