//! `POST /orders/{order}/restore`.

use axum::extract::State;
use chancery_api_types::management::{Order, Restore};
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::order;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Restores an order that was deleted: all is what it was.
#[utoipa::path(
    post, path = "/orders/{order}/restore", tag = "orders", operation_id = "restoreOrder",
    params(("order" = OrderRef, Path, description = "Its id or ref")), request_body = Restore,
    responses((status = 200, body = Order), (status = 409, description = "not_restorable"))
)]
pub(super) async fn restore_order(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OrderId>>,
    body: Body<Restore>,
) -> Answer<One<Order>> {
    let (context, Restore {}) = caller.changes(body);
    let restored = order::restore(app.system(), &context, which).await?;
    Ok(One::of(restored, wire::order))
}
