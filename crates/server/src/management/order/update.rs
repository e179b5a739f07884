//! `PATCH /orders/{order}`.

use axum::extract::State;
use chancery_api_types::management::{Order, UpdateOrder};
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::order;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes the ref, the contacts or the metadata of an order.
#[utoipa::path(
    patch, path = "/orders/{order}", tag = "orders", operation_id = "updateOrder",
    params(("order" = OrderRef, Path, description = "Its id or ref")), request_body = UpdateOrder,
    responses((status = 200, body = Order), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_order(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OrderId>>,
    body: Body<UpdateOrder>,
) -> Answer<One<Order>> {
    let (context, body) = caller.changes(body);
    let changed = order::update(app.system(), &context, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::order))
}
