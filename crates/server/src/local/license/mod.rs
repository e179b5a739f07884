//! The server's own license (LLS-1…3).

mod activate;
mod deactivate;
mod refresh;
mod request;
mod status;
pub(super) mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of the license.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(status::get_local_license))
        .routes(routes!(request::request_local_license))
        .routes(routes!(activate::activate_local_license))
        .routes(routes!(refresh::refresh_local_license))
        .routes(routes!(deactivate::deactivate_local_license))
}
