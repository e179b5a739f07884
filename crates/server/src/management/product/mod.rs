//! `/products`.

mod create;
mod delete;
mod get;
mod list;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of products.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_product, list::list_products)).routes(routes!(
        get::get_product,
        update::update_product,
        delete::delete_product
    ))
}
