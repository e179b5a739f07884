//! `DELETE /plans/{plan}`.

use axum::extract::State;
use chancery_api_types::wire::PlanIdText;
use chancery_domain::PlanId;
use chancery_operations::plan;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes a plan that nothing refers to.
#[utoipa::path(
    delete, path = "/plans/{plan}", tag = "plans", operation_id = "deletePlan",
    params(("plan" = PlanIdText, Path, description = "Its id")),
    responses((status = 204), (status = 409, description = "in_use"))
)]
pub(super) async fn delete_plan(
    State(app): State<App>,
    caller: Caller,
    At(which): At<PlanId>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    plan::delete(app.system(), &context, which.into()).await?;
    Ok(Done)
}
