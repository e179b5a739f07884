//! `/activations`: seats, as the vendor sees them.

mod get;
mod list;
mod release;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of activations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_activations))
        .routes(routes!(get::get_activation, release::release_activation))
}
