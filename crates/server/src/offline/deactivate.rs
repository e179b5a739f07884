//! `POST /offline/deactivate`.

use axum::extract::State;
use chancery_api_types::offline::{DeactivateOffline, OfflineDeactivated};
use chancery_operations::offline;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Applies a device's deactivation token, which frees its seat. Applying it again is harmless (OFF-9).
#[utoipa::path(
    post, path = "/offline/deactivate", tag = "offline", operation_id = "deactivateOffline",
    request_body = DeactivateOffline,
    responses(
        (status = 200, description = "The seat is free", body = OfflineDeactivated),
        (status = 404, description = "not_found"),
        (status = 409, description = "activation_superseded"),
        (status = 422, description = "token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
    )
)]
pub(super) async fn deactivate_offline(
    State(app): State<App>,
    caller: Caller,
    body: Body<DeactivateOffline>,
) -> Answer<Json<OfflineDeactivated>> {
    let (context, input) = caller.changes(body);
    let done = offline::deactivate(app.system(), &context, input.token.expose()).await?;
    Ok(Json(wire::deactivated(done)))
}
