//! `GET /plans/{plan}`.

use axum::extract::State;
use chancery_api_types::management::Plan;
use chancery_api_types::wire::PlanIdText;
use chancery_domain::PlanId;
use chancery_operations::plan;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a plan.
#[utoipa::path(
    get, path = "/plans/{plan}", tag = "plans", operation_id = "getPlan",
    params(("plan" = PlanIdText, Path, description = "Its id")),
    responses((status = 200, body = Plan))
)]
pub(super) async fn get_plan(State(app): State<App>, caller: Caller, At(which): At<PlanId>) -> Answer<One<Plan>> {
    let found = plan::find(app.system(), &caller.reads(), which.into()).await?;
    Ok(One::of(found, wire::plan))
}
