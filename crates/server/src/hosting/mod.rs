//! Local servers and what they host, for vendors' systems and for contacts alike: what a caller may reach, the operations decide (EXP-1…7).

mod export;
mod export_token;
mod get;
mod import;
mod list;
mod report;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) use wire::{host, local_server};

/// The endpoints, of the management API and of the portal API.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(export::export_entitlement))
        .routes(routes!(export_token::export_entitlement_token))
        .routes(routes!(import::import_entitlement))
        .routes(routes!(list::list_local_servers))
        .routes(routes!(get::get_local_server))
        .routes(routes!(report::report_local_server))
}
