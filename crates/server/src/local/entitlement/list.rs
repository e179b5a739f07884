//! `GET /entitlements`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::local::HostedEntitlement;
use chancery_operations::local::entitlement;

use super::wire;
use crate::App;
use crate::extract::{Caller, PlainListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists what was imported and is still here.
#[utoipa::path(
    get, path = "/entitlements", tag = "entitlements", operation_id = "listHostedEntitlements",
    params(PlainListQuery),
    responses((status = 200, body = Page<HostedEntitlement>))
)]
pub(super) async fn list_hosted_entitlements(
    State(app): State<App>,
    caller: Caller<PlainListQuery>,
) -> Answer<Many<HostedEntitlement>> {
    let (context, mut query) = caller.asks();
    let list = entitlement::list(app.system(), &context, query.page()).await?;
    Ok(Many::of(list, wire::hosted))
}
