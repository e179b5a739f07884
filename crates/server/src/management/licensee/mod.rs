//! `/licensees`.

mod get;
mod list;
mod reset_secret;
mod set_secret;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of licensees.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_licensees))
        .routes(routes!(get::get_licensee, update::update_licensee))
        .routes(routes!(set_secret::set_licensee_secret, reset_secret::reset_licensee_secret))
}
