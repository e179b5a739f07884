//! `GET /entitlement/{entitlement}/activations-log`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::ActivationLogEntry;
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;

use crate::App;
use crate::extract::{At, Caller};
use crate::management::entitlement::{LogQuery, log};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists what happened here to the seats of an entitlement, denials among it.
#[utoipa::path(
    get, path = "/entitlement/{entitlement}/activations-log", tag = "entitlements",
    operation_id = "listHostedActivationLog",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), LogQuery),
    responses((status = 200, body = Page<ActivationLogEntry>))
)]
pub(super) async fn list_hosted_activation_log(
    State(app): State<App>,
    caller: Caller<LogQuery>,
    At(id): At<EntitlementId>,
) -> Answer<Many<ActivationLogEntry>> {
    log(&app, caller, id).await
}
