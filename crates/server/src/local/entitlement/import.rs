//! `POST /entitlement/import`.

use axum::extract::State;
use chancery_api_types::local::{ApplyLocalToken, ImportedHosted};
use chancery_operations::local::entitlement;

use super::wire;
use crate::App;
use crate::extract::{Caller, DryRun, LargeBody};
use crate::problem::Answer;
use crate::reply::{Json, Rehearsed};

/// Imports an entitlement that the vendor exported to this server, or its newer state (EXP-4, EXP-5).
///
/// Where fewer seats are left than are used, those whose leases ended longest ago go first; a dry run names them.
#[utoipa::path(
    post, path = "/entitlement/import", tag = "entitlements", operation_id = "importHostedEntitlement",
    params(DryRun), request_body = ApplyLocalToken,
    responses(
        (status = 200, description = "What is served from now on, and what changed", body = ImportedHosted),
        (status = 405, description = "local_server_not_active"),
        (status = 409, description = "token_replayed, token_session_closed, token_superseded, token_history_forked"),
        (status = 422, description = "token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_wrong_product, token_expired, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
    )
)]
pub(super) async fn import_hosted_entitlement(
    State(app): State<App>,
    caller: Caller<DryRun>,
    LargeBody(body): LargeBody<ApplyLocalToken>,
) -> Answer<Rehearsed<Json<ImportedHosted>>> {
    let (context, input, _) = caller.rehearses(body);
    let imported = entitlement::import(app.system(), &context, input.token.expose()).await;
    Rehearsed::of(imported, |imported| Json(wire::imported(imported)))
}
