//! `/entitlements` and its commands.

mod activation_log;
mod activations;
mod disable;
mod enable;
mod get;
mod list;
mod log;
mod renew;
mod reset_usage;
mod start;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of entitlements.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_entitlements))
        .routes(routes!(get::get_entitlement, update::update_entitlement))
        .routes(routes!(renew::renew_entitlement))
        .routes(routes!(start::start_entitlement))
        .routes(routes!(disable::disable_entitlement))
        .routes(routes!(enable::enable_entitlement))
        .routes(routes!(reset_usage::reset_usage))
        .routes(routes!(activations::list_entitlement_activations))
        .routes(routes!(activation_log::list_activation_log))
}
