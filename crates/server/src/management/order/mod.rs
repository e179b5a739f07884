//! `/orders`.

mod create;
mod delete;
mod extend;
mod get;
mod list;
mod r#move;
mod restore;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of orders.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_order, list::list_orders))
        .routes(routes!(get::get_order, update::update_order, delete::delete_order))
        .routes(routes!(extend::extend_order))
        .routes(routes!(r#move::move_order))
        .routes(routes!(restore::restore_order))
}
