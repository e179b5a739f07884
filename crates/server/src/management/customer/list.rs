//! `GET /customers`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Customer;
use chancery_api_types::wire::{EmailText, ReferenceText};
use chancery_operations::customer::{self, CustomerFilter};

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which customers are listed.
    CustomerQuery by ItemId, metadata {
        /// Only the one of this ref.
        #[serde(rename = "ref")]
        #[param(rename = "ref", value_type = Option<ReferenceText>)]
        reference: Option<ReferenceText>,
        /// Only those with this in their name, in large or small letters.
        #[param(max_length = 200)]
        name: Option<String>,
        /// Only those with a contact of this address.
        #[param(value_type = Option<EmailText>)]
        email: Option<EmailText>,
        /// Those that are deleted, instead of those that are not.
        deleted: Option<bool>,
    }
}

/// Lists the customers.
#[utoipa::path(
    get, path = "/customers", tag = "customers", operation_id = "listCustomers",
    params(CustomerQuery),
    responses((status = 200, body = Page<Customer>))
)]
pub(super) async fn list_customers(State(app): State<App>, caller: Caller<CustomerQuery>) -> Answer<Many<Customer>> {
    let (context, mut query) = caller.asks();
    let page = query.page();
    let filter = CustomerFilter {
        deleted: query.deleted.unwrap_or_default(),
        reference: query.reference.map(|text| text.0),
        name: query.name,
        email: query.email.map(|text| text.0),
    };
    let list = customer::list(app.system(), &context, filter, page).await?;
    Ok(Many::of(list, wire::customer))
}
