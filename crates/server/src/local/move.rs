//! `POST /move`.

use axum::extract::State;
use chancery_api_types::local::{LocalStatus, MoveLocal};
use chancery_operations::local;

use super::license::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Binds this server to another machine, where a copy of its data continues it: this one serves nobody from now on (EXP-10).
#[utoipa::path(
    post, path = "/move", tag = "server", operation_id = "moveLocal", request_body = MoveLocal,
    responses(
        (status = 200, description = "Where the server stands now", body = LocalStatus),
        (status = 405, description = "local_server_not_active"),
    )
)]
pub(super) async fn move_local(
    State(app): State<App>,
    caller: Caller,
    body: Body<MoveLocal>,
) -> Answer<Json<LocalStatus>> {
    let (context, input) = caller.changes(body);
    let status = local::move_to(app.system(), &context, input.machine.0).await?;
    Ok(Json(wire::status(status)))
}
