//! `DELETE /api/v1/activation`: the holder gives its seat back (SEAT-9).

use axum::extract::State;
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
    responses(
        (status = NO_CONTENT, description = "The seat is free"),
        (status = 409, description = "activation_superseded"),
    )
)]
pub(super) async fn deactivate(State(app): State<App>, holder: HolderCaller) -> Answer<StatusCode> {
    let (context, call, Nothing {}) = holder.changes(Body::default());
    activation::deactivate(app.system(), &context, call).await?;
    Ok(StatusCode::NO_CONTENT)
}
