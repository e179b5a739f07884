//! `POST /activations/{activation}/refresh`.

use axum::extract::State;
use chancery_api_types::activation::Activation;
use chancery_api_types::management::RefreshActivation;
use chancery_api_types::wire::ActivationIdText;
use chancery_domain::ActivationId;
use chancery_operations::activation;

use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;
use crate::show;

/// Keeps a seat for its device, as long as a lease of now would last. The device gets its lease when it comes back itself.
#[utoipa::path(
    post, path = "/activations/{activation}/refresh", tag = "activations", operation_id = "refreshActivation",
    params(("activation" = ActivationIdText, Path, description = "Its id")), request_body = RefreshActivation,
    responses(
        (status = 200, body = Activation),
        (status = 403, description = "offline_not_permitted, entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started"),
        (status = 409, description = "lease_not_extendable, seats_exhausted, activation_replaced, activation_released, activation_deactivated")
    )
)]
pub(super) async fn refresh_activation(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ActivationId>,
    body: Body<RefreshActivation>,
) -> Answer<One<Activation>> {
    let (context, RefreshActivation {}) = caller.changes(body);
    let kept = activation::refresh_seat(app.system(), &context, id).await?;
    Ok(One::of(kept, |view| show::activation(&view)))
}
