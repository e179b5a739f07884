//! `POST /entitlements/{entitlement}/restore`.

use axum::extract::State;
use chancery_api_types::management::{Entitlement, Restore};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Restores an entitlement that was deleted: it is what it was.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/restore", tag = "entitlements", operation_id = "restoreEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = Restore,
    responses((status = 200, body = Entitlement), (status = 409, description = "not_restorable"))
)]
pub(super) async fn restore_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<Restore>,
) -> Answer<One<Entitlement>> {
    let (context, Restore {}) = caller.changes(body);
    let restored = entitlement::restore(app.system(), &context, id).await?;
    Ok(One::of(restored, wire::entitlement))
}
