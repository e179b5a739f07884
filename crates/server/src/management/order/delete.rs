//! `DELETE /orders/{order}`.

use axum::extract::State;
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::order;

use crate::App;
use crate::extract::{At, Body, Caller, Delete, Nothing};
use crate::problem::Answer;
use crate::reply::{Done, Rehearsed};

/// Deletes an order, and with it what it granted: its products work until their leases end. For 30 days it can be restored, then it is purged.
#[utoipa::path(
    delete, path = "/orders/{order}", tag = "orders", operation_id = "deleteOrder",
    params(("order" = OrderRef, Path, description = "Its id or ref"), Delete),
    responses((status = 204))
)]
pub(super) async fn delete_order(
    State(app): State<App>,
    caller: Caller<Delete>,
    At(which): At<Selector<OrderId>>,
    body: Body<Nothing>,
) -> Answer<Rehearsed<Done>> {
    let (context, Nothing {}, query) = caller.rehearses(body);
    let purges = query.purges(which.id())?;
    let done = if purges {
        order::purge(app.system(), &context, which).await
    } else {
        order::delete(app.system(), &context, which).await
    };
    Rehearsed::of(done, |()| Done)
}
