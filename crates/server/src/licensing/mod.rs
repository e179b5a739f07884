//! The licensing API, `/api/v1`: products, by the credentials of their activations.

use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// Where it is.
pub(crate) const PREFIX: &str = "/api/v1";

/// Its endpoints: one file per endpoint.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
