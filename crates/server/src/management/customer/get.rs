//! `GET /customers/{customer}`.

use axum::extract::State;
use chancery_api_types::management::Customer;
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a customer.
#[utoipa::path(
    get, path = "/customers/{customer}", tag = "customers", operation_id = "getCustomer",
    params(("customer" = CustomerRef, Path, description = "Its id or ref")),
    responses((status = 200, body = Customer))
)]
pub(super) async fn get_customer(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<CustomerId>>,
) -> Answer<One<Customer>> {
    let found = customer::find(app.system(), &caller.reads(), which).await?;
    Ok(One::of(found, wire::customer))
}
