//! `POST /api/v1/activation/refresh`: a lease is extended (SEAT-6, SEAT-7).

use axum::extract::State;
use chancery_api_types::licensing::{RefreshReply, RefreshRequest};
use chancery_operations::activation::{self, Extension};

use super::secret::brought;
use crate::App;
use crate::extract::{Body, HolderCaller};
use crate::problem::Answer;
use crate::reply::{Json, WithNonce};
use crate::show;

/// Extend the lease.
#[utoipa::path(
    post,
    path = "/activation/refresh",
    operation_id = "refresh",
    tag = "activation",
    params(
        ("Chancery-Nonce" = String, Header, description = "The nonce of the latest reply (SAFE-2)"),
    ),
    request_body = RefreshRequest,
    responses(
        (status = OK, description = "The lease", body = RefreshReply, headers(("Chancery-Nonce" = String))),
        (status = 403, description = "entitlement_expired, entitlement_disabled, customer_disabled, maintenance_ended, licensee_secret_required, licensee_secret_mismatch, licensee_secret_not_set"),
        (status = 409, description = "lease_not_extendable, clone_detected, activation_replaced, activation_released, activation_superseded"),
        (status = 428, description = "nonce_missing, idempotency_key_missing"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn refresh(
    State(app): State<App>,
    holder: HolderCaller,
    body: Body<RefreshRequest>,
) -> Answer<WithNonce<Json<RefreshReply>>> {
    let (context, call, input) = holder.changes(body);
    let release = input.release_date.map(|release| release.0.0);
    let said = Extension { release, secret: brought(input.licensee_secret.as_ref())?, shown: input.lease };
    let refreshed = activation::refresh(app.system(), &context, call, said).await?;
    let (lease, revocations) = (refreshed.lease, refreshed.revocations);
    let reply = RefreshReply { activation: show::activation(&refreshed.view), lease, revocations };
    Ok(WithNonce(refreshed.nonce, Json(reply)))
}
