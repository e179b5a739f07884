//! `POST /openid-providers`.

use axum::extract::State;
use chancery_api_types::management::{CreateOpenIdProvider, OpenIdProvider};
use chancery_operations::openid_provider;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Registers an OpenID provider: contacts who sign in there can activate on the orders that name them.
#[utoipa::path(
    post, path = "/openid-providers", tag = "openid-providers", operation_id = "createOpenIdProvider",
    request_body = CreateOpenIdProvider,
    responses((status = 201, body = OpenIdProvider), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_openid_provider(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateOpenIdProvider>,
) -> Answer<Created<OpenIdProvider>> {
    let (context, body) = caller.changes(body);
    let made = openid_provider::create(app.system(), &context, wire::new_provider(body)?).await?;
    Ok(Created::of(made, wire::provider))
}
