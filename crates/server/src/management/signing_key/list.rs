//! `GET /signing-keys`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::SigningKey;
use chancery_operations::signing_key;

use super::wire;
use crate::App;
use crate::extract::{Caller, PlainListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the keys that sign and the one that offline requests are sealed to, those too that were retired or revoked.
#[utoipa::path(
    get, path = "/signing-keys", tag = "signing-keys", operation_id = "listSigningKeys", params(PlainListQuery),
    responses((status = 200, body = Page<SigningKey>))
)]
pub(super) async fn list_signing_keys(
    State(app): State<App>,
    caller: Caller<PlainListQuery>,
) -> Answer<Many<SigningKey>> {
    let (context, mut query) = caller.asks();
    let list = signing_key::list(app.system(), &context, query.page()).await?;
    Ok(Many::of(list, wire::signing_key))
}
