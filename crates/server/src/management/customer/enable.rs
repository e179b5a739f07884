//! `POST /customers/{customer}/enable`.

use axum::extract::State;
use chancery_api_types::management::{Customer, Enable};
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Enables a customer again: each of its entitlements is what it was.
#[utoipa::path(
    post, path = "/customers/{customer}/enable", tag = "customers", operation_id = "enableCustomer",
    params(("customer" = CustomerRef, Path, description = "Its id or ref")), request_body = Enable,
    responses((status = 200, body = Customer))
)]
pub(super) async fn enable_customer(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<CustomerId>>,
    body: Body<Enable>,
) -> Answer<One<Customer>> {
    let (context, Enable {}) = caller.changes(body);
    let changed = customer::enable(app.system(), &context, which).await?;
    Ok(One::of(changed, wire::customer))
}
