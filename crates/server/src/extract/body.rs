//! JSON bodies: strict, and with errors that name the member (API-1, API-2).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use chancery_api_types::{Code, Problem, field_error};
use chancery_domain::Invalid;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::bytes::{IMPORT_LIMIT, check_media_type, read};
use super::strict::Strict;
use crate::App;
use crate::problem::{Answer, Failure};

/// The most bytes of a body.
const LIMIT: usize = 1 << 20;

/// A JSON body. An empty one is read as `{}`, so that commands that need nothing said need no body.
pub(crate) struct Body<T> {
    input: T,
    bytes: Bytes,
}

/// The JSON body of an import, which may be larger: up to 16 MiB.
pub(crate) struct LargeBody<T>(pub(crate) Body<T>);

impl<T> Body<T> {
    /// What was read from some bytes.
    pub(super) const fn of(input: T, bytes: Bytes) -> Self {
        Self { input, bytes }
    }

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
        json(request, LIMIT).await
    }
}

impl<T: DeserializeOwned> FromRequest<App> for LargeBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        json(request, IMPORT_LIMIT).await.map(Self)
    }
}

async fn json<T: DeserializeOwned>(request: Request, limit: usize) -> Answer<Body<T>> {
    let (parts, body) = request.into_parts();
    let bytes = read(&parts.headers, body, limit).await?;
    if bytes.is_empty() {
        return Ok(Body { input: parse(b"{}")?, bytes });
    }
    check_media_type(&parts.headers, is_json)?;
    Ok(Body { input: parse(&bytes)?, bytes })
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Reads JSON as strictly as a body.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::new(Code::MalformedRequest, "The body is not UTF-8"))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let input = serde_path_to_error::deserialize(Strict(&mut reader)).map_err(|error| refused(&error, bytes))?;
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

/// What PostgreSQL cannot store is refused everywhere.
pub(super) fn forbidden_character() -> Failure {
    Failure::invalid("", Invalid::BadFormat, "leave the character U+0000 out of texts")
}
