//! `GET /api/v1/activation`: the state of the caller's activation (FEAT-5).

use axum::extract::State;
use chancery_api_types::licensing::ActivationReply;
use chancery_operations::activation;

use crate::App;
use crate::extract::HolderCaller;
use crate::problem::Answer;
use crate::reply::Json;
use crate::show;

/// Read the activation's state. Needs no nonce, and turns none.
#[utoipa::path(
    get,
    path = "/activation",
    operation_id = "readState",
    tag = "activation",
    responses(
        (status = OK, description = "The state", body = ActivationReply),
        (status = 409, description = "activation_replaced, activation_released, activation_superseded, activation_deactivated"),
    )
)]
pub(super) async fn read_state(State(app): State<App>, holder: HolderCaller) -> Answer<Json<ActivationReply>> {
    let (context, call) = holder.reads();
    let view = activation::state(app.system(), &context, call).await?;
    Ok(Json(ActivationReply { activation: show::activation(&view) }))
}
