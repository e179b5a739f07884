//! `GET /entitlements`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Entitlement;
use chancery_api_types::wire::{CustomerRef, EntitlementStatusText, OrderRef, ProductRef, SkuText};
use chancery_operations::entitlement::{self, EntitlementSelector};

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which entitlements are listed.
    EntitlementQuery by ItemId, metadata {
        /// Only this customer's: its id or ref.
        #[param(value_type = Option<CustomerRef>)]
        customer_id: Option<CustomerRef>,
        /// Only this order's: its id or ref.
        #[param(value_type = Option<OrderRef>)]
        order_id: Option<OrderRef>,
        /// Only for this product: its id or key.
        #[param(value_type = Option<ProductRef>)]
        product_id: Option<ProductRef>,
        /// Only by the offering that had this SKU.
        #[param(value_type = Option<SkuText>)]
        sku: Option<SkuText>,
        /// Only those of which this is the verdict now. A page may then be shorter, even empty, although more come: follow
        /// `nextCursor`.
        #[param(value_type = Option<EntitlementStatusText>)]
        status: Option<EntitlementStatusText>,
        /// Those that are deleted, instead of those that are not.
        deleted: Option<bool>,
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
    let (page, status) = (query.page(), query.status.map(|status| status.0));
    let wanted = EntitlementSelector {
        customer: query.customer_id.map(|which| which.0),
        order: query.order_id.map(|which| which.0),
        product: query.product_id.map(|which| which.0),
        sku: query.sku.map(|text| text.0),
        deleted: query.deleted.unwrap_or_default(),
    };
    let filter = entitlement::filter(app.system(), &context, wanted).await?;
    let list = entitlement::list(app.system(), &context, filter, status, page).await?;
    Ok(Many::of(list, wire::entitlement))
}
