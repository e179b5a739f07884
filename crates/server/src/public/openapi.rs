//! `GET /openapi/…`: the APIs' documents (API-5), made once.

use std::sync::LazyLock;

use axum::response::IntoResponse;
use chancery_api_types::Code;
use http::header::CONTENT_TYPE;

use crate::openapi::openapi_documents;
use crate::problem::{Answer, Failure};

static DOCUMENTS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(openapi_documents);

pub(super) async fn management() -> Answer<impl IntoResponse> {
    document("management.json")
}

pub(super) async fn licensing() -> Answer<impl IntoResponse> {
    document("licensing.json")
}

pub(super) async fn portal() -> Answer<impl IntoResponse> {
    document("portal.json")
}

pub(super) async fn local() -> Answer<impl IntoResponse> {
    document("local.json")
}

fn document(file: &str) -> Answer<impl IntoResponse + use<>> {
    let found = DOCUMENTS.iter().find(|(name, _)| *name == file);
    let text = found.map(|(_, text)| text.as_str()).ok_or_else(|| Failure::of(Code::NotFound))?;
    Ok(([(CONTENT_TYPE, "application/json")], text))
}
