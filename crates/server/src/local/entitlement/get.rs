//! `GET /entitlement/{entitlement}`.

use axum::extract::State;
use chancery_api_types::local::HostedEntitlement;
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::local::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an entitlement, as it is enforced here.
#[utoipa::path(
    get, path = "/entitlement/{entitlement}", tag = "entitlements", operation_id = "getHostedEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")),
    responses((status = 200, body = HostedEntitlement))
)]
pub(super) async fn get_hosted_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
) -> Answer<One<HostedEntitlement>> {
    let found = entitlement::find(app.system(), &caller.reads(), id).await?;
    Ok(One::of(found, wire::hosted))
}
