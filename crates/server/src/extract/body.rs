//! Bodies: limits, media type, strict JSON, and errors that name the member (API-1, API-2).

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use chancery_api_types::{Code, Problem, field_error};
use chancery_domain::Invalid;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::App;
use crate::problem::{Answer, Failure};

/// The most bytes of a body.
const LIMIT: usize = 1 << 20;
/// The same for imports.
const IMPORT_LIMIT: usize = 16 << 20;
/// A refused body is still read up to here, so that its sender reads the problem instead of seeing the connection break.
const PATIENCE: usize = 64 << 20;
/// How long a body may take to arrive.
const SLOWEST: Duration = Duration::from_secs(30);

/// A JSON body. An empty one is read as `{}`, so that commands that need nothing said need no body.
pub(crate) struct Body<T> {
    input: T,
    bytes: Bytes,
}

impl<T> Body<T> {
    /// What was read, and the bytes that it was read from.
    pub(crate) fn into_parts(self) -> (T, Bytes) {
        (self.input, self.bytes)
    }
}

/// The body of a call that takes none.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl Default for Body<Nothing> {
    fn default() -> Self {
        Self { input: Nothing {}, bytes: Bytes::new() }
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, LIMIT).await?;
        if bytes.is_empty() {
            return Ok(Self { input: parse(b"{}")?, bytes });
        }
        check_media_type(&parts.headers, is_json)?;
        Ok(Self { input: parse(&bytes)?, bytes })
    }
}

/// A document in a body of its own, such as a catalog to be imported: UTF-8 text, up to 16 MiB.
pub(crate) struct Document(Bytes);

impl Document {
    /// The body of a change, whose content is the text.
    pub(crate) fn into_body(self) -> Answer<Body<String>> {
        match std::str::from_utf8(&self.0) {
            Ok(text) if text.contains('\0') => Err(forbidden_character()),
            Ok(text) => Ok(Body { input: text.to_owned(), bytes: self.0.clone() }),
            Err(_) => Err(Failure::new(Code::MalformedRequest, "The body is not UTF-8")),
        }
    }
}

impl FromRequest<App> for Document {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, IMPORT_LIMIT).await?;
        check_media_type(&parts.headers, |kind| matches!(kind, "application/toml" | "text/plain"))?;
        Ok(Self(bytes))
    }
}

async fn read(headers: &HeaderMap, body: axum::body::Body, limit: usize) -> Answer<Bytes> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > PATIENCE as u64) {
        return Err(Failure::of(Code::BodyTooLarge));
    }
    match tokio::time::timeout(SLOWEST, collect(body, limit)).await {
        Ok(result) => result,
        Err(_) => Err(Failure::new(Code::MalformedRequest, "The body did not arrive within 30 seconds")),
    }
}

async fn collect(mut body: axum::body::Body, limit: usize) -> Answer<Bytes> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| Failure::new(Code::MalformedRequest, "The body did not arrive whole"))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > PATIENCE {
            break;
        }
        if length <= limit {
            bytes.extend_from_slice(&data);
        }
    }
    if length > limit { Err(Failure::of(Code::BodyTooLarge)) } else { Ok(bytes.into()) }
}

fn check_media_type(headers: &HeaderMap, accepted: impl Fn(&str) -> bool) -> Answer<()> {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if accepted(&kind) { Ok(()) } else { Err(Failure::of(Code::MediaTypeUnsupported)) }
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let input = serde_path_to_error::deserialize(&mut reader).map_err(|error| refused(&error, bytes))?;
    reader.end().map_err(|error| malformed(&error))?;
    if has_null_character(bytes) { Err(forbidden_character()) } else { Ok(input) }
}

fn refused(error: &serde_path_to_error::Error<serde_json::Error>, bytes: &[u8]) -> Failure {
    // A reader stops at the first wrong member: what comes after it may not even be JSON.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) {
        return malformed(&error);
    }
    let inner = error.inner();
    let message = inner.to_string();
    // serde_json calls a number that no float can hold a fault of syntax.
    if inner.is_data() || message.starts_with("number out of range") {
        Problem::invalid([field_error(&error.path().to_string(), &message)]).into()
    } else {
        malformed(inner)
    }
}

/// Only where it is: what serde says of what it found may repeat a secret.
fn malformed(error: &serde_json::Error) -> Failure {
    let what = format!("The body is not well-formed JSON at line {}, column {}", error.line(), error.column());
    Failure::new(Code::MalformedRequest, &what)
}

/// Whether a text in well-formed JSON has the character U+0000, which PostgreSQL cannot store.
fn has_null_character(json: &[u8]) -> bool {
    let escapes = json.windows(6).enumerate().filter(|(_, window)| window == b"\\u0000");
    escapes.into_iter().any(|(at, _)| json.iter().take(at).rev().take_while(|byte| **byte == b'\\').count() % 2 == 0)
}

fn forbidden_character() -> Failure {
    Failure::invalid("", Invalid::BadFormat, "leave the character U+0000 out of texts")
}
