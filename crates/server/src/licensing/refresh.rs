//! `POST /api/v1/activation/refresh`: a lease is extended (SEAT-6, SEAT-7).

use axum::Json;
use axum::extract::State;
use chancery_api_types::Problem;
use chancery_api_types::licensing::{RefreshReply, RefreshRequest};
use chancery_operations::activation;

use super::turned::WithNonce;
use crate::App;
use crate::extract::{Body, HolderCaller};
use crate::problem::Answer;
use crate::show;

/// Extend the lease.
#[utoipa::path(
    post,
    path = "/activation/refresh",
    operation_id = "refresh",
    tag = "activation",
    security(("accessToken" = [])),
    params(
        ("Chancery-Nonce" = String, Header, description = "The nonce of the latest reply (SAFE-2)"),
        ("Idempotency-Key" = String, Header, description = "A fresh key; the same one for a retry (SAFE-3)"),
    ),
    request_body = RefreshRequest,
    responses(
        (status = OK, description = "The lease", body = RefreshReply, headers(("Chancery-Nonce" = String))),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again later", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn refresh(
    State(app): State<App>,
    holder: HolderCaller,
    body: Body<RefreshRequest>,
) -> Answer<WithNonce<RefreshReply>> {
    let (context, call, input) = holder.changes(body);
    let release = input.release_date.map(|release| release.0.0);
    let refreshed = activation::refresh(app.system(), &context, call, release).await?;
    let reply = RefreshReply { activation: show::activation(&refreshed.view), lease: refreshed.lease };
    Ok(WithNonce(refreshed.nonce, Json(reply)))
}
