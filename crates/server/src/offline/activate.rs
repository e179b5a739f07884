//! `POST /offline/activate`.

use axum::extract::State;
use chancery_api_types::offline::{ActivateOffline, OfflineReply};
use chancery_operations::offline::{self, NewOfflineActivation};

use super::credential::claimant;
use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Answers a device's request token: takes a seat, or gets the one back that the seat id holds already.
///
/// The same request again gets an equivalent response, however often and however late it comes, as long as the activation lives.
#[utoipa::path(
    post, path = "/offline/activate", tag = "offline", operation_id = "activateOffline", request_body = ActivateOffline,
    responses(
        (status = 200, description = "The response token for the device", body = OfflineReply),
        (status = 401, description = "credential_invalid, credential_expired"),
        (status = 403, description = "offline_not_permitted, entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started, maintenance_ended, licensee_secret_required, licensee_secret_mismatch, licensee_secret_not_set, credential_not_available_here"),
        (status = 404, description = "activation_code_unknown, not_found"),
        (status = 409, description = "seats_exhausted, seat_held_by_another_device, product_not_in_order, no_automatic_offering, activation_deactivated, activation_released, activation_replaced, activation_superseded, lease_expired"),
        (status = 422, description = "validation_failed, token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_wrong_product, token_expired, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
        (status = 503, description = "credential_issuer_unavailable, signing_key_unavailable"),
    )
)]
pub(super) async fn activate_offline(
    State(app): State<App>,
    caller: Caller,
    body: Body<ActivateOffline>,
) -> Answer<Json<OfflineReply>> {
    let call = caller.call();
    let (context, input) = caller.changes(body);
    let request = offline::open(app.system(), &context, input.token.expose()).await?;
    let claimant = claimant(&app, &call, &request).await?;
    let made = offline::activate(app.system(), &context, NewOfflineActivation { request, claimant }).await?;
    Ok(Json(wire::reply(made)))
}
