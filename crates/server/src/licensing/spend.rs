//! `POST /api/v1/activation/features/{key}/use`: a counter is spent for good (FEAT-2).

use axum::extract::State;
use chancery_api_types::licensing::{FeatureReply, FeatureRequest};
use chancery_domain::Key;
use chancery_operations::activation;

use crate::App;
use crate::extract::{At, Body, HolderCaller};
use crate::problem::Answer;
use crate::reply::{Json, WithNonce};
use crate::show;

/// Spend a counted feature, or record the use of one that is on or off.
#[utoipa::path(
    post,
    path = "/activation/features/{key}/use",
    operation_id = "use",
    tag = "features",
    params(
        ("key" = String, Path, description = "The feature's key"),
        ("Chancery-Nonce" = String, Header, description = "The nonce of the latest reply (SAFE-2)"),
    ),
    request_body = FeatureRequest,
    responses(
        (status = OK, description = "The feature's state", body = FeatureReply, headers(("Chancery-Nonce" = String))),
        (status = 403, description = "feature_not_licensed, feature_needs_connection, entitlement_expired, entitlement_disabled, customer_disabled"),
        (status = 409, description = "feature_exhausted, not_usable, clone_detected, lease_expired, activation_replaced, activation_released, activation_superseded"),
        (status = 428, description = "nonce_missing, idempotency_key_missing"),
    )
)]
pub(super) async fn spend(
    State(app): State<App>,
    holder: HolderCaller,
    At(key): At<Key>,
    body: Body<FeatureRequest>,
) -> Answer<WithNonce<Json<FeatureReply>>> {
    let (context, call, input) = holder.changes(body);
    let called = activation::spend(app.system(), &context, call, key, input.amount.into()).await?;
    Ok(WithNonce(called.nonce, Json(FeatureReply { feature: show::feature(&called.feature) })))
}
