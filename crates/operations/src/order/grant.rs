//! What an order grants: its lines become entitlements, and its customer a licensee of each product (CAT-3).

use std::collections::BTreeSet;

use chancery_domain::{CatalogSnapshot, Customer, Entitlement, Order, OrderItem, ProductId};
use chancery_store::entitlement;

use crate::licensee::ensure;
use crate::{Change, Error};

/// Grants lines of an order, each with what the catalog says now.
pub(crate) fn grant(
    change: &mut Change<'_, '_>,
    order: &Order,
    customer: &Customer,
    lines: Vec<(OrderItem, CatalogSnapshot)>,
) -> Result<Vec<Entitlement>, Error> {
    let mut entitlements = Vec::with_capacity(lines.len());
    for (id, (terms, catalog)) in change.ids(lines.len()).into_iter().zip(lines) {
        let granted = Entitlement::grant(id, order, customer, catalog, &terms, change.now);
        entitlement::insert(change.tx, change.permit, &granted)?;
        change.record(granted.id, None, Some(&granted))?;
        entitlements.push(granted);
    }
    let products: BTreeSet<ProductId> = entitlements.iter().map(|granted| granted.product).collect();
    for product in products {
        ensure(change, customer.id, product)?;
    }
    Ok(entitlements)
}
