//! `PATCH /openid-providers/{openidProvider}`.

use axum::extract::State;
use chancery_api_types::management::{OpenIdProvider, UpdateOpenIdProvider};
use chancery_api_types::wire::OpenIdProviderIdText;
use chancery_domain::OpenIdProviderId;
use chancery_operations::openid_provider;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a registration of an OpenID provider.
#[utoipa::path(
    patch, path = "/openid-providers/{openidProvider}", tag = "openid-providers", operation_id = "updateOpenIdProvider",
    params(("openidProvider" = OpenIdProviderIdText, Path, description = "Its id")),
    request_body = UpdateOpenIdProvider,
    responses((status = 200, body = OpenIdProvider), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_openid_provider(
    State(app): State<App>,
    caller: Caller,
    At(id): At<OpenIdProviderId>,
    body: Body<UpdateOpenIdProvider>,
) -> Answer<One<OpenIdProvider>> {
    let (context, body) = caller.changes(body);
    let changed = openid_provider::update(app.system(), &context, id, wire::edit(body)?).await?;
    Ok(One::of(changed, wire::provider))
}
