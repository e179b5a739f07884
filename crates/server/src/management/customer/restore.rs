//! `POST /customers/{customer}/restore`.

use axum::extract::State;
use chancery_api_types::management::{Customer, Restore};
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Restores a customer that was deleted: all is what it was.
#[utoipa::path(
    post, path = "/customers/{customer}/restore", tag = "customers", operation_id = "restoreCustomer",
    params(("customer" = CustomerRef, Path, description = "Its id or ref")), request_body = Restore,
    responses((status = 200, body = Customer), (status = 409, description = "not_restorable"))
)]
pub(super) async fn restore_customer(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<CustomerId>>,
    body: Body<Restore>,
) -> Answer<One<Customer>> {
    let (context, Restore {}) = caller.changes(body);
    let restored = customer::restore(app.system(), &context, which).await?;
    Ok(One::of(restored, wire::customer))
}
