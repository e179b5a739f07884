//! `/features`.

mod create;
mod delete;
mod get;
mod list;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of features for all products.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_feature, list::list_features)).routes(routes!(
        get::get_feature,
        update::update_feature,
        delete::delete_feature
    ))
}
