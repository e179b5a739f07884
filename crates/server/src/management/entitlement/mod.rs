//! `/entitlements` and its commands.

mod activation_log;
mod activations;
mod change_offering;
mod delete;
mod disable;
mod enable;
mod explain;
mod get;
mod list;
mod renew;
mod reset_overrides;
mod reset_usage;
mod restore;
mod start;
mod update;
mod wire;

pub(crate) use self::activation_log::{LogQuery, log};
pub(crate) use self::wire::entitlement as shown;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of entitlements.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_entitlements))
        .routes(routes!(get::get_entitlement, update::update_entitlement, delete::delete_entitlement))
        .routes(routes!(renew::renew_entitlement))
        .routes(routes!(start::start_entitlement))
        .routes(routes!(disable::disable_entitlement))
        .routes(routes!(enable::enable_entitlement))
        .routes(routes!(restore::restore_entitlement))
        .routes(routes!(change_offering::change_entitlement_offering))
        .routes(routes!(reset_overrides::reset_entitlement_overrides))
        .routes(routes!(reset_usage::reset_usage))
        .routes(routes!(explain::explain_entitlement))
        .routes(routes!(activations::list_entitlement_activations))
        .routes(routes!(activation_log::list_activation_log))
}
