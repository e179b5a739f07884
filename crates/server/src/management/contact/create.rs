//! `POST /customers/{customer}/contacts`.

use axum::extract::State;
use chancery_api_types::management::{Contact, CreateContact};
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::contact;

use crate::App;
use crate::extract::{At, Body, Caller};
use crate::management::customer::wire;
use crate::problem::Answer;
use crate::reply::Created;

/// Adds a contact to a customer.
#[utoipa::path(
    post, path = "/customers/{customer}/contacts", tag = "customers", operation_id = "createContact",
    params(("customer" = CustomerRef, Path, description = "Its id or ref")), request_body = CreateContact,
    responses((status = 201, body = Contact), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_contact(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<CustomerId>>,
    body: Body<CreateContact>,
) -> Answer<Created<Contact>> {
    let (context, body) = caller.changes(body);
    let made = contact::create(app.system(), &context, which, wire::new_contact(body)).await?;
    Ok(Created::part(wire::contact(made.contact)))
}
