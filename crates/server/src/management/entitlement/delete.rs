//! `DELETE /entitlements/{entitlement}`.

use axum::extract::State;
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::entitlement;

use crate::App;
use crate::extract::{At, Body, Caller, Delete, Nothing};
use crate::problem::Answer;
use crate::reply::{Done, Rehearsed};

/// Deletes an entitlement: its products work until their leases end. For 30 days it can be restored, then it is purged.
#[utoipa::path(
    delete, path = "/entitlements/{entitlement}", tag = "entitlements", operation_id = "deleteEntitlement",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), Delete),
    responses((status = 204))
)]
pub(super) async fn delete_entitlement(
    State(app): State<App>,
    caller: Caller<Delete>,
    At(id): At<EntitlementId>,
    body: Body<Nothing>,
) -> Answer<Rehearsed<Done>> {
    let (context, Nothing {}, query) = caller.rehearses(body);
    let done = if query.purges(Some(id))? {
        entitlement::purge(app.system(), &context, id).await
    } else {
        entitlement::delete(app.system(), &context, id).await
    };
    Rehearsed::of(done, |()| Done)
}
