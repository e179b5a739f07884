//! `GET /docs`: the APIs, to be read and tried (API-5). Nothing is loaded from elsewhere.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::Response;

use super::page::{html, page};
use crate::App;

pub(super) async fn page_of_apis(State(app): State<App>) -> Response {
    let apis: &[&str] = if app.is_local() { &["local", "licensing"] } else { &["management", "licensing", "portal"] };
    let mut options = String::new();
    for api in apis {
        // Writing into a String cannot fail.
        let _ = write!(options, "<option value=\"{api}\">{api}</option>");
    }
    html("Chancery: the APIs", &include_str!("assets/docs.html").replace("{apis}", &options))
}

pub(super) async fn script() -> Response {
    page("text/javascript; charset=utf-8", include_str!("assets/docs.js"))
}

pub(super) async fn style() -> Response {
    page("text/css; charset=utf-8", include_str!("assets/docs.css"))
}
