//! `GET /api-keys/{apiKey}`.

use axum::extract::State;
use chancery_api_types::management::ApiKey;
use chancery_api_types::wire::ApiKeyIdText;
use chancery_domain::ApiKeyId;
use chancery_operations::api_key;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an API key, without the key itself.
#[utoipa::path(
    get, path = "/api-keys/{apiKey}", tag = "api-keys", operation_id = "getApiKey",
    params(("apiKey" = ApiKeyIdText, Path, description = "Its id")),
    responses((status = 200, body = ApiKey))
)]
pub(super) async fn get_api_key(State(app): State<App>, caller: Caller, At(id): At<ApiKeyId>) -> Answer<One<ApiKey>> {
    let found = api_key::find(app.system(), &caller.reads(), id).await?;
    Ok(One::of(found, wire::api_key))
}
