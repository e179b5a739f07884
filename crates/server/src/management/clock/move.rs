//! `POST /clock`.

use axum::extract::State;
use chancery_api_types::management::{Clock, MoveClock};
use chancery_operations::clock;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Moves the clock of a sandbox forward.
#[utoipa::path(
    post, path = "/clock", tag = "clock", operation_id = "moveClock",
    request_body = MoveClock,
    responses((status = 200, body = Clock), (status = 409, description = "clock_not_movable, not_a_sandbox"))
)]
pub(super) async fn move_clock(State(app): State<App>, caller: Caller, body: Body<MoveClock>) -> Answer<Json<Clock>> {
    let (context, body) = caller.changes(body);
    let reading = clock::advance(app.system(), &context, body.now.0).await?;
    Ok(Json(wire::clock(reading)))
}
