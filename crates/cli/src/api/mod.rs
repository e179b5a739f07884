//! The APIs of a server, as the commands call them.

mod args;
mod download;
mod path;

use chancery_api_types::{Code, Problem};
use chancery_client::ServerAddress;
use reqwest::header::{ETAG, HeaderValue, IF_MATCH, LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Failure;

pub(crate) use self::args::{ApiArgs, KeyArgs, Reach, ServerArgs, check_plain};
pub(crate) use self::path::{escaped, local_path, path, portal_path, with_query};

/// The APIs of one server.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    client: Client,
    server: ServerAddress,
    key: Option<String>,
    idempotency_key: Option<String>,
    /// The version that what is changed must still have (API-4).
    if_match: Option<HeaderValue>,
}

impl Api {
    /// Reads a resource.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.json(self.send(Method::GET, path, None::<&()>).await?).await
    }

    /// Reads a resource, and the version that it has (API-4).
    pub(crate) async fn get_with_version<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<(T, Option<String>), Failure> {
        let response = self.send(Method::GET, path, None::<&()>).await?;
        let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        let version = tag.map(|tag| tag.trim_matches('"').to_owned());
        Ok((self.json(response).await?, version))
    }

    /// Makes a resource, or gives a command.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.json(self.send(Method::POST, path, Some(body)).await?).await
    }

    /// Gives a command whose reply must be of now: without an idempotency key, even if one was given.
    pub(crate) async fn post_anew<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.json(self.finish(self.bare(Method::POST, path).json(body)).await?).await
    }

    /// Gives a command under an idempotency key of its own.
    pub(crate) async fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        key: &str,
    ) -> Result<T, Failure> {
        let request = self.bare(Method::POST, path).header("idempotency-key", key).json(body);
        self.json(self.finish(request).await?).await
    }

    /// Changes a resource.
    pub(crate) async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.json(self.send(Method::PATCH, path, Some(body)).await?).await
    }

    /// Sets a value.
    pub(crate) async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.json(self.send(Method::PUT, path, Some(body)).await?).await
    }

    /// Removes a resource. A dry run has a reply.
    pub(crate) async fn delete<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<Option<T>, Failure> {
        let response = self.send(Method::DELETE, path, body).await?;
        if response.status() == StatusCode::NO_CONTENT { Ok(None) } else { self.json(response).await.map(Some) }
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

    /// The same API, for a change that takes several requests: each has a key of its own, made of the given one or of `fresh`.
    pub(crate) fn numbered(&self, fresh: &str, number: usize) -> Self {
        let whole = self.idempotency_key.as_deref().unwrap_or(fresh);
        Self { idempotency_key: Some(format!("{whole}-{number}")), ..self.clone() }
    }

    /// The same API, for what is no change.
    pub(crate) fn without_idempotency(&self) -> Self {
        Self { idempotency_key: None, ..self.clone() }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let changes = method != Method::GET;
        let request = self.bare(method, path);
        match &self.idempotency_key {
            Some(key) if changes => request.header("idempotency-key", key),
            _ => request,
        }
    }

    fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let expects = self.if_match.as_ref().filter(|_| method != Method::GET);
        let mut request = self.client.request(method, format!("{}{path}", self.server));
        if let Some(version) = expects {
            request = request.header(IF_MATCH, version);
        }
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
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if let Some(location) = location.filter(|_| status.is_redirection()) {
            let what = format!("{} answered with a redirect to {location}", self.server);
            return Err(Failure::new(Code::ReplyNotUnderstood, what).hint("give --server the address of that server"));
        }
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let text = response.text().await.unwrap_or_default();
        Err(refused(&self.server, status, wait.as_deref(), &text))
    }

    async fn json<T: DeserializeOwned>(&self, response: Response) -> Result<T, Failure> {
        response.json().await.map_err(|error| {
            Failure::new(Code::ReplyNotUnderstood, format!("{} gave a reply of another form: {error}", self.server))
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let cause = cause.to_string();
        // No types tell these; the one is a server's TLS alert read as HTTP, the other its HTTP read as TLS.
        let hint = if !self.server.is_https() && cause.contains("invalid HTTP version") {
            "perhaps the server there speaks HTTPS: give --server an https:// address"
        } else if self.server.is_https() && cause.contains("InvalidContentType") {
            "perhaps the server there speaks plain HTTP: give --server an http:// address if that is meant"
        } else {
            "is the server running there? Is its certificate trusted (--ca-file, or --data with its data folder)?"
        };
        Failure::new(Code::ServerUnreachable, format!("cannot reach {}: {cause}", self.server)).hint(hint)
    }
}

/// What a server answered instead, and in how many seconds it shall be asked again if it said that.
fn refused(server: &ServerAddress, status: StatusCode, wait: Option<&str>, text: &str) -> Failure {
    let strange = |_| {
        let what = format!("{server} answered {status}, which is no reply of Chancery");
        Failure::new(Code::ReplyNotUnderstood, what)
    };
    let failure = serde_json::from_str::<Problem>(text).map_or_else(strange, Failure::from);
    match wait {
        Some(seconds) => failure.hint(format!("run it again in {seconds} s")),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_8_who_is_refused_for_now_is_told_when_to_come_again() {
        let server = "https://licences.acme.example".parse().unwrap();
        let problem = serde_json::to_string(&Problem::of(Code::RateLimited)).unwrap();
        let refused = |wait, text| refused(&server, StatusCode::TOO_MANY_REQUESTS, wait, text);
        let limited = refused(Some("7"), &problem);
        assert_eq!(limited.code(), "rate_limited");
        assert!(limited.to_text().ends_with("\nhint: run it again in 7 s"), "{}", limited.to_text());
        assert!(!refused(None, &problem).to_text().contains("again in"));
        assert!(refused(Some("7"), "a proxy's page").to_text().contains("again in 7 s"));
    }
}
