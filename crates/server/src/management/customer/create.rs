//! `POST /customers`.

use axum::extract::State;
use chancery_api_types::management::{CreateCustomer, Customer};
use chancery_operations::customer;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes a customer, with its contacts.
#[utoipa::path(
    post, path = "/customers", tag = "customers", operation_id = "createCustomer",
    request_body = CreateCustomer,
    responses((status = 201, body = Customer), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_customer(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateCustomer>,
) -> Answer<Created<Customer>> {
    let (context, body) = caller.changes(body);
    let made = customer::create(app.system(), &context, wire::new_customer(body)).await?;
    Ok(Created::of(made, wire::customer))
}
