//! What needs no credential: what this server is, its health, its vendors' public keys, its documentation.

mod docs;
mod jwks;
mod live;
mod metrics;
mod openapi;
pub(crate) mod page;
mod problems;
mod ready;
mod root;
mod trust_bundle;

pub(crate) use self::root::{for_a_program, is_for_a_person};
use axum::Router;
use axum::routing::get;
use chancery_api_types::Code;
use chancery_domain::VendorId;
use chancery_operations::vendor;

use crate::App;
use crate::problem::{Answer, Failure};

/// The endpoints of an authority.
pub(crate) fn router() -> Router<App> {
    health()
        .merge(keys())
        .merge(pages())
        .merge(root())
        .route("/openapi/management.json", get(openapi::management))
        .route("/openapi/portal.json", get(openapi::portal))
}

/// What a local server's products ask for, whoever else manages it elsewhere.
pub(crate) fn of_products() -> Router<App> {
    health().merge(keys())
}

/// What a local server's administrator reads.
pub(crate) fn of_administrators() -> Router<App> {
    pages().route("/openapi/local.json", get(openapi::local))
}

/// What this is (NET-2).
pub(crate) fn root() -> Router<App> {
    Router::new().route("/", get(root::root))
}

fn health() -> Router<App> {
    Router::new().route("/health/live", get(live::live)).route("/health/ready", get(ready::ready))
}

fn keys() -> Router<App> {
    Router::new()
        .route("/.well-known/jwks.json", get(jwks::of_the_vendor))
        .route("/.well-known/trust-bundle", get(trust_bundle::of_the_vendor))
        .route("/vendors/{vendor}/.well-known/jwks.json", get(jwks::of_a_vendor))
        .route("/vendors/{vendor}/.well-known/trust-bundle", get(trust_bundle::of_a_vendor))
}

fn pages() -> Router<App> {
    Router::new()
        .route("/metrics", get(metrics::metrics))
        .route("/openapi/licensing.json", get(openapi::licensing))
        .route("/docs", get(docs::page_of_apis))
        .route("/docs/docs.js", get(docs::script))
        .route("/docs/docs.css", get(docs::style))
        .route("/docs/problems", get(problems::page))
}

/// The vendor, where there is one only (KEY-4).
async fn only_vendor(app: &App) -> Answer<VendorId> {
    match vendor::list(app.system()).await?.as_slice() {
        [vendor] => Ok(vendor.id),
        [] => Err(Failure::new(Code::NotFound, "This server has no vendor yet")),
        _ => Err(Failure::new(Code::NotFound, "This server has several vendors: their keys are below /vendors/{id}")),
    }
}
