//! `POST /plans`.

use axum::extract::State;
use chancery_api_types::management::{CreatePlan, Plan};
use chancery_operations::plan;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes a plan.
#[utoipa::path(
    post, path = "/plans", tag = "plans", operation_id = "createPlan", request_body = CreatePlan,
    responses((status = 201, body = Plan), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_plan(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreatePlan>,
) -> Answer<Created<Plan>> {
    let (context, body) = caller.changes(body);
    let made = plan::create(app.system(), &context, wire::new_plan(body)).await?;
    Ok(Created::of(made, wire::plan))
}
