//! `POST /orders/{order}/move`.

use axum::extract::State;
use chancery_api_types::management::{MoveOrder, Order};
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::order::{self, OrderMove};

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, DryRun};
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Gives an order to another customer, with all that it granted. Activations go on; leases name the new customer from their next
/// refresh on. The contacts of the customer that it leaves do not stay.
#[utoipa::path(
    post, path = "/orders/{order}/move", tag = "orders", operation_id = "moveOrder",
    params(("order" = OrderRef, Path, description = "Its id or ref"), DryRun), request_body = MoveOrder,
    responses((status = 200, body = Order), (status = 409, description = "deleted"))
)]
pub(super) async fn move_order(
    State(app): State<App>,
    caller: Caller<DryRun>,
    At(which): At<Selector<OrderId>>,
    body: Body<MoveOrder>,
) -> Answer<Rehearsed<One<Order>>> {
    let (context, body, _) = caller.rehearses(body);
    let contacts = body.contacts.map(|ids| ids.into_iter().map(|id| id.0).collect());
    let to = OrderMove { customer: body.customer_id.0, contacts };
    let moved = order::move_to(app.system(), &context, which, to).await;
    Rehearsed::of(moved, |moved| One::of(moved, wire::order))
}
