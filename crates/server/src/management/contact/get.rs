//! `GET /customers/{customer}/contacts/{contact}`.

use axum::extract::State;
use chancery_api_types::management::Contact;
use chancery_api_types::wire::{ContactIdText, CustomerRef};
use chancery_domain::{ContactId, CustomerId, Selector};
use chancery_operations::contact;

use crate::App;
use crate::extract::{At, Caller};
use crate::management::customer::wire;
use crate::problem::Answer;
use crate::reply::One;

/// Shows a contact of a customer.
#[utoipa::path(
    get, path = "/customers/{customer}/contacts/{contact}", tag = "customers", operation_id = "getContact",
    params(
        ("customer" = CustomerRef, Path, description = "The customer's id or ref"),
        ("contact" = ContactIdText, Path, description = "Its id")
    ),
    responses((status = 200, body = Contact))
)]
pub(super) async fn get_contact(
    State(app): State<App>,
    caller: Caller,
    At((which, id)): At<(Selector<CustomerId>, ContactId)>,
) -> Answer<One<Contact>> {
    let found = contact::find(app.system(), &caller.reads(), which, id).await?;
    Ok(One::of(found, |found| wire::contact(found.contact)))
}
