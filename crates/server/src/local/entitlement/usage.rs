//! `GET /entitlement/{entitlement}/usage`.

use axum::extract::State;
use chancery_api_types::local::HostedUsage;
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::local;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Shows how many seats of an entitlement were in use, hour by hour, and how many claims were denied.
#[utoipa::path(
    get, path = "/entitlement/{entitlement}/usage", tag = "entitlements", operation_id = "getHostedUsage",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")),
    responses((status = 200, body = HostedUsage))
)]
pub(super) async fn get_hosted_usage(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
) -> Answer<Json<HostedUsage>> {
    let hours = local::usage(app.system(), &caller.reads(), id).await?;
    Ok(Json(HostedUsage { hours: hours.into_iter().map(wire::hour).collect() }))
}
