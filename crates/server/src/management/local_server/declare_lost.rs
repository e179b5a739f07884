//! `POST /local-servers/{localServer}/declare-lost`.

use axum::extract::State;
use chancery_api_types::management::{DeclareLocalServerLost, LocalServer};
use chancery_api_types::wire::LocalServerIdText;
use chancery_domain::LocalServerId;
use chancery_operations::local_server;

use crate::App;
use crate::extract::{At, Body, Caller, FreeShare};
use crate::hosting;
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Declares a local server lost: what it hosted is held until its delegations end, or freed at once; counted features that it held
/// are taken for spent (LLS-4). The seat of its own license is released in the same way. It stays lost.
#[utoipa::path(
    post, path = "/local-servers/{localServer}/declare-lost", tag = "local-servers",
    operation_id = "declareLocalServerLost",
    params(("localServer" = LocalServerIdText, Path, description = "Its id"), FreeShare),
    request_body = DeclareLocalServerLost,
    responses((status = 200, body = LocalServer))
)]
pub(super) async fn declare_local_server_lost(
    State(app): State<App>,
    caller: Caller<FreeShare>,
    At(id): At<LocalServerId>,
    body: Body<DeclareLocalServerLost>,
) -> Answer<Rehearsed<One<LocalServer>>> {
    let (context, body, FreeShare { free, .. }) = caller.rehearses(body);
    let done = local_server::declare_lost(app.system(), &context, id, body.reason.0, free).await;
    Rehearsed::of(done, |done| One::of(done, hosting::local_server))
}
