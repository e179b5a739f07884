//! `GET /signing-keys/{signingKey}`.

use axum::extract::State;
use chancery_api_types::management::SigningKey;
use chancery_api_types::wire::SigningKeyIdText;
use chancery_domain::SigningKeyId;
use chancery_operations::signing_key;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a signing key, never its private half.
#[utoipa::path(
    get, path = "/signing-keys/{signingKey}", tag = "signing-keys", operation_id = "getSigningKey",
    params(("signingKey" = SigningKeyIdText, Path, description = "Its id")),
    responses((status = 200, body = SigningKey))
)]
pub(super) async fn get_signing_key(
    State(app): State<App>,
    caller: Caller,
    At(id): At<SigningKeyId>,
) -> Answer<One<SigningKey>> {
    let found = signing_key::find(app.system(), &caller.reads(), id).await?;
    Ok(One::of(found, wire::signing_key))
}
