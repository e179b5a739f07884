//! `GET /api-keys`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::ApiKey;
use chancery_operations::api_key;

use super::wire;
use crate::App;
use crate::extract::{Caller, PlainListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the API keys.
#[utoipa::path(
    get, path = "/api-keys", tag = "api-keys", operation_id = "listApiKeys", params(PlainListQuery),
    responses((status = 200, body = Page<ApiKey>))
)]
pub(super) async fn list_api_keys(State(app): State<App>, caller: Caller<PlainListQuery>) -> Answer<Many<ApiKey>> {
    let (context, mut query) = caller.asks();
    let list = api_key::list(app.system(), &context, query.page()).await?;
    Ok(Many::of(list, wire::api_key))
}
