//! `GET /plans`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Plan;
use chancery_operations::plan;

use super::wire;
use crate::App;
use crate::extract::{Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the plans.
#[utoipa::path(
    get, path = "/plans", tag = "plans", operation_id = "listPlans", params(ListQuery),
    responses((status = 200, body = Page<Plan>))
)]
pub(super) async fn list_plans(State(app): State<App>, caller: Caller<ListQuery>) -> Answer<Many<Plan>> {
    let (context, mut query) = caller.asks();
    let list = plan::list(app.system(), &context, query.page()).await?;
    Ok(Many::of(list, wire::plan))
}
