//! `/products/{product}/attributes`.

mod create;
mod get;
mod list;
mod remove;
mod set_value;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of attributes on a product.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_product_attribute, list::list_product_attributes)).routes(
        routes!(
            get::get_product_attribute,
            update::update_product_attribute,
            set_value::set_product_attribute_value,
            remove::remove_product_attribute
        ),
    )
}
