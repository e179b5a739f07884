//! `/products/{product}/features`.

mod create;
mod get;
mod list;
mod remove;
mod set_value;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of features on a product.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_product_feature, list::list_product_features)).routes(routes!(
        get::get_product_feature,
        update::update_product_feature,
        set_value::set_product_feature_value,
        remove::remove_product_feature
    ))
}
