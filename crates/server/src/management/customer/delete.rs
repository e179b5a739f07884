//! `DELETE /customers/{customer}`.

use axum::extract::State;
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use crate::App;
use crate::extract::{At, Body, Caller, Delete, Nothing};
use crate::problem::Answer;
use crate::reply::{Done, Rehearsed};

/// Deletes a customer, and with it its orders, whose products work until their leases end. For 30 days it can be restored, then it is purged.
#[utoipa::path(
    delete, path = "/customers/{customer}", tag = "customers", operation_id = "deleteCustomer",
    params(("customer" = CustomerRef, Path, description = "Its id or ref"), Delete),
    responses((status = 204))
)]
pub(super) async fn delete_customer(
    State(app): State<App>,
    caller: Caller<Delete>,
    At(which): At<Selector<CustomerId>>,
    body: Body<Nothing>,
) -> Answer<Rehearsed<Done>> {
    let (context, Nothing {}, query) = caller.rehearses(body);
    let purges = query.purges(which.id())?;
    let done = if purges {
        customer::purge(app.system(), &context, which).await
    } else {
        customer::delete(app.system(), &context, which).await
    };
    Rehearsed::of(done, |()| Done)
}
