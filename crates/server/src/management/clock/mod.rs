//! `/clock` (CLK-1).

mod get;
mod r#move;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of the clock.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get::get_clock, r#move::move_clock))
}
