//! `DELETE /activations/{activation}`.

use axum::extract::State;
use chancery_api_types::wire::ActivationIdText;
use chancery_domain::ActivationId;
use chancery_operations::activation;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Releases a seat: it is held until its lease ends, because its device may still run, and then free.
#[utoipa::path(
    delete, path = "/activations/{activation}", tag = "activations", operation_id = "releaseActivation",
    params(("activation" = ActivationIdText, Path, description = "Its id")),
    responses((status = 204))
)]
pub(super) async fn release_activation(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ActivationId>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    activation::release(app.system(), &context, id).await?;
    Ok(Done)
}
