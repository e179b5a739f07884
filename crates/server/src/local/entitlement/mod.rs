//! What this server hosts (EXP-3…8). In its paths `entitlement` and `entitlements` are accepted alike.

mod activation_log;
mod activations;
mod delete;
mod get;
mod import;
mod list;
mod usage;
mod wire;

use axum::routing::{delete, get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of hosted entitlements.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import::import_hosted_entitlement))
        .routes(routes!(list::list_hosted_entitlements))
        .routes(routes!(get::get_hosted_entitlement))
        .routes(routes!(activations::list_hosted_activations))
        .routes(routes!(activation_log::list_hosted_activation_log))
        .routes(routes!(usage::get_hosted_usage))
        .routes(routes!(delete::delete_hosted_entitlement))
}

/// The same by the other number. They are one API, and documented once.
pub(super) fn aliases() -> axum::Router<App> {
    axum::Router::new()
        .route("/entitlements/import", post(import::import_hosted_entitlement))
        .route("/entitlement", get(list::list_hosted_entitlements))
        .route("/entitlements/{entitlement}", get(get::get_hosted_entitlement))
        .route("/entitlement/{entitlement}", delete(delete::delete_hosted_entitlement))
        .route("/entitlements/{entitlement}/activations", get(activations::list_hosted_activations))
        .route("/entitlements/{entitlement}/activations-log", get(activation_log::list_hosted_activation_log))
        .route("/entitlements/{entitlement}/usage", get(usage::get_hosted_usage))
}
