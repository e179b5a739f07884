//! `GET /licensees`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Licensee;
use chancery_api_types::wire::{CustomerRef, ProductRef};
use chancery_operations::licensee::{self, LicenseeFilter};

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which licensees are listed.
    LicenseeQuery by ItemId, metadata {
        /// Only this customer's: its id or ref.
        #[param(value_type = Option<CustomerRef>)]
        customer_id: Option<CustomerRef>,
        /// Only those of this product: its id or key.
        #[param(value_type = Option<ProductRef>)]
        product_id: Option<ProductRef>,
    }
}

/// Lists the licensees.
#[utoipa::path(
    get, path = "/licensees", tag = "licensees", operation_id = "listLicensees",
    params(LicenseeQuery),
    responses((status = 200, body = Page<Licensee>))
)]
pub(super) async fn list_licensees(State(app): State<App>, caller: Caller<LicenseeQuery>) -> Answer<Many<Licensee>> {
    let (context, mut query) = caller.asks();
    let page = query.page();
    let filter = LicenseeFilter {
        customer: query.customer_id.map(|which| which.0),
        product: query.product_id.map(|which| which.0),
    };
    let list = licensee::list(app.system(), &context, filter, page).await?;
    Ok(Many::of(list, wire::licensee))
}
