//! What entitlements are listed by, as a caller names it.

use chancery_domain::{Action, CustomerId, Invalid, OrderId, ProductId, Selector, Sku};
use chancery_store::entitlement::EntitlementFilter;
use chancery_store::{customer, order, product};

use crate::{Context, Error, System};

/// Whose entitlements are wanted: each by id or by name.
#[derive(Clone, Debug, Default)]
pub struct EntitlementSelector {
    /// Only this customer's.
    pub customer: Option<Selector<CustomerId>>,
    /// Only this order's.
    pub order: Option<Selector<OrderId>>,
    /// Only for this product.
    pub product: Option<Selector<ProductId>>,
    /// Only by the offering that had this SKU.
    pub sku: Option<Sku>,
    /// Those that are deleted; else those that are not (ENT-10).
    pub deleted: bool,
}

/// The filter that is meant.
///
/// # Errors
/// `Invalid` for what does not exist; the database's.
pub async fn filter(
    system: &System,
    context: &Context,
    wanted: EntitlementSelector,
) -> Result<EntitlementFilter, Error> {
    let vendor = context.permit(Action::ReadEntitlement)?.vendor();
    system
        .store()
        .read(move |tx| {
            let mut filter =
                EntitlementFilter { sku: wanted.sku.clone(), deleted: wanted.deleted, ..EntitlementFilter::default() };
            if let Some(which) = &wanted.customer {
                let found = customer::find(tx, vendor, which)?.ok_or_else(|| unknown("customerId", "customer"))?;
                filter.customer = Some(found.id);
            }
            if let Some(which) = &wanted.order {
                let found = order::find(tx, vendor, which)?.ok_or_else(|| unknown("orderId", "order"))?;
                filter.order = Some(found.id);
            }
            if let Some(which) = &wanted.product {
                let found = product::find(tx, vendor, which)?.ok_or_else(|| unknown("productId", "product"))?;
                filter.product = Some(found.id);
            }
            Ok(filter)
        })
        .await
}

fn unknown(path: &str, what: &str) -> Error {
    Error::invalid(path, Invalid::Unknown, format!("there is no such {what}"))
}
