//! `DELETE /customers/{customer}`.

use axum::extract::State;
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes a customer that has ordered nothing.
#[utoipa::path(
    delete, path = "/customers/{customer}", tag = "customers", operation_id = "deleteCustomer",
    params(("customer" = CustomerRef, Path, description = "Its id or ref")),
    responses((status = 204), (status = 409, description = "in_use"))
)]
pub(super) async fn delete_customer(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<CustomerId>>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    customer::delete(app.system(), &context, which).await?;
    Ok(Done)
}
