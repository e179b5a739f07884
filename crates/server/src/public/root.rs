//! `GET /`: what this is, to a person and to a program (NET-2).

use axum::response::{IntoResponse, Response};
use chancery_api_types::management::ServerInfo;
use http::HeaderMap;
use http::header::ACCEPT;

use super::page::html;
use crate::reply::Json;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) async fn root(headers: HeaderMap) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") { for_a_person() } else { for_a_program() }
}

fn for_a_person() -> Response {
    let body = format!(
        "<main><h1>Chancery</h1>\n<p>This is a Chancery authority, version {VERSION}. It can be reached.</p>\n\
         <p>Its APIs are explained at <a href=\"/docs\">/docs</a>.</p></main>"
    );
    html("Chancery", &body)
}

fn for_a_program() -> Response {
    let info = ServerInfo { product: "chancery".into(), role: "authority".into(), version: VERSION.into() };
    Json(info).into_response()
}
