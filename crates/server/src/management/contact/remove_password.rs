//! `DELETE /customers/{customer}/contacts/{contact}/password`.

use axum::extract::State;
use chancery_api_types::wire::{ContactIdText, CustomerRef};
use chancery_domain::{ContactId, CustomerId, Selector};
use chancery_operations::contact;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Removes a contact's password: nobody activates by it any more. What was activated stays activated.
#[utoipa::path(
    delete, path = "/customers/{customer}/contacts/{contact}/password", tag = "customers",
    operation_id = "removeContactPassword",
    params(
        ("customer" = CustomerRef, Path, description = "The customer's id or ref"),
        ("contact" = ContactIdText, Path, description = "Its id")
    ),
    responses((status = 204))
)]
pub(super) async fn remove_contact_password(
    State(app): State<App>,
    caller: Caller,
    At((which, id)): At<(Selector<CustomerId>, ContactId)>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    contact::remove_password(app.system(), &context, which, id).await?;
    Ok(Done)
}
