//! `DELETE /entitlements/{entitlement}`.

use axum::extract::State;
use chancery_api_types::local::DeletedHosted;
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::local::entitlement;

use crate::App;
use crate::extract::{At, Body, Caller, DryRun, Nothing};
use crate::problem::Answer;
use crate::reply::{Json, Rehearsed};

/// Deletes an entitlement here, with its activations, and gives its share back to the vendor (EXP-7).
///
/// Asked again, it shows the same token.
#[utoipa::path(
    delete, path = "/entitlements/{entitlement}", tag = "entitlements", operation_id = "deleteHostedEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), DryRun),
    responses(
        (status = 200, description = "The confirmation token, to be carried to the vendor", body = DeletedHosted),
        (status = 405, description = "local_server_not_active"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn delete_hosted_entitlement(
    State(app): State<App>,
    caller: Caller<DryRun>,
    At(id): At<EntitlementId>,
    body: Body<Nothing>,
) -> Answer<Rehearsed<Json<DeletedHosted>>> {
    let (context, Nothing {}, _) = caller.rehearses(body);
    let deleted = entitlement::delete(app.system(), &context, id).await;
    Rehearsed::of(deleted, |deleted| Json(DeletedHosted { token: deleted.token }))
}
