//! `POST /entitlements/{entitlement}/export/token`.

use axum::extract::State;
use chancery_api_types::management::{ExportEntitlementToken, ExportedEntitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Makes a token with the latest state of an export session, as often as wanted (EXP-3, EXP-6).
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/export/token", tag = "local-servers",
    operation_id = "exportEntitlementToken",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = ExportEntitlementToken,
    responses(
        (status = 200, description = "The token for the local server", body = ExportedEntitlement),
        (status = 403, description = "offline_not_permitted, licensee_secret_not_set"),
        (status = 409, description = "entitlement_has_active_seats, export_too_large, feature_exhausted, server_lost, deleted"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn export_entitlement_token(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<ExportEntitlementToken>,
) -> Answer<Json<ExportedEntitlement>> {
    let (context, body) = caller.changes(body);
    let made = entitlement::export_token(app.system(), &context, wire::next_token(id, body)).await?;
    Ok(Json(wire::exported(made)))
}
