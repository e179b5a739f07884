//! `DELETE /customers/{customer}`.

use axum::extract::State;
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use crate::App;
use crate::extract::{At, Caller, Nothing, Query};
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
    _: Query<Nothing>,
) -> Answer<Done> {
    customer::delete(app.system(), &caller.commands(), which).await?;
    Ok(Done)
}
