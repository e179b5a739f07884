//! `GET /metrics`: what was counted, for any caller with an API key. It says nothing of any vendor.

use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;

use crate::App;
use crate::extract::Caller;
use crate::problem::{Answer, internal};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn metrics(State(app): State<App>, _: Caller) -> Answer<impl IntoResponse> {
    let text = app.metrics().text().map_err(|error| internal(&error.to_string()))?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text))
}
