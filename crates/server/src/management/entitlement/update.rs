//! `PATCH /entitlements/{entitlement}`.

use axum::extract::State;
use chancery_api_types::management::{Entitlement, UpdateEntitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, Force};
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Overrides what an entitlement took from the catalog.
#[utoipa::path(
    patch, path = "/entitlements/{entitlement}", tag = "entitlements", operation_id = "updateEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), Force), request_body = UpdateEntitlement,
    responses((status = 200, body = Entitlement), (status = 409, description = "seats_in_use"))
)]
pub(super) async fn update_entitlement(
    State(app): State<App>,
    caller: Caller<Force>,
    At(id): At<EntitlementId>,
    body: Body<UpdateEntitlement>,
) -> Answer<Rehearsed<One<Entitlement>>> {
    let (context, body, Force { force, .. }) = caller.rehearses(body);
    let changed = entitlement::update(app.system(), &context, id, wire::edit(body), force).await;
    Rehearsed::of(changed, |view| One::of(view, wire::entitlement))
}
