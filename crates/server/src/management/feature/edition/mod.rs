//! `/products/{product}/editions/{edition}/features`.

mod create;
mod get;
mod list;
mod remove;
mod set_value;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of features on an edition.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_edition_feature, list::list_edition_features)).routes(routes!(
        get::get_edition_feature,
        update::update_edition_feature,
        set_value::set_edition_feature_value,
        remove::remove_edition_feature
    ))
}
