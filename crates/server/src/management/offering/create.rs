//! `POST /offerings`.

use axum::extract::State;
use chancery_api_types::management::{CreateOffering, Offering};
use chancery_operations::offering;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes an offering.
#[utoipa::path(
    post, path = "/offerings", tag = "offerings", operation_id = "createOffering", request_body = CreateOffering,
    responses((status = 201, body = Offering), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_offering(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateOffering>,
) -> Answer<Created<Offering>> {
    let (context, body) = caller.changes(body);
    let made = offering::create(app.system(), &context, wire::new_offering(body)).await?;
    Ok(Created::of(made, wire::offering))
}
