//! `/offerings`.

mod create;
mod delete;
mod get;
mod list;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of offerings.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_offering, list::list_offerings)).routes(routes!(
        get::get_offering,
        update::update_offering,
        delete::delete_offering
    ))
}
