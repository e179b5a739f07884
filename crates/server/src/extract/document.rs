//! Bodies that are documents of their own, such as a catalog to be imported.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use chancery_api_types::Code;

use super::Body;
use super::body::forbidden_character;
use super::bytes::{check_media_type, read};
use crate::App;
use crate::problem::{Answer, Failure};

/// The most bytes of an import.
const IMPORT_LIMIT: usize = 16 << 20;

/// A document in a body of its own, such as a catalog to be imported: UTF-8 text, up to 16 MiB.
pub(crate) struct Document(Bytes);

impl Document {
    /// The body of a change, whose content is the text.
    pub(crate) fn into_body(self) -> Answer<Body<String>> {
        match std::str::from_utf8(&self.0) {
            Ok(text) if text.contains('\0') => Err(forbidden_character()),
            Ok(text) => Ok(Body::of(text.to_owned(), self.0.clone())),
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
