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
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let role = if app.is_local() { "local-server" } else { "authority" };
    if accepts.contains("text/html") { for_a_person(role) } else { for_a_program(role) }
}

fn for_a_person(role: &str) -> Response {
    let role = role.replace('-', " ");
    let body = format!(
        "<main><h1>Chancery</h1>\n<p>This is a Chancery {role}, version {VERSION}. It can be reached.</p>\n\
         <p>Its APIs are explained at <a href=\"/docs\">/docs</a>.</p></main>"
    );
    html("Chancery", &body)
}

fn for_a_program(role: &str) -> Response {
    let info = ServerInfo { product: "chancery".into(), role: role.into(), version: VERSION.into() };
    Json(info).into_response()
}
