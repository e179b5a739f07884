//! The bytes of a body: how many, how fast, of which media type.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use chancery_api_types::Code;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use crate::problem::{Answer, Failure};

/// The most bytes of an import.
pub(super) const IMPORT_LIMIT: usize = 16 << 20;
/// A refused body is still read up to here, so that its sender reads the problem instead of seeing the connection break.
const PATIENCE: usize = 64 << 20;
/// How long a body may take to arrive.
pub(crate) const SLOWEST_BODY: Duration = Duration::from_secs(15);

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(headers: &HeaderMap, body: axum::body::Body, limit: usize) -> Answer<Bytes> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > PATIENCE as u64) {
        return Err(Failure::of(Code::BodyTooLarge));
    }
    match tokio::time::timeout(SLOWEST_BODY, collect(body, limit)).await {
        Ok(result) => result,
        Err(_) => Err(Failure::new(Code::MalformedRequest, "The body did not arrive within 15 seconds")),
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

/// Refuses a body whose media type is not accepted. The type comes in small letters, without parameters.
pub(super) fn check_media_type(headers: &HeaderMap, accepted: impl Fn(&str) -> bool) -> Answer<()> {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if accepted(&kind) { Ok(()) } else { Err(Failure::of(Code::MediaTypeUnsupported)) }
}
