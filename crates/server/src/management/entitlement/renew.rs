//! `POST /entitlements/{entitlement}/renew`.

use axum::extract::State;
use chancery_api_types::management::{Entitlement, RenewEntitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Renews a subscription by its duration.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/renew", tag = "entitlements", operation_id = "renewEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = RenewEntitlement,
    responses((status = 200, body = Entitlement), (status = 409, description = "not_renewable"))
)]
pub(super) async fn renew_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<RenewEntitlement>,
) -> Answer<One<Entitlement>> {
    let (context, RenewEntitlement {}) = caller.changes(body);
    let changed = entitlement::renew(app.system(), &context, id).await?;
    Ok(One::of(changed, wire::entitlement))
}
