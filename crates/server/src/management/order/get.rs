//! `GET /orders/{order}`.

use axum::extract::State;
use chancery_api_types::management::Order;
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::order;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an order.
#[utoipa::path(
    get, path = "/orders/{order}", tag = "orders", operation_id = "getOrder",
    params(("order" = OrderRef, Path, description = "Its id or ref")),
    responses((status = 200, body = Order))
)]
pub(super) async fn get_order(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OrderId>>,
) -> Answer<One<Order>> {
    let found = order::find(app.system(), &caller.reads(), which).await?;
    Ok(One::of(found, wire::order))
}
