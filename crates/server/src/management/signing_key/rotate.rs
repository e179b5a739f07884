//! `POST /signing-keys/rotate`.

use axum::extract::State;
use chancery_api_types::management::{RotateSigningKey, SigningKey};
use chancery_domain::KeyPurpose;
use chancery_operations::signing_key;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes a new key, which takes over at once. What the one before signed stays good, what was or will be sealed to it is opened,
/// and no product must be changed. An RSA key (`licenseKey`) takes some seconds. 409 is `key_is_root` or `root_key_removed`.
#[utoipa::path(
    post, path = "/signing-keys/rotate", tag = "signing-keys", operation_id = "rotateSigningKey",
    request_body = RotateSigningKey,
    responses((status = 201, body = SigningKey), (status = 409, description = "key_is_root, root_key_removed"))
)]
pub(super) async fn rotate_signing_key(
    State(app): State<App>,
    caller: Caller,
    body: Body<RotateSigningKey>,
) -> Answer<Created<SigningKey>> {
    let (context, body) = caller.changes(body);
    let purpose = body.purpose.map_or(KeyPurpose::Issuing, |purpose| purpose.0);
    let made = signing_key::rotate(app.system(), &context, purpose).await?;
    Ok(Created::of(made, wire::signing_key))
}
