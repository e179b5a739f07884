//! `POST /signing-keys/export-root`.

use axum::extract::State;
use chancery_api_types::management::{ExportRootSigningKey, ExportedRoot};
use chancery_operations::signing_key::{self, ExportRoot};

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Exports the root key, encrypted under a passphrase; with `remove` it is erased here. All goes on until certificates end; to
/// rotate, to revoke and to renew, the root must be imported first. 409 is `root_key_removed`.
#[utoipa::path(
    post, path = "/signing-keys/export-root", tag = "signing-keys", operation_id = "exportRootSigningKey",
    request_body = ExportRootSigningKey,
    responses(
        (status = 200, body = ExportedRoot), (status = 409, description = "root_key_removed"),
        (status = 428, description = "idempotency_key_missing")
    )
)]
pub(super) async fn export_root_signing_key(
    State(app): State<App>,
    caller: Caller,
    body: Body<ExportRootSigningKey>,
) -> Answer<Json<ExportedRoot>> {
    let (context, body) = caller.changes(body);
    let input = ExportRoot { passphrase: body.passphrase.0.into(), remove: body.remove };
    let exported = signing_key::export_root(app.system(), &context, input).await?;
    Ok(Json(wire::exported(exported)))
}
