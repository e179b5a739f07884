//! `POST /api/v1/activate`: a product takes a seat (SEAT-1…5).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chancery_api_types::licensing::{ActivateReply, ActivateRequest, DeviceReport};
use chancery_domain::DeviceInfo;
use chancery_operations::activation::{self, NewActivation};
use http::StatusCode;

use super::credential::claimant;
use super::secret::brought;
use crate::App;
use crate::extract::{Body, Call};
use crate::problem::Answer;
use crate::reply::{Json, WithNonce};
use crate::show;

/// Take a seat, or get the one back that the seat id holds already.
///
/// The reply's header `Chancery-Nonce` is the nonce that the first changing call shows.
#[utoipa::path(
    post,
    path = "/activate",
    operation_id = "activate",
    tag = "activation",
    security(()),
    request_body = ActivateRequest,
    responses(
        (status = CREATED, description = "A new seat", body = ActivateReply, headers(("Chancery-Nonce" = String))),
        (status = OK, description = "The seat id's own seat again", body = ActivateReply, headers(("Chancery-Nonce" = String))),
        (status = 401, description = "credential_invalid, credential_expired"),
        (status = 403, description = "entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started, maintenance_ended, licensee_secret_required, licensee_secret_mismatch, licensee_secret_not_set, device_key_required, credential_not_available_here"),
        (status = 404, description = "activation_code_unknown, not_found"),
        (status = 409, description = "seats_exhausted, seat_held_by_another_device, product_not_in_order, no_automatic_offering, token_replayed"),
        (status = 422, description = "validation_failed, token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_wrong_product, token_expired, token_not_yet_valid, token_version_unsupported"),
        (status = 503, description = "credential_issuer_unavailable, signing_key_unavailable"),
    )
)]
pub(super) async fn activate(State(app): State<App>, call: Call, body: Body<ActivateRequest>) -> Answer<Response> {
    let (input, bytes) = body.into_parts();
    let (context, claimant) = claimant(&app, &call, &input.credential, input.product_id, &bytes).await??;
    let wanted = NewActivation {
        claimant,
        edition: input.edition_id.map(|edition| edition.0),
        seat_id: input.seat_id.0,
        seat_name: input.seat_name.map(|name| name.0),
        release: input.release_date.map(|release| release.0.0),
        secret: brought(input.licensee_secret.as_ref())?,
        device: device(input.device),
        device_proof: input.device_proof.map(|proof| proof.0.into()),
    };
    let activated = activation::activate(app.system(), &context, wanted).await?;
    let status = if activated.created { StatusCode::CREATED } else { StatusCode::OK };
    let reply = ActivateReply {
        activation: show::activation(&activated.view),
        lease: activated.lease,
        revocations: activated.revocations,
        access_token: activated.access_token.into(),
    };
    Ok((status, WithNonce(activated.nonce, Json(reply))).into_response())
}

fn device(report: Option<DeviceReport>) -> DeviceInfo {
    let DeviceReport { container, vm } = report.unwrap_or_default();
    DeviceInfo { container, vm }
}
