//! `PATCH /customers/{customer}/contacts/{contact}`.

use axum::extract::State;
use chancery_api_types::management::{Contact, UpdateContact};
use chancery_api_types::wire::{ContactIdText, CustomerRef};
use chancery_domain::{ContactId, CustomerId, Selector};
use chancery_operations::contact::{self, ContactEdit};

use crate::App;
use crate::extract::{At, Body, Caller};
use crate::management::customer::wire;
use crate::problem::Answer;
use crate::reply::One;

/// Changes the name or the address of a contact.
#[utoipa::path(
    patch, path = "/customers/{customer}/contacts/{contact}", tag = "customers", operation_id = "updateContact",
    params(
        ("customer" = CustomerRef, Path, description = "The customer's id or ref"),
        ("contact" = ContactIdText, Path, description = "Its id")
    ),
    request_body = UpdateContact,
    responses((status = 200, body = Contact), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_contact(
    State(app): State<App>,
    caller: Caller,
    At((which, id)): At<(Selector<CustomerId>, ContactId)>,
    body: Body<UpdateContact>,
) -> Answer<One<Contact>> {
    let (context, body) = caller.changes(body);
    let edit = ContactEdit { name: body.name.map(|text| text.0), email: body.email.map(|text| text.0) };
    let changed = contact::update(app.system(), &context, which, id, edit).await?;
    Ok(One::of(changed, |changed| wire::contact(changed.contact)))
}
