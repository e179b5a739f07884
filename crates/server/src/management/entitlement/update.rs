//! `PATCH /entitlements/{entitlement}`.

use axum::extract::State;
use chancery_api_types::management::{Entitlement, UpdateEntitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Overrides what an entitlement took from the catalog.
#[utoipa::path(
    patch, path = "/entitlements/{entitlement}", tag = "entitlements", operation_id = "updateEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = UpdateEntitlement,
    responses((status = 200, body = Entitlement), (status = 409, description = "seats_in_use"))
)]
pub(super) async fn update_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<UpdateEntitlement>,
) -> Answer<One<Entitlement>> {
    let (context, body) = caller.changes(body);
    let changed = entitlement::update(app.system(), &context, id, wire::edit(body)).await?;
    Ok(One(wire::entitlement(changed)))
}
