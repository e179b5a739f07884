//! `/openid-providers`.

mod create;
mod delete;
mod get;
mod list;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of registrations of OpenID providers.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_openid_provider, list::list_openid_providers)).routes(routes!(
        get::get_openid_provider,
        update::update_openid_provider,
        delete::delete_openid_provider
    ))
}
