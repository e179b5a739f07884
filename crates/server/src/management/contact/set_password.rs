//! `PUT /customers/{customer}/contacts/{contact}/password`.

use axum::extract::State;
use chancery_api_types::management::{Contact, SetContactPassword};
use chancery_api_types::wire::{ContactIdText, CustomerRef};
use chancery_domain::{ContactId, CustomerId, Password, Selector};
use chancery_operations::contact;

use crate::App;
use crate::extract::{At, Body, Caller};
use crate::management::customer::wire;
use crate::problem::{Answer, Failure};
use crate::reply::One;

/// Sets a contact's password, or another one: by it and the address, products activate on the orders that name the contact.
#[utoipa::path(
    put, path = "/customers/{customer}/contacts/{contact}/password", tag = "customers", operation_id = "setContactPassword",
    params(
        ("customer" = CustomerRef, Path, description = "The customer's id or ref"),
        ("contact" = ContactIdText, Path, description = "Its id")
    ),
    request_body = SetContactPassword,
    responses((status = 200, body = Contact))
)]
pub(super) async fn set_contact_password(
    State(app): State<App>,
    caller: Caller,
    At((which, id)): At<(Selector<CustomerId>, ContactId)>,
    body: Body<SetContactPassword>,
) -> Answer<One<Contact>> {
    let (context, body) = caller.changes(body);
    let wrong = |invalid| Failure::invalid("password", invalid, "give a password of 12 to 256 characters");
    let password = Password::new(body.password.expose()).map_err(wrong)?;
    let changed = contact::set_password(app.system(), &context, which, id, password).await?;
    Ok(One::of(changed, |changed| wire::contact(changed.contact)))
}
