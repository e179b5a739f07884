//! `GET /orders`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Order;
use chancery_api_types::wire::{CustomerRef, ReferenceText};
use chancery_operations::order::{self, OrderSelector};

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which orders are listed.
    OrderQuery by ItemId, metadata {
        /// Only this customer's: its id or ref.
        #[param(value_type = Option<CustomerRef>)]
        customer_id: Option<CustomerRef>,
        /// Only the one of this ref.
        #[serde(rename = "ref")]
        #[param(rename = "ref", value_type = Option<ReferenceText>)]
        reference: Option<ReferenceText>,
        /// Those that are deleted, instead of those that are not.
        deleted: Option<bool>,
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
    let page = query.page();
    let wanted = OrderSelector {
        customer: query.customer_id.map(|which| which.0),
        reference: query.reference.map(|text| text.0),
        deleted: query.deleted.unwrap_or_default(),
    };
    let list = order::list(app.system(), &context, wanted, page).await?;
    Ok(Many::of(list, wire::order))
}
