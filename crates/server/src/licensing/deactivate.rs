//! `DELETE /api/v1/activation`: the holder gives its seat back (SEAT-9).

use axum::extract::State;
use chancery_api_types::Problem;
use chancery_operations::activation;
use http::StatusCode;

use crate::App;
use crate::extract::{Body, HolderCaller, Nothing};
use crate::problem::Answer;

/// Give the seat back, and all that it holds. Needs no nonce; a second time changes nothing.
#[utoipa::path(
    delete,
    path = "/activation",
    operation_id = "deactivate",
    tag = "activation",
    security(("accessToken" = [])),
    responses(
        (status = NO_CONTENT, description = "The seat is free"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again later", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn deactivate(State(app): State<App>, holder: HolderCaller) -> Answer<StatusCode> {
    let (context, call, Nothing {}) = holder.changes(Body::default());
    activation::deactivate(app.system(), &context, call).await?;
    Ok(StatusCode::NO_CONTENT)
}
