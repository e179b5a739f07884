//! The licensing API, `/api/v1`: products, by the credentials of their activations.

mod activate;
mod checkout;
mod credential;
mod deactivate;
mod entitlement;
mod give_back;
mod refresh;
mod secret;
mod spend;
mod state;
mod validate;

pub(crate) use credential::recognise;
pub(crate) use secret::licensee_secret;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// Where it is.
pub(crate) const PREFIX: &str = "/api/v1";

/// Its endpoints: one file per endpoint.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(activate::activate))
        .routes(routes!(state::read_state, deactivate::deactivate))
        .routes(routes!(refresh::refresh))
        .routes(routes!(checkout::checkout))
        .routes(routes!(give_back::give_back))
        .routes(routes!(spend::spend))
        .routes(routes!(entitlement::read_entitlement))
        .routes(routes!(validate::validate))
}
