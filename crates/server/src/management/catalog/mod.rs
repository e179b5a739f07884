//! `/catalog`: the whole catalog as one file (CAT-4).

mod export;
mod file;
mod import;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of the catalog.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import::import_catalog)).routes(routes!(export::export_catalog))
}
