//! `POST /signing-keys/{signingKey}/revoke`.

use axum::extract::State;
use chancery_api_types::management::SigningKey;
use chancery_api_types::wire::SigningKeyIdText;
use chancery_domain::SigningKeyId;
use chancery_operations::signing_key;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, DryRun, Nothing};
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Takes a key back that may have leaked: nothing that it signed counts any more. If it signs, a new one takes over. Products that
/// hold its tokens activate again with the same seat id. Offline requests that were sealed to a receiving key are refused, and
/// products need a newer trust bundle to make others. It cannot be undone.
#[utoipa::path(
    post, path = "/signing-keys/{signingKey}/revoke", tag = "signing-keys", operation_id = "revokeSigningKey",
    params(("signingKey" = SigningKeyIdText, Path, description = "Its id"), DryRun),
    responses((status = 200, body = SigningKey), (status = 409, description = "key_is_root, root_key_removed"))
)]
pub(super) async fn revoke_signing_key(
    State(app): State<App>,
    caller: Caller<DryRun>,
    At(id): At<SigningKeyId>,
    body: Body<Nothing>,
) -> Answer<Rehearsed<One<SigningKey>>> {
    let (context, Nothing {}, _) = caller.rehearses(body);
    let revoked = signing_key::revoke(app.system(), &context, id).await;
    Rehearsed::of(revoked, |revoked| One::of(revoked, wire::signing_key))
}
