//! Offline activation by carried tokens, for vendors' systems and for contacts alike: what a caller may reach, the operations
//! decide (OFF-3…9).

mod activate;
mod credential;
mod deactivate;
mod refresh;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints, of the management API and of the portal API.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(activate::activate_offline))
        .routes(routes!(refresh::refresh_offline))
        .routes(routes!(deactivate::deactivate_offline))
}
