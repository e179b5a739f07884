//! `POST /customers/{customer}/disable`.

use axum::extract::State;
use chancery_api_types::management::{Customer, Disable};
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::customer;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, DryRun};
use crate::problem::Answer;
use crate::reply::{One, Rehearsed};

/// Disables a customer, and by that all its entitlements. Leases already given run out.
#[utoipa::path(
    post, path = "/customers/{customer}/disable", tag = "customers", operation_id = "disableCustomer",
    params(("customer" = CustomerRef, Path, description = "Its id or ref"), DryRun), request_body = Disable,
    responses((status = 200, body = Customer))
)]
pub(super) async fn disable_customer(
    State(app): State<App>,
    caller: Caller<DryRun>,
    At(which): At<Selector<CustomerId>>,
    body: Body<Disable>,
) -> Answer<Rehearsed<One<Customer>>> {
    let (context, body, _) = caller.rehearses(body);
    let reason = body.reason.map(|text| text.0);
    let changed = customer::disable(app.system(), &context, which, reason).await;
    Rehearsed::of(changed, |changed| One::of(changed, wire::customer))
}
