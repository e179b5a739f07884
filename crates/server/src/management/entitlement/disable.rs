//! `POST /entitlements/{entitlement}/disable`.

use axum::extract::State;
use chancery_api_types::management::{Disable, Entitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Disables an entitlement: nothing of it is activated or refreshed. Leases already given run out.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/disable", tag = "entitlements", operation_id = "disableEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = Disable,
    responses((status = 200, body = Entitlement))
)]
pub(super) async fn disable_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<Disable>,
) -> Answer<One<Entitlement>> {
    let (context, body) = caller.changes(body);
    let reason = body.reason.map(|text| text.0);
    let changed = entitlement::disable(app.system(), &context, id, reason).await?;
    Ok(One(wire::entitlement(changed)))
}
