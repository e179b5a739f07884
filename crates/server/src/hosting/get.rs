//! `GET /local-servers/{localServer}`.

use axum::extract::State;
use chancery_api_types::management::LocalServer;
use chancery_api_types::wire::LocalServerIdText;
use chancery_domain::LocalServerId;
use chancery_operations::local_server;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a local server.
#[utoipa::path(
    get, path = "/local-servers/{localServer}", tag = "local-servers", operation_id = "getLocalServer",
    params(("localServer" = LocalServerIdText, Path, description = "Its id")),
    responses((status = 200, body = LocalServer))
)]
pub(super) async fn get_local_server(
    State(app): State<App>,
    caller: Caller,
    At(id): At<LocalServerId>,
) -> Answer<One<LocalServer>> {
    let found = local_server::find(app.system(), &caller.reads(), id).await?;
    Ok(One::of(found, wire::local_server))
}
