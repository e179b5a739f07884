//! `POST /entitlements/{entitlement}/reset-usage`.

use axum::extract::State;
use chancery_api_types::management::{Entitlement, ResetUsage};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Sets counters of an entitlement back to zero.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/reset-usage", tag = "entitlements", operation_id = "resetUsage",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = ResetUsage,
    responses((status = 200, body = Entitlement))
)]
pub(super) async fn reset_usage(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<ResetUsage>,
) -> Answer<One<Entitlement>> {
    let (context, body) = caller.changes(body);
    let features = body.features.into_iter().map(|key| key.0).collect();
    let changed = entitlement::reset_usage(app.system(), &context, id, features).await?;
    Ok(One::of(changed, wire::entitlement))
}
