//! `GET /customers/{customer}/contacts`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Contact;
use chancery_api_types::wire::CustomerRef;
use chancery_domain::{CustomerId, Selector};
use chancery_operations::contact;

use crate::App;
use crate::extract::{At, Caller, PlainListQuery};
use crate::management::customer::wire;
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the contacts of a customer.
#[utoipa::path(
    get, path = "/customers/{customer}/contacts", tag = "customers", operation_id = "listContacts",
    params(("customer" = CustomerRef, Path, description = "Its id or ref"), PlainListQuery),
    responses((status = 200, body = Page<Contact>))
)]
pub(super) async fn list_contacts(
    State(app): State<App>,
    caller: Caller<PlainListQuery>,
    At(which): At<Selector<CustomerId>>,
) -> Answer<Many<Contact>> {
    let (context, mut query) = caller.asks();
    let list = contact::list(app.system(), &context, which, query.page()).await?;
    Ok(Many::of(list, wire::contact))
}
