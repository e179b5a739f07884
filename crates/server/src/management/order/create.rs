//! `POST /orders`.

use axum::extract::State;
use chancery_api_types::management::{CreateOrder, Order};
use chancery_operations::order;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes an order: entitlements, and activation codes that are in this reply alone.
#[utoipa::path(
    post, path = "/orders", tag = "orders", operation_id = "createOrder",
    request_body = CreateOrder,
    responses((status = 201, body = Order), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_order(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateOrder>,
) -> Answer<Created<Order>> {
    let (context, body) = caller.changes(body);
    let made = order::create(app.system(), &context, wire::new_order(body)).await?;
    Ok(Created::of(made, wire::order))
}
