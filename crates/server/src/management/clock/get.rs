//! `GET /clock`.

use axum::extract::State;
use chancery_api_types::management::Clock;
use chancery_operations::clock;

use super::wire;
use crate::App;
use crate::extract::Caller;
use crate::problem::Answer;
use crate::reply::Json;

/// Shows what the vendor's clock shows.
#[utoipa::path(
    get, path = "/clock", tag = "clock", operation_id = "getClock",
    responses((status = 200, body = Clock))
)]
pub(super) async fn get_clock(State(app): State<App>, caller: Caller) -> Answer<Json<Clock>> {
    let reading = clock::read(app.system(), &caller.reads()).await?;
    Ok(Json(wire::clock(reading)))
}
