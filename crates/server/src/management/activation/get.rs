//! `GET /activations/{activation}`.

use axum::extract::State;
use chancery_api_types::activation::Activation;
use chancery_api_types::wire::ActivationIdText;
use chancery_domain::ActivationId;
use chancery_operations::activation;

use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;
use crate::show;

/// Shows an activation.
#[utoipa::path(
    get, path = "/activations/{activation}", tag = "activations", operation_id = "getActivation",
    params(("activation" = ActivationIdText, Path, description = "Its id")),
    responses((status = 200, body = Activation))
)]
pub(super) async fn get_activation(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ActivationId>,
) -> Answer<One<Activation>> {
    let found = activation::find(app.system(), &caller.reads(), id).await?;
    Ok(One::of(found, |found| show::activation(&found)))
}
