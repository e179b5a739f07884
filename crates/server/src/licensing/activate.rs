//! `POST /api/v1/activate`: a product takes a seat (SEAT-1…5).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chancery_api_types::licensing::{ActivateReply, ActivateRequest, DeviceReport};
use chancery_domain::DeviceInfo;
use chancery_operations::activation::{self, NewActivation};
use http::StatusCode;

use super::credential::claimed;
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
        (status = 403, description = "entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started, maintenance_ended, credential_not_available_here"),
        (status = 404, description = "activation_code_unknown"),
        (status = 409, description = "seats_exhausted, product_not_in_order"),
    )
)]
pub(super) async fn activate(State(app): State<App>, call: Call, body: Body<ActivateRequest>) -> Answer<Response> {
    let (input, bytes) = body.into_parts();
    let (context, claimed) = claimed(&app, &call, &input.credential, input.product_id, &bytes).await?;
    let wanted = NewActivation {
        order: claimed.order,
        product: claimed.product,
        edition: input.edition_id.map(|edition| edition.0),
        seat_id: input.seat_id.0,
        seat_name: input.seat_name.map(|name| name.0),
        release: input.release_date.map(|release| release.0.0),
        device: device(input.device),
    };
    let activated = activation::activate(app.system(), &context, wanted).await?;
    let status = if activated.created { StatusCode::CREATED } else { StatusCode::OK };
    let reply = ActivateReply {
        activation: show::activation(&activated.view),
        lease: activated.lease,
        access_token: activated.access_token.into(),
    };
    Ok((status, WithNonce(activated.nonce, Json(reply))).into_response())
}

fn device(report: Option<DeviceReport>) -> DeviceInfo {
    let DeviceReport { container, vm } = report.unwrap_or_default();
    DeviceInfo { container, vm }
}
