//! `GET /orders`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Order;
use chancery_api_types::wire::CustomerRef;
use chancery_operations::order;

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which orders are listed.
    OrderQuery by ItemId {
        /// Only this customer's: its id or ref.
        #[param(value_type = Option<CustomerRef>)]
        customer_id: Option<CustomerRef>,
    }
}

/// Lists the orders.
#[utoipa::path(
    get, path = "/orders", tag = "orders", operation_id = "listOrders",
    params(OrderQuery),
    responses((status = 200, body = Page<Order>))
)]
pub(super) async fn list_orders(State(app): State<App>, caller: Caller<OrderQuery>) -> Answer<Many<Order>> {
    let (context, mut query) = caller.asks();
    let (page, customer) = (query.page(), query.customer_id.map(|which| which.0));
    let list = order::list(app.system(), &context, customer, page).await?;
    Ok(Many::of(list, wire::order))
}
