//! `POST /rebind`.

use axum::extract::State;
use chancery_api_types::local::{ApplyLocalToken, LocalStatus};
use chancery_operations::local;

use super::license::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Applies a rebind token of the vendor: the data go on on this machine, because their own is dead (EXP-10).
#[utoipa::path(
    post, path = "/rebind", tag = "server", operation_id = "rebindLocal", request_body = ApplyLocalToken,
    responses(
        (status = 200, description = "Where the server stands now", body = LocalStatus),
        (status = 405, description = "local_server_not_active"),
        (status = 409, description = "token_replayed, token_superseded"),
        (status = 422, description = "token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_expired, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
    )
)]
pub(super) async fn rebind_local(
    State(app): State<App>,
    caller: Caller,
    body: Body<ApplyLocalToken>,
) -> Answer<Json<LocalStatus>> {
    let (context, input) = caller.changes(body);
    let status = local::rebind(app.system(), &context, input.token.expose()).await?;
    Ok(Json(wire::status(status)))
}
