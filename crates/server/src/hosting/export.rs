//! `POST /entitlements/{entitlement}/export`.

use axum::extract::State;
use chancery_api_types::management::{ExportEntitlement, ExportedEntitlement};
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Hands an entitlement, or a share of it, to a local server: an export session begins, with its first token (EXP-1, EXP-2).
///
/// All seats are exported, or with `seats` a share, which may be as large as what is free. What is exported cannot be activated here.
#[utoipa::path(
    post, path = "/entitlements/{entitlement}/export", tag = "local-servers", operation_id = "exportEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id")), request_body = ExportEntitlement,
    responses(
        (status = 201, description = "The session, and the token for the local server", body = ExportedEntitlement),
        (status = 403, description = "entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started, offline_not_permitted, licensee_secret_not_set"),
        (status = 409, description = "entitlement_has_active_seats, entitlement_exported, export_session_open, export_too_large, feature_exhausted, server_not_active, server_lost, deleted"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn export_entitlement(
    State(app): State<App>,
    caller: Caller,
    At(id): At<EntitlementId>,
    body: Body<ExportEntitlement>,
) -> Answer<Created<ExportedEntitlement>> {
    let (context, body) = caller.changes(body);
    let made = entitlement::export(app.system(), &context, wire::new_export(id, body)).await?;
    Ok(Created::part(wire::exported(made)))
}
