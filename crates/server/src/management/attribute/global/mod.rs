//! `/attributes`.

mod create;
mod delete;
mod get;
mod list;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of attributes for all products.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_attribute, list::list_attributes)).routes(routes!(
        get::get_attribute,
        update::update_attribute,
        delete::delete_attribute
    ))
}
