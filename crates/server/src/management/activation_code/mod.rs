//! `/orders/{order}/activation-codes` (LIC-2).

mod create;
mod list;
mod revoke;
pub(super) mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of activation codes.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_activation_code, list::list_activation_codes))
        .routes(routes!(revoke::revoke_activation_code))
}
