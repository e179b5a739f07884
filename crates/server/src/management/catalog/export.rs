//! `GET /catalog/export`.

use axum::extract::State;
use axum::response::IntoResponse;
use chancery_operations::catalog;
use http::header::CONTENT_TYPE;

use super::file;
use crate::App;
use crate::extract::Caller;
use crate::problem::Answer;

/// The whole catalog as one file, which can be imported again.
#[utoipa::path(
    get, path = "/catalog/export", tag = "catalog", operation_id = "exportCatalog",
    responses((status = 200, body = String, content_type = "application/toml"))
)]
pub(super) async fn export_catalog(State(app): State<App>, caller: Caller) -> Answer<impl IntoResponse> {
    let content = catalog::export(app.system(), &caller.reads()).await?;
    Ok(([(CONTENT_TYPE, "application/toml")], file::write(&content)))
}
