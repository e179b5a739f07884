//! What only the vendor does to `/local-servers`: the rest is for contacts too, in `hosting`.

mod declare_lost;
mod rebind;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of local servers that contacts do not have.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(declare_lost::declare_local_server_lost))
        .routes(routes!(rebind::rebind_local_server))
}
