//! `GET /openid-providers/{openidProvider}`.

use axum::extract::State;
use chancery_api_types::management::OpenIdProvider;
use chancery_api_types::wire::OpenIdProviderIdText;
use chancery_domain::OpenIdProviderId;
use chancery_operations::openid_provider;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a registration of an OpenID provider.
#[utoipa::path(
    get, path = "/openid-providers/{openidProvider}", tag = "openid-providers", operation_id = "getOpenIdProvider",
    params(("openidProvider" = OpenIdProviderIdText, Path, description = "Its id")),
    responses((status = 200, body = OpenIdProvider))
)]
pub(super) async fn get_openid_provider(
    State(app): State<App>,
    caller: Caller,
    At(id): At<OpenIdProviderId>,
) -> Answer<One<OpenIdProvider>> {
    let found = openid_provider::find(app.system(), &caller.reads(), id).await?;
    Ok(One::of(found, wire::provider))
}
