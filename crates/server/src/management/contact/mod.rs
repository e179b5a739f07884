//! `/customers/{customer}/contacts`. Contacts are read with their customer.

mod create;
mod delete;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of contacts.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_contact)).routes(routes!(delete::delete_contact))
}
