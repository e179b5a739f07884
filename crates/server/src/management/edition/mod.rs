//! `/products/{product}/editions`.

mod create;
mod delete;
mod get;
mod list;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of editions.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_edition, list::list_editions)).routes(routes!(
        get::get_edition,
        update::update_edition,
        delete::delete_edition
    ))
}
