//! `/activations`: seats, as the vendor sees them.

mod checkout_feature;
mod get;
mod list;
mod refresh;
mod release;
mod return_feature;
mod use_feature;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of activations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_activations))
        .routes(routes!(get::get_activation, release::release_activation))
        .routes(routes!(refresh::refresh_activation))
        .routes(routes!(checkout_feature::checkout_activation_feature))
        .routes(routes!(return_feature::return_activation_feature))
        .routes(routes!(use_feature::use_activation_feature))
}
