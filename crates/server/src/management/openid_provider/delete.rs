//! `DELETE /openid-providers/{openidProvider}`.

use axum::extract::State;
use chancery_api_types::wire::OpenIdProviderIdText;
use chancery_domain::OpenIdProviderId;
use chancery_operations::openid_provider;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Removes a registration: nobody activates by this provider's tokens any more. What was activated stays activated.
#[utoipa::path(
    delete, path = "/openid-providers/{openidProvider}", tag = "openid-providers", operation_id = "deleteOpenIdProvider",
    params(("openidProvider" = OpenIdProviderIdText, Path, description = "Its id")),
    responses((status = 204))
)]
pub(super) async fn delete_openid_provider(
    State(app): State<App>,
    caller: Caller,
    At(id): At<OpenIdProviderId>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    openid_provider::delete(app.system(), &context, id).await?;
    Ok(Done)
}
