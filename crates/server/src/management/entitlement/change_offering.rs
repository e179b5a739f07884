//! `POST /entitlements/{entitlement}/change-offering`.

use axum::extract::State;
use chancery_api_types::management::{ChangeOffering, Entitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, Force};
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Takes up another offering of the same product. What is overridden stays, counters begin anew, and a subscription's expiry is
/// computed anew from now.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/change-offering", tag = "entitlements", operation_id = "changeEntitlementOffering",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), Force), request_body = ChangeOffering,
    responses((status = 200, body = Entitlement), (status = 409, description = "seats_in_use"))
)]
pub(super) async fn change_entitlement_offering(
    State(app): State<App>,
    caller: Caller<Force>,
    At(id): At<EntitlementId>,
    body: Body<ChangeOffering>,
) -> Answer<Rehearsed<One<Entitlement>>> {
    let (context, body, Force { force, .. }) = caller.rehearses(body);
    let changed = entitlement::change_offering(app.system(), &context, id, body.offering_id.0, force).await;
    Rehearsed::of(changed, |view| One::of(view, wire::entitlement))
}
