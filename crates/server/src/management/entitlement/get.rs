//! `GET /entitlements/{entitlement}`.

use axum::extract::State;
use chancery_api_types::management::Entitlement;
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an entitlement.
#[utoipa::path(
    get, path = "/entitlements/{entitlement}", tag = "entitlements", operation_id = "getEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")),
    responses((status = 200, body = Entitlement))
)]
pub(super) async fn get_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
) -> Answer<One<Entitlement>> {
    let found = entitlement::find(app.system(), &caller.reads(), id).await?;
    Ok(One::of(found, wire::entitlement))
}
