//! `/products/{product}/editions/{edition}/attributes`.

mod create;
mod get;
mod list;
mod remove;
mod set_value;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of attributes on an edition.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_edition_attribute, list::list_edition_attributes)).routes(
        routes!(
            get::get_edition_attribute,
            update::update_edition_attribute,
            set_value::set_edition_attribute_value,
            remove::remove_edition_attribute
        ),
    )
}
