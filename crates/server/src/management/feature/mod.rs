//! Features: definitions at the levels of the catalog, and what holds at a product or an edition (CAT-1).

mod edition;
mod global;
mod product;
mod wire;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// The endpoints of features.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(global::router()).merge(product::router()).merge(edition::router())
}
