//! `/customers`.

mod create;
mod delete;
mod disable;
mod enable;
mod get;
mod import;
mod list;
mod restore;
mod update;
pub(super) mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of customers.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_customer, list::list_customers))
        .routes(routes!(get::get_customer, update::update_customer, delete::delete_customer))
        .routes(routes!(import::import_customers))
        .routes(routes!(disable::disable_customer))
        .routes(routes!(enable::enable_customer))
        .routes(routes!(restore::restore_customer))
}
