//! `GET /machine`.

use axum::extract::State;
use chancery_api_types::local::LocalMachine;
use chancery_operations::local;

use super::license::wire;
use crate::App;
use crate::extract::Caller;
use crate::problem::Answer;
use crate::reply::Json;

/// Shows the machine, or the database, that this server is bound to, and the one that it runs on (EXP-10).
#[utoipa::path(
    get, path = "/machine", tag = "server", operation_id = "getLocalMachine",
    responses((status = 200, body = LocalMachine))
)]
pub(super) async fn get_local_machine(State(app): State<App>, caller: Caller) -> Answer<Json<LocalMachine>> {
    let status = local::status(app.system(), &caller.reads()).await?;
    Ok(Json(wire::machine(&status.machine)))
}
