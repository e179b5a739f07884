//! `POST /entitlements/{entitlement}/disable`.

use axum::extract::State;
use chancery_api_types::management::{Disable, Entitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, DryRun};
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Disables an entitlement: nothing of it is activated or refreshed. Leases already given run out.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/disable", tag = "entitlements", operation_id = "disableEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), DryRun), request_body = Disable,
    responses((status = 200, body = Entitlement))
)]
pub(super) async fn disable_entitlement(
    State(app): State<App>,
    caller: Caller<DryRun>,
    At(id): At<EntitlementId>,
    body: Body<Disable>,
) -> Answer<Rehearsed<One<Entitlement>>> {
    let (context, body, _) = caller.rehearses(body);
    let reason = body.reason.map(|text| text.0);
    let changed = entitlement::disable(app.system(), &context, id, reason).await;
    Rehearsed::of(changed, |view| One::of(view, wire::entitlement))
}
