//! The local server's profile (local-server.md): the licensing API behind a gate, and the local management API, `/api/lls`.

mod confirm_restore;
mod entitlement;
mod gate;
mod hosts;
mod license;
mod machine;
mod r#move;
mod page;
mod rebind;
mod report;
mod token;
mod trust_bundle;

use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::hosts::Hosts;
use crate::router::Face;
use crate::{App, licensing, public};

/// Where the local management API is.
pub(crate) const PREFIX: &str = "/api/lls";

/// What a local server answers at an address.
pub(crate) fn endpoints(app: &App, face: Face) -> Router<App> {
    match face {
        Face::Whole => managing(app).merge(serving(app)),
        Face::Products => serving(app).merge(public::root()),
        Face::Management => managing(app).merge(public::of_products()),
    }
}

/// The authority's licensing API, as long as this server is active (LLS-1).
fn serving(app: &App) -> Router<App> {
    let licensing = licensing::router().layer(from_fn_with_state(app.clone(), gate::gate));
    let (licensing, _) = OpenApiRouter::new().nest(licensing::PREFIX, licensing).split_for_parts();
    licensing.merge(public::of_products())
}

/// What answers to the server's own names alone (LLS-5).
fn managing(app: &App) -> Router<App> {
    let (management, _) = OpenApiRouter::new().nest(PREFIX, router()).split_for_parts();
    let aliases = Router::new().nest(PREFIX, entitlement::aliases());
    let pages = public::of_administrators().merge(page::router());
    management.merge(aliases).merge(pages).layer(from_fn_with_state(app.clone(), hosts::guard))
}

/// The endpoints of the local management API: one file per endpoint.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(license::router())
        .merge(entitlement::router())
        .merge(token::router())
        .routes(routes!(report::report_local))
        .routes(routes!(confirm_restore::confirm_local_restore))
        .routes(routes!(machine::get_local_machine))
        .routes(routes!(r#move::move_local))
        .routes(routes!(rebind::rebind_local))
        .routes(routes!(trust_bundle::update_local_trust))
}
