//! `GET /`: what this is, to a person and to a program (NET-2).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chancery_api_types::management::ServerInfo;
use http::HeaderMap;
use http::header::ACCEPT;

use super::page::html;
use crate::App;
use crate::reply::Json;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) async fn root(State(app): State<App>, headers: HeaderMap) -> Response {
    if is_for_a_person(&headers) { for_a_person(&app) } else { for_a_program(&app) }
}

/// Whether a browser asks.
pub(crate) fn is_for_a_person(headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accepts.contains("text/html")
}

fn for_a_person(app: &App) -> Response {
    let role = role(app).replace('-', " ");
    let body = format!(
        "<main><h1>Chancery</h1>\n<p>This is a Chancery {role}, version {VERSION}. It can be reached.</p>\n\
         <p>Its APIs are explained at <a href=\"/docs\">/docs</a>.</p></main>"
    );
    html("Chancery", &body)
}

/// What this is, as JSON.
pub(crate) fn for_a_program(app: &App) -> Response {
    let info = ServerInfo { product: "chancery".into(), role: role(app).into(), version: VERSION.into() };
    Json(info).into_response()
}

fn role(app: &App) -> &'static str {
    if app.is_local() { "local-server" } else { "authority" }
}
