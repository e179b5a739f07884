//! Reading entitlements.

use std::collections::BTreeSet;

use chancery_domain::{
    ActivationId, CustomerId, Disabled, Entitlement, EntitlementId, OrderId, Overridable, Permit, Policy, ProductId,
    SeatCounter, Sku, Timestamp, VendorId,
};

use super::document::{read_attributes, read_features};
use super::hosting::read_hosting;
use crate::columns::{deletion, from_json, parsed};
use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.order_id, t.customer_id, u.name, t.product_id, t.edition_id, t.offering_id, t.sku, t.plan_type,
                t.license_start, t.duration, t.start, t.expiry, t.maintenance_end, t.seats, t.overdraft, t.concurrency,
                t.lease_period, t.offline_lease_period, t.grace_period, t.outage_tolerance, t.enforcement,
                t.features, t.attributes, t.usage_reset, t.renewal_resets, t.overrides, t.disabled_since, t.disabled_reason,
                u.disabled_since IS NOT NULL, t.deleted, t.purge_at, o.deleted, o.purge_at, u.deleted, u.purge_at, p.secret_mode, t.highest_seat,
                t.occupied_seats, t.hosting, t.notes, t.metadata, t.created, t.updated
         FROM entitlements t JOIN orders o ON o.id = t.order_id JOIN customers u ON u.id = t.customer_id
         JOIN products p ON p.id = t.product_id"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Entitlement, StoreError> {
    Ok(Entitlement {
        id: c.take()?,
        vendor: c.take()?,
        order: c.take()?,
        customer: c.take()?,
        customer_name: c.take()?,
        product: c.take()?,
        edition: c.take()?,
        offering: c.take()?,
        sku: c.take()?,
        plan_type: c.take()?,
        license_start: c.take()?,
        duration: c.take()?,
        start: c.take()?,
        expiry: c.take()?,
        maintenance_end: c.take()?,
        seats: c.take()?,
        overdraft: c.take()?,
        concurrency: c.take()?,
        policy: Policy {
            lease_period: c.take()?,
            offline_lease_period: c.take()?,
            grace_period: c.take()?,
            outage_tolerance: c.take()?,
            enforcement: c.take()?,
        },
        features: read_features(&c.take::<String>()?)?,
        attributes: read_attributes(&c.take::<String>()?)?,
        usage_reset: c.take()?,
        renewal_resets: resets(&c.take::<String>()?)?,
        overrides: overrides(&c.take::<String>()?)?,
        disabled: disabled(c)?,
        customer_disabled: c.take()?,
        deletion: deletion(c)?,
        order_deletion: deletion(c)?,
        customer_deletion: deletion(c)?,
        secret_mode: c.take()?,
        counter: SeatCounter { highest: c.take()?, occupied: c.take()? },
        hosting: read_hosting(&c.take::<String>()?)?,
        notes: c.take()?,
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

fn disabled(c: &mut Columns<'_>) -> Result<Option<Disabled>, StoreError> {
    let (since, reason) = (c.take::<Option<Timestamp>>()?, c.take()?);
    Ok(since.map(|since| Disabled { since, reason }))
}

fn resets(text: &str) -> Result<Vec<Timestamp>, StoreError> {
    let micros: Vec<i64> = from_json(text)?;
    let out_of_range = |_| StoreError::corrupt("a reset outside of the years 1 to 9999");
    micros.into_iter().map(|micros| Timestamp::from_micros(micros).map_err(out_of_range)).collect()
}

fn overrides(text: &str) -> Result<BTreeSet<Overridable>, StoreError> {
    text.split_whitespace().map(parsed).collect()
}

/// One entitlement of a vendor.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, id: EntitlementId) -> Result<Option<Entitlement>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, id], read)
}

const OF_ACTIVATION: &str =
    concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = (SELECT entitlement_id FROM activations WHERE id = $2)");

/// Tells that [`of_activation`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce_of_activation(tx: &mut ReadTx<'_>, vendor: VendorId, id: ActivationId) -> Result<(), StoreError> {
    tx.announce(OF_ACTIVATION, params![vendor, id])
}

/// The entitlement of an activation.
///
/// # Errors
/// The database's.
pub fn of_activation(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    id: ActivationId,
) -> Result<Option<Entitlement>, StoreError> {
    tx.query_opt(OF_ACTIVATION, params![vendor, id], read)
}

const OF_ORDER_AND_PRODUCT: &str = concat!(select!(), " WHERE t.order_id = $1 AND t.product_id = $2 ORDER BY t.id");

/// Tells that [`of_order`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce_of_order(tx: &mut ReadTx<'_>, order: OrderId, product: ProductId) -> Result<(), StoreError> {
    tx.announce(OF_ORDER_AND_PRODUCT, params![order, product])
}

/// The entitlements of an order, for one product if it is named.
///
/// # Errors
/// The database's.
pub fn of_order(
    tx: &mut ReadTx<'_>,
    order: OrderId,
    product: Option<ProductId>,
) -> Result<Vec<Entitlement>, StoreError> {
    if let Some(product) = product {
        tx.query(OF_ORDER_AND_PRODUCT, params![order, product], read)
    } else {
        tx.query(concat!(select!(), " WHERE t.order_id = $1 ORDER BY t.id"), params![order], read)
    }
}

/// What entitlements are filtered by.
#[derive(Clone, Debug, Default)]
pub struct EntitlementFilter {
    /// Only this customer's.
    pub customer: Option<CustomerId>,
    /// Only this order's.
    pub order: Option<OrderId>,
    /// Only for this product.
    pub product: Option<ProductId>,
    /// Only by the offering that had this SKU.
    pub sku: Option<Sku>,
    /// Those that are deleted, themselves or with their order or customer; else those that are not.
    pub deleted: bool,
}

/// A page of a vendor's entitlements.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    filter: &EntitlementFilter,
    page: &PageRequest,
) -> Result<List<Entitlement>, StoreError> {
    let sql = page.pick(listing!(
        select,
        "AND (CAST($3 AS TEXT) IS NULL OR t.customer_id = $3) AND (CAST($4 AS TEXT) IS NULL OR t.order_id = $4)
         AND (CAST($5 AS TEXT) IS NULL OR t.product_id = $5)
         AND (t.deleted IS NOT NULL OR o.deleted IS NOT NULL OR u.deleted IS NOT NULL) = $6
         AND (CAST($7 AS TEXT) IS NULL OR t.sku = $7)",
        metadata "$8" "$9" "$10"
    ));
    let (from, EntitlementFilter { customer, order, product, deleted, .. }) = (page.from(), filter.clone());
    let sku = filter.sku.as_ref();
    let params = params![
        permit.vendor(),
        from,
        customer,
        order,
        product,
        deleted,
        sku,
        page.member(0),
        page.member(1),
        page.member(2)
    ];
    let items = tx.query(sql, params, read)?;
    Ok(page.cut(items, |entitlement| entitlement.id.to_string()))
}
