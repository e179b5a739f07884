//! `POST /entitlements/{entitlement}/enable`.

use axum::extract::State;
use chancery_api_types::management::{Enable, Entitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Enables an entitlement again.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/enable", tag = "entitlements", operation_id = "enableEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = Enable,
    responses((status = 200, body = Entitlement))
)]
pub(super) async fn enable_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<Enable>,
) -> Answer<One<Entitlement>> {
    let (context, Enable {}) = caller.changes(body);
    let changed = entitlement::enable(app.system(), &context, id).await?;
    Ok(One::of(changed, wire::entitlement))
}
