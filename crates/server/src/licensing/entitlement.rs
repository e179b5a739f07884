//! `GET /api/v1/activation/entitlement`: what was sold, to whom, until when.

use axum::Json;
use axum::extract::State;
use chancery_api_types::Problem;
use chancery_api_types::licensing::EntitlementReply;
use chancery_operations::activation;

use crate::App;
use crate::extract::HolderCaller;
use crate::problem::Answer;
use crate::show;

/// Read the entitlement behind the seat.
#[utoipa::path(
    get,
    path = "/activation/entitlement",
    operation_id = "readEntitlementInfo",
    tag = "activation",
    security(("accessToken" = [])),
    responses(
        (status = OK, description = "The entitlement", body = EntitlementReply),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again later", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read_entitlement(State(app): State<App>, holder: HolderCaller) -> Answer<Json<EntitlementReply>> {
    let (context, call) = holder.reads();
    let info = activation::entitlement(app.system(), &context, call).await?;
    Ok(Json(EntitlementReply { entitlement: show::entitlement_info(&info, context.now()) }))
}
