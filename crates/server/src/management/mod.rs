//! The management API, `/api/admin/v1`: a vendor's systems, by API keys.

mod api_key;
mod product;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// Where it is.
pub(crate) const PREFIX: &str = "/api/admin/v1";

/// Its endpoints: one folder per resource, one file per endpoint.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(product::router()).merge(api_key::router())
}
