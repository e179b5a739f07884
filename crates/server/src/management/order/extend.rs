//! `POST /orders/{order}/extend`.

use axum::extract::State;
use chancery_api_types::management::{ExtendOrder, Order};
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::order;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Adds more offerings to an order. Its activation codes then work for them too.
#[utoipa::path(
    post, path = "/orders/{order}/extend", tag = "orders", operation_id = "extendOrder",
    params(("order" = OrderRef, Path, description = "Its id or ref")), request_body = ExtendOrder,
    responses((status = 200, body = Order), (status = 409, description = "deleted"))
)]
pub(super) async fn extend_order(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OrderId>>,
    body: Body<ExtendOrder>,
) -> Answer<One<Order>> {
    let (context, body) = caller.changes(body);
    let extended = order::extend(app.system(), &context, which, wire::extension(body)).await?;
    Ok(One::of(extended, wire::order))
}
