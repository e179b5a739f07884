//! `PATCH /plans/{plan}`.

use axum::extract::State;
use chancery_api_types::management::{Plan, UpdatePlan};
use chancery_api_types::wire::PlanIdText;
use chancery_domain::PlanId;
use chancery_operations::plan;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a plan. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/plans/{plan}", tag = "plans", operation_id = "updatePlan",
    params(("plan" = PlanIdText, Path, description = "Its id")), request_body = UpdatePlan,
    responses((status = 200, body = Plan), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_plan(
    State(app): State<App>,
    caller: Caller,
    At(which): At<PlanId>,
    body: Body<UpdatePlan>,
) -> Answer<One<Plan>> {
    let (context, body) = caller.changes(body);
    let changed = plan::update(app.system(), &context, which.into(), wire::edit(body)).await?;
    Ok(One::of(changed, wire::plan))
}
