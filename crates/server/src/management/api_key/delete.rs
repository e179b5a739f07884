//! `DELETE /api-keys/{apiKey}`.

use axum::extract::State;
use chancery_api_types::wire::ApiKeyIdText;
use chancery_domain::ApiKeyId;
use chancery_operations::api_key;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes an API key, which does not work any more from then on.
#[utoipa::path(
    delete, path = "/api-keys/{apiKey}", tag = "api-keys", operation_id = "deleteApiKey",
    params(("apiKey" = ApiKeyIdText, Path, description = "Its id")),
    responses((status = 204))
)]
pub(super) async fn delete_api_key(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ApiKeyId>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    api_key::delete(app.system(), &context, id).await?;
    Ok(Done)
}
