//! `POST /api-keys`.

use axum::extract::State;
use chancery_api_types::management::{ApiKey, CreateApiKey};
use chancery_operations::api_key;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes an API key: for a system, or for a contact and the portal API. The key itself is in this reply alone.
#[utoipa::path(
    post, path = "/api-keys", tag = "api-keys", operation_id = "createApiKey", request_body = CreateApiKey,
    responses((status = 201, body = ApiKey))
)]
pub(super) async fn create_api_key(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateApiKey>,
) -> Answer<Created<ApiKey>> {
    let (context, body) = caller.changes(body);
    let made = api_key::create(app.system(), &context, wire::new_api_key(body)?).await?;
    Ok(Created::of(made, wire::created))
}
