//! `GET /customers`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Customer;
use chancery_operations::customer;

use super::wire;
use crate::App;
use crate::extract::{Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the customers.
#[utoipa::path(
    get, path = "/customers", tag = "customers", operation_id = "listCustomers",
    params(ListQuery),
    responses((status = 200, body = Page<Customer>))
)]
pub(super) async fn list_customers(State(app): State<App>, caller: Caller<ListQuery>) -> Answer<Many<Customer>> {
    let (context, mut query) = caller.asks();
    let list = customer::list(app.system(), &context, query.page()).await?;
    Ok(Many::of(list, wire::customer))
}
