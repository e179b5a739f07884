//! Asking an issuer for its keys, over HTTP: its metadata say where they are (OpenID Connect Discovery 1.0).

use std::sync::OnceLock;
use std::time::Duration;

use chancery_domain::Issuer;
use jsonwebtoken::jwk::JwkSet;
use reqwest::redirect::Policy;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How long a question may take, and all of an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of an answer.
const MOST_BYTES: usize = 256 * 1024;

/// Asks issuers. What is in the way (a proxy) is the environment's to say (PROXY-1).
#[derive(Default)]
pub(super) struct Fetcher(OnceLock<Result<reqwest::Client, String>>);

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Fetcher {
    /// An issuer's keys.
    ///
    /// # Errors
    /// Why not, for the log.
    pub(super) async fn keys(&self, issuer: &Issuer) -> Result<JwkSet, String> {
        let base = issuer.as_str().trim_end_matches('/');
        let metadata: Metadata = self.get(&format!("{base}/.well-known/openid-configuration")).await?;
        if metadata.issuer != issuer.as_str() {
            return Err("its metadata name another issuer".to_owned());
        }
        // As careful as with the issuer: nothing secret is sent, but what comes back is believed.
        let address = metadata.jwks_uri.split('?').next().unwrap_or_default();
        Issuer::new(address).map_err(|_| "its `jwks_uri` is no https address".to_owned())?;
        self.get(&metadata.jwks_uri).await
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let client = self.0.get_or_init(client).as_ref().map_err(Clone::clone)?;
        // The address is the vendor's registration; that of a fault would be told twice.
        let told = |error: reqwest::Error| error.without_url().to_string();
        let mut response = client.get(url).header("accept", "application/json").send().await.map_err(told)?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status()));
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(told)? {
            if body.len() + part.len() > MOST_BYTES {
                return Err("it answered more than 256 KiB".to_owned());
            }
            body.extend_from_slice(&part);
        }
        serde_json::from_slice(&body).map_err(|_| "it answered something else than was asked for".to_owned())
    }
}

/// Redirects are not followed: they could lead anywhere.
fn client() -> Result<reqwest::Client, String> {
    let client = reqwest::Client::builder().timeout(PATIENCE).connect_timeout(PATIENCE).redirect(Policy::none());
    client.build().map_err(|error| error.to_string())
}
