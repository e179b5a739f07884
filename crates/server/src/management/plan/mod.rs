//! `/plans`.

mod create;
mod delete;
mod get;
mod list;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of plans.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_plan, list::list_plans)).routes(routes!(
        get::get_plan,
        update::update_plan,
        delete::delete_plan
    ))
}
