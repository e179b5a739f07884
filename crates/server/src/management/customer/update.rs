//! `PATCH /customers/{customer}`.

use axum::extract::State;
use chancery_api_types::management::{Customer, UpdateCustomer};
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a customer. Its contacts have calls of their own.
#[utoipa::path(
    patch, path = "/customers/{customer}", tag = "customers", operation_id = "updateCustomer",
    params(("customer" = CustomerRef, Path, description = "Its id or ref")), request_body = UpdateCustomer,
    responses((status = 200, body = Customer), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_customer(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<CustomerId>>,
    body: Body<UpdateCustomer>,
) -> Answer<One<Customer>> {
    let (context, body) = caller.changes(body);
    let changed = customer::update(app.system(), &context, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::customer))
}
