//! `POST /entitlements/{entitlement}/start`.

use axum::extract::State;
use chancery_api_types::management::{Entitlement, StartEntitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Starts an entitlement that waits for this command.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/start", tag = "entitlements", operation_id = "startEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = StartEntitlement,
    responses(
        (status = 200, body = Entitlement),
        (status = 409, description = "already_started, not_started_by_command")
    )
)]
pub(super) async fn start_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<StartEntitlement>,
) -> Answer<One<Entitlement>> {
    let (context, body) = caller.changes(body);
    let start = body.start.map(|instant| instant.0);
    let changed = entitlement::start(app.system(), &context, id, start).await?;
    Ok(One::of(changed, wire::entitlement))
}
