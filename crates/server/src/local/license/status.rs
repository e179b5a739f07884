//! `GET /license/status`.

use axum::extract::State;
use chancery_api_types::local::LocalStatus;
use chancery_operations::local;

use super::wire;
use crate::App;
use crate::extract::Caller;
use crate::problem::Answer;
use crate::reply::Json;

/// Shows whether this server serves products, by which license, and what ends soon.
#[utoipa::path(
    get, path = "/license/status", tag = "license", operation_id = "getLocalLicense",
    responses((status = 200, body = LocalStatus))
)]
pub(super) async fn get_local_license(State(app): State<App>, caller: Caller) -> Answer<Json<LocalStatus>> {
    let status = local::status(app.system(), &caller.reads()).await?;
    Ok(Json(wire::status(status)))
}
