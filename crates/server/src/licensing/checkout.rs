//! `POST /api/v1/activation/features/{key}/checkout`: elements of a pool are taken (FEAT-3).

use axum::Json;
use axum::extract::State;
use chancery_api_types::Problem;
use chancery_api_types::licensing::{FeatureReply, FeatureRequest};
use chancery_domain::Key;
use chancery_operations::activation;

use super::turned::WithNonce;
use crate::App;
use crate::extract::{At, Body, HolderCaller};
use crate::problem::Answer;
use crate::show;

/// Take elements of a pool for this seat.
#[utoipa::path(
    post,
    path = "/activation/features/{key}/checkout",
    operation_id = "checkout",
    tag = "features",
    security(("accessToken" = [])),
    params(
        ("key" = String, Path, description = "The feature's key"),
        ("Chancery-Nonce" = String, Header, description = "The nonce of the latest reply (SAFE-2)"),
        ("Idempotency-Key" = String, Header, description = "A fresh key; the same one for a retry (SAFE-3)"),
    ),
    request_body = FeatureRequest,
    responses(
        (status = OK, description = "The feature's state", body = FeatureReply, headers(("Chancery-Nonce" = String))),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again later", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn checkout(
    State(app): State<App>,
    holder: HolderCaller,
    At(key): At<Key>,
    body: Body<FeatureRequest>,
) -> Answer<WithNonce<FeatureReply>> {
    let (context, call, input) = holder.changes(body);
    let called = activation::checkout(app.system(), &context, call, key, input.amount.into()).await?;
    Ok(WithNonce(called.nonce, Json(FeatureReply { feature: show::feature(&called.feature) })))
}
