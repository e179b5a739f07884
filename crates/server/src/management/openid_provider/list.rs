//! `GET /openid-providers`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::OpenIdProvider;
use chancery_operations::openid_provider;

use super::wire;
use crate::App;
use crate::extract::{Caller, PlainListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the registrations of OpenID providers.
#[utoipa::path(
    get, path = "/openid-providers", tag = "openid-providers", operation_id = "listOpenIdProviders", params(PlainListQuery),
    responses((status = 200, body = Page<OpenIdProvider>))
)]
pub(super) async fn list_openid_providers(
    State(app): State<App>,
    caller: Caller<PlainListQuery>,
) -> Answer<Many<OpenIdProvider>> {
    let (context, mut query) = caller.asks();
    let list = openid_provider::list(app.system(), &context, query.page()).await?;
    Ok(Many::of(list, wire::provider))
}
