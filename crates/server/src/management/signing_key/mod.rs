//! `/signing-keys` (KEY-1…5).

mod export_root;
mod get;
mod import;
mod list;
mod revoke;
mod rotate;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of signing keys.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_signing_keys))
        .routes(routes!(rotate::rotate_signing_key))
        .routes(routes!(import::import_signing_key))
        .routes(routes!(export_root::export_root_signing_key))
        .routes(routes!(get::get_signing_key))
        .routes(routes!(revoke::revoke_signing_key))
}
