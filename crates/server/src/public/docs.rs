//! `GET /docs`: the APIs, to be read and tried (API-5). Nothing is loaded from elsewhere.

use axum::response::Response;

use super::page::{html, page};

pub(super) async fn page_of_apis() -> Response {
    html("Chancery: the APIs", include_str!("assets/docs.html"))
}

pub(super) async fn script() -> Response {
    page("text/javascript; charset=utf-8", include_str!("assets/docs.js"))
}

pub(super) async fn style() -> Response {
    page("text/css; charset=utf-8", include_str!("assets/docs.css"))
}
