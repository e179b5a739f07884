//! `GET /entitlements`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Entitlement;
use chancery_api_types::wire::{CustomerRef, OrderRef, ProductRef};
use chancery_operations::entitlement::{self, EntitlementSelector};

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which entitlements are listed.
    EntitlementQuery by ItemId {
        /// Only this customer's: its id or ref.
        #[param(value_type = Option<CustomerRef>)]
        customer_id: Option<CustomerRef>,
        /// Only this order's: its id or ref.
        #[param(value_type = Option<OrderRef>)]
        order_id: Option<OrderRef>,
        /// Only for this product: its id or key.
        #[param(value_type = Option<ProductRef>)]
        product_id: Option<ProductRef>,
    }
}

/// Lists the entitlements.
#[utoipa::path(
    get, path = "/entitlements", tag = "entitlements", operation_id = "listEntitlements",
    params(EntitlementQuery),
    responses((status = 200, body = Page<Entitlement>))
)]
pub(super) async fn list_entitlements(
    State(app): State<App>,
    caller: Caller<EntitlementQuery>,
) -> Answer<Many<Entitlement>> {
    let (context, mut query) = caller.asks();
    let page = query.page();
    let wanted = EntitlementSelector {
        customer: query.customer_id.map(|which| which.0),
        order: query.order_id.map(|which| which.0),
        product: query.product_id.map(|which| which.0),
    };
    let filter = entitlement::filter(app.system(), &context, wanted).await?;
    let list = entitlement::list(app.system(), &context, filter, page).await?;
    Ok(Many::of(list, wire::entitlement))
}
