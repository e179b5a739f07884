//! Asking an issuer for its keys, over HTTP: its metadata say where they are (OpenID Connect Discovery 1.0).

use std::error::Error;
use std::time::Duration;

use chancery_domain::Issuer;
use jsonwebtoken::jwk::JwkSet;
use reqwest::Url;
use reqwest::redirect::Policy;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::reach::Reach;

/// How long a question may take, and all of an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of an answer.
const MOST_BYTES: usize = 256 * 1024;

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// An issuer's keys, asked for now. What is in the way (a proxy) is the environment's to say (PROXY-1).
///
/// # Errors
/// Why not, for the log.
pub(super) async fn keys(issuer: &Issuer, reach: Reach) -> Result<JwkSet, String> {
    let base = issuer.as_str().trim_end_matches('/');
    let metadata: Metadata = get(&format!("{base}/.well-known/openid-configuration"), reach).await?;
    if metadata.issuer != issuer.as_str() {
        return Err("its metadata name another issuer".to_owned());
    }
    // As careful as with the issuer: nothing secret is sent, but what comes back is believed.
    let address = metadata.jwks_uri.split('?').next().unwrap_or_default();
    Issuer::new(address).map_err(|_| "its `jwks_uri` is no https address".to_owned())?;
    get(&metadata.jwks_uri, reach).await
}

async fn get<T: DeserializeOwned>(url: &str, reach: Reach) -> Result<T, String> {
    let url: Url = url.parse().map_err(|_| "it has no address that can be asked".to_owned())?;
    let client = reach.limit(client(), &url)?.build().map_err(told)?;
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

/// A fault with its causes. The address is the vendor's registration; that of a fault would be told twice.
fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let (mut told, mut cause) = (error.to_string(), error.source());
    while let Some(next) = cause {
        told = format!("{told}: {next}");
        cause = next.source();
    }
    told
}

/// Redirects are not followed: they could lead anywhere.
fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().timeout(PATIENCE).connect_timeout(PATIENCE).redirect(Policy::none())
}
