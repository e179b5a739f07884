//! `POST /offline/refresh`.

use axum::extract::State;
use chancery_api_types::offline::{OfflineReply, RefreshOffline};
use chancery_operations::offline;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Makes a refresh token of an activation: its lease is computed anew from now (OFF-6).
#[utoipa::path(
    post, path = "/offline/refresh", tag = "offline", operation_id = "refreshOffline", request_body = RefreshOffline,
    responses(
        (status = 200, description = "The refresh token for the device", body = OfflineReply),
        (status = 403, description = "offline_not_permitted, entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started"),
        (status = 409, description = "seats_exhausted, activation_replaced, activation_released, activation_deactivated, lease_expired, wrong_mode"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn refresh_offline(
    State(app): State<App>,
    caller: Caller,
    body: Body<RefreshOffline>,
) -> Answer<Json<OfflineReply>> {
    let (context, input) = caller.changes(body);
    let made = offline::refresh(app.system(), &context, input.activation_id.0).await?;
    Ok(Json(wire::reply(made)))
}
