//! Bodies that are documents of their own, such as a catalog to be imported.

use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use chancery_api_types::Code;

use super::Body;
use super::body::forbidden_character;
use super::bytes::{IMPORT_LIMIT, check_media_type, read};
use crate::App;
use crate::problem::{Answer, Failure};

/// What a document can be.
pub(crate) trait DocumentKind {
    /// Its media type; `text/plain` is taken too.
    const MEDIA_TYPE: &'static str;
}

/// A catalog.
pub(crate) enum Toml {}

/// A table.
pub(crate) enum Csv {}

impl DocumentKind for Toml {
    const MEDIA_TYPE: &'static str = "application/toml";
}

impl DocumentKind for Csv {
    const MEDIA_TYPE: &'static str = "text/csv";
}

/// A document in a body of its own, such as a catalog to be imported: UTF-8 text, up to 16 MiB.
pub(crate) struct Document<K = Toml>(Bytes, PhantomData<K>);

impl<K> Document<K> {
    /// The body of a change, whose content is the text.
    pub(crate) fn into_body(self) -> Answer<Body<String>> {
        match std::str::from_utf8(&self.0) {
            Ok(text) if text.contains('\0') => Err(forbidden_character()),
            Ok(text) => Ok(Body::of(text.to_owned(), self.0.clone())),
            Err(_) => Err(Failure::new(Code::MalformedRequest, "The body is not UTF-8")),
        }
    }
}

impl<K: DocumentKind> FromRequest<App> for Document<K> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, IMPORT_LIMIT).await?;
        check_media_type(&parts.headers, |kind| kind == K::MEDIA_TYPE || kind == "text/plain")?;
        Ok(Self(bytes, PhantomData))
    }
}
