//! `POST /local-servers/{localServer}/rebind`.

use axum::extract::State;
use chancery_api_types::management::{RebindLocalServer, ReboundLocalServer};
use chancery_api_types::wire::LocalServerIdText;
use chancery_domain::LocalServerId;
use chancery_operations::local_server;

use crate::App;
use crate::extract::{At, Body, Caller};
use crate::hosting;
use crate::problem::Answer;
use crate::reply::Json;

/// Makes a token that lets a local server run on another machine, because its own is dead (EXP-10).
#[utoipa::path(
    post, path = "/local-servers/{localServer}/rebind", tag = "local-servers", operation_id = "rebindLocalServer",
    params(("localServer" = LocalServerIdText, Path, description = "Its id")), request_body = RebindLocalServer,
    responses(
        (status = 200, description = "The token for the local server", body = ReboundLocalServer),
        (status = 409, description = "server_lost, server_not_active"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn rebind_local_server(
    State(app): State<App>,
    caller: Caller,
    At(id): At<LocalServerId>,
    body: Body<RebindLocalServer>,
) -> Answer<Json<ReboundLocalServer>> {
    let (context, body) = caller.changes(body);
    let made = local_server::rebind(app.system(), &context, id, body.machine.0).await?;
    Ok(Json(ReboundLocalServer { token: made.token, local_server: hosting::local_server(made.view) }))
}
