//! `GET /api/v1/activation/entitlement`: what was sold, to whom, until when.

use axum::extract::State;
use chancery_api_types::licensing::EntitlementReply;
use chancery_operations::activation;

use crate::App;
use crate::extract::HolderCaller;
use crate::problem::Answer;
use crate::reply::Json;
use crate::show;

/// Read the entitlement behind the seat.
#[utoipa::path(
    get,
    path = "/activation/entitlement",
    operation_id = "readEntitlementInfo",
    tag = "activation",
    responses(
        (status = OK, description = "The entitlement", body = EntitlementReply),
        (status = 409, description = "activation_replaced, activation_released, activation_superseded, activation_deactivated"),
    )
)]
pub(super) async fn read_entitlement(State(app): State<App>, holder: HolderCaller) -> Answer<Json<EntitlementReply>> {
    let (context, call) = holder.reads();
    let info = activation::entitlement(app.system(), &context, call).await?;
    Ok(Json(EntitlementReply { entitlement: show::entitlement_info(&info, context.now()) }))
}
