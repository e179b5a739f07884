//! The management API, `/api/admin/v1`: a vendor's systems, by API keys.

mod activation;
mod activation_code;
mod api_key;
mod attribute;
mod audit;
mod catalog;
mod clock;
mod contact;
mod customer;
mod edition;
pub(crate) mod entitlement;
mod feature;
mod licensee;
mod local_server;
mod offering;
mod openid_provider;
mod order;
mod plan;
mod product;
mod signing_key;
mod vendor;

use utoipa_axum::router::OpenApiRouter;

use crate::{App, hosting, offline};

/// Where it is.
pub(crate) const PREFIX: &str = "/api/admin/v1";

/// Its endpoints: one folder per resource, one file per endpoint.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(customer::router())
        .merge(contact::router())
        .merge(licensee::router())
        .merge(order::router())
        .merge(activation_code::router())
        .merge(entitlement::router())
        .merge(activation::router())
        .merge(offline::router())
        .merge(hosting::router())
        .merge(local_server::router())
        .merge(audit::router())
        .merge(clock::router())
        .merge(product::router())
        .merge(feature::router())
        .merge(attribute::router())
        .merge(edition::router())
        .merge(plan::router())
        .merge(offering::router())
        .merge(catalog::router())
        .merge(api_key::router())
        .merge(signing_key::router())
        .merge(openid_provider::router())
        .merge(vendor::router())
}
