//! `POST /signing-keys/import`.

use axum::extract::State;
use chancery_api_types::management::{ImportSigningKey, SigningKey};
use chancery_operations::signing_key::{self, ImportKey};

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Imports a key that was made elsewhere: it takes over from the one that signed for its purpose. The vendor's own root, where it
/// was removed, comes back. 409 is `already_exists` or `root_key_removed`.
#[utoipa::path(
    post, path = "/signing-keys/import", tag = "signing-keys", operation_id = "importSigningKey",
    request_body = ImportSigningKey,
    responses((status = 201, body = SigningKey), (status = 409, description = "already_exists, root_key_removed"))
)]
pub(super) async fn import_signing_key(
    State(app): State<App>,
    caller: Caller,
    body: Body<ImportSigningKey>,
) -> Answer<Created<SigningKey>> {
    let (context, body) = caller.changes(body);
    let input = ImportKey {
        pem: body.pem.0.into(),
        passphrase: body.passphrase.map(|secret| secret.0.into()),
        purpose: body.purpose.map(|purpose| purpose.0),
    };
    let made = signing_key::import(app.system(), &context, input).await?;
    Ok(Created::of(made, wire::signing_key))
}
