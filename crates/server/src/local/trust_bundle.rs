//! `POST /trust-bundle`.

use axum::extract::State;
use chancery_api_types::local::{ApplyLocalToken, LocalStatus};
use chancery_operations::local;

use super::license::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Takes a newer trust bundle of the same vendor: with its present keys, and what it revoked (KEY-4, KEY-5).
#[utoipa::path(
    post, path = "/trust-bundle", tag = "server", operation_id = "updateLocalTrust", request_body = ApplyLocalToken,
    responses(
        (status = 200, description = "Where the server stands now", body = LocalStatus),
        (status = 405, description = "local_server_not_active"),
        (status = 409, description = "token_superseded"),
        (status = 422, description = "token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_expired, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
    )
)]
pub(super) async fn update_local_trust(
    State(app): State<App>,
    caller: Caller,
    body: Body<ApplyLocalToken>,
) -> Answer<Json<LocalStatus>> {
    let (context, input) = caller.changes(body);
    let status = local::update_trust(app.system(), &context, input.token.expose()).await?;
    Ok(Json(wire::status(status)))
}
