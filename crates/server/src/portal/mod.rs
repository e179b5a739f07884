//! The portal API, `/api/portal/v1`: a customer's contacts, by their API keys, for the orders that name them.

use utoipa_axum::router::OpenApiRouter;

use crate::{App, hosting, offline};

/// Where it is.
pub(crate) const PREFIX: &str = "/api/portal/v1";

/// Its endpoints.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(offline::router()).merge(hosting::router())
}
