//! `POST /entitlements/{entitlement}/reset-overrides`.

use axum::extract::State;
use chancery_api_types::management::{Entitlement, ResetOverrides};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::{EntitlementId, Reset};
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, Force};
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Returns members, features and attributes to the catalog's current values.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/reset-overrides", tag = "entitlements", operation_id = "resetEntitlementOverrides",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), Force), request_body = ResetOverrides,
    responses((status = 200, body = Entitlement), (status = 409, description = "seats_in_use"))
)]
pub(super) async fn reset_entitlement_overrides(
    State(app): State<App>,
    caller: Caller<Force>,
    At(id): At<EntitlementId>,
    body: Body<ResetOverrides>,
) -> Answer<Rehearsed<One<Entitlement>>> {
    let (context, body, Force { force, .. }) = caller.rehearses(body);
    let what = Reset {
        fields: body.fields.into_iter().map(|text| text.0).collect(),
        features: body.features.into_iter().map(|key| key.0).collect(),
        attributes: body.attributes.into_iter().map(|key| key.0).collect(),
    };
    let changed = entitlement::reset_overrides(app.system(), &context, id, what, force).await;
    Rehearsed::of(changed, |view| One::of(view, wire::entitlement))
}
