//! Offerings, as rows.

use chancery_domain::{EditionId, Offering, OfferingId, Permit, PlanId, PolicyChoice, ProductId, Selector, VendorId};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.sku, t.name, t.edition_id, t.plan_id, t.seats, t.overdraft, t.concurrency,
                t.automatic, t.maintenance, t.lease_period, t.offline_lease_period, t.grace_period, t.outage_tolerance,
                t.enforcement, t.metadata, t.created, t.updated
         FROM offerings t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Offering, StoreError> {
    Ok(Offering {
        id: c.take()?,
        vendor: c.take()?,
        sku: c.take()?,
        name: c.take()?,
        edition: c.take()?,
        plan: c.take()?,
        seats: c.take()?,
        overdraft: c.take()?,
        concurrency: c.take()?,
        automatic: c.take()?,
        maintenance: c.take()?,
        policy: PolicyChoice {
            lease_period: c.take()?,
            offline_lease_period: c.take()?,
            grace_period: c.take()?,
            outage_tolerance: c.take()?,
            enforcement: c.take()?,
        },
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

/// One offering of a vendor, by its id or its SKU.
///
/// # Errors
/// The database's.
pub fn find(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    which: &Selector<OfferingId>,
) -> Result<Option<Offering>, StoreError> {
    match which {
        Selector::Id(id) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, *id], read)
        }
        Selector::Name(sku) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.sku = $2"), params![vendor, sku], read)
        }
    }
}

/// Which offerings to list; what is nothing leaves all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfferingFilter {
    /// Those that sell this product.
    pub product: Option<ProductId>,
    /// Those that sell this edition.
    pub edition: Option<EditionId>,
    /// Those that sell by this plan.
    pub plan: Option<PlanId>,
}

/// A page of a vendor's offerings.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    filter: &OfferingFilter,
    page: &PageRequest,
) -> Result<List<Offering>, StoreError> {
    let sql = page.pick(listing!(
        select,
        "AND (CAST($3 AS TEXT) IS NULL OR t.edition_id IN (SELECT e.id FROM editions e WHERE e.product_id = $3))
         AND (CAST($4 AS TEXT) IS NULL OR t.edition_id = $4)
         AND (CAST($5 AS TEXT) IS NULL OR t.plan_id = $5)",
        metadata "$6" "$7" "$8"
    ));
    let params = params![
        permit.vendor(),
        page.from(),
        filter.product,
        filter.edition,
        filter.plan,
        page.member(0),
        page.member(1),
        page.member(2)
    ];
    let items = tx.query(sql, params, read)?;
    Ok(page.cut(items, |offering| offering.id.to_string()))
}

/// The offerings of a product that licensees get who come by themselves (AUTO-1).
///
/// # Errors
/// The database's.
pub fn automatic(tx: &mut ReadTx<'_>, vendor: VendorId, product: ProductId) -> Result<Vec<OfferingId>, StoreError> {
    tx.query(
        "SELECT t.id FROM offerings t JOIN editions e ON e.id = t.edition_id
         WHERE t.vendor_id = $1 AND e.product_id = $2 AND t.automatic ORDER BY t.id",
        params![vendor, product],
        |c| c.take(),
    )
}

/// Adds an offering.
///
/// # Errors
/// The database's; a constraint if the SKU is taken.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, offering: &Offering) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO offerings (id, vendor_id, sku, name, edition_id, plan_id, seats, overdraft, concurrency, automatic,
                                maintenance, lease_period, offline_lease_period, grace_period, outage_tolerance,
                                enforcement, metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        params![
            offering.id,
            permit.vendor(),
            &offering.sku,
            &offering.name,
            offering.edition,
            offering.plan,
            offering.seats,
            offering.overdraft,
            offering.concurrency,
            offering.automatic,
            offering.maintenance,
            offering.policy.lease_period,
            offering.policy.offline_lease_period,
            offering.policy.grace_period,
            offering.policy.outage_tolerance,
            offering.policy.enforcement,
            &offering.metadata,
            offering.created,
            offering.updated,
        ],
    )?;
    Ok(())
}

/// Changes an offering.
///
/// # Errors
/// The database's; a constraint if the SKU is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, offering: &Offering) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE offerings SET sku = $1, name = $2, edition_id = $3, plan_id = $4, seats = $5, overdraft = $6,
                concurrency = $7, automatic = $8, maintenance = $9, lease_period = $10, offline_lease_period = $11,
                grace_period = $12, outage_tolerance = $13, enforcement = $14, metadata = $15, updated = $16
         WHERE vendor_id = $17 AND id = $18",
        params![
            &offering.sku,
            &offering.name,
            offering.edition,
            offering.plan,
            offering.seats,
            offering.overdraft,
            offering.concurrency,
            offering.automatic,
            offering.maintenance,
            offering.policy.lease_period,
            offering.policy.offline_lease_period,
            offering.policy.grace_period,
            offering.policy.outage_tolerance,
            offering.policy.enforcement,
            &offering.metadata,
            offering.updated,
            permit.vendor(),
            offering.id,
        ],
    )?;
    Ok(())
}

/// Removes an offering that nothing refers to.
///
/// # Errors
/// The database's; a constraint if something does.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: OfferingId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM offerings WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}

/// What refers to an offering, with how many there are of each kind; nothing: it can be removed.
///
/// # Errors
/// The database's.
pub fn references(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    id: OfferingId,
) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let entitlements: i64 = tx.query_one(
        "SELECT COUNT(*) FROM entitlements WHERE vendor_id = $1 AND offering_id = $2",
        params![vendor, id],
        |c| c.take(),
    )?;
    Ok([("entitlement", entitlements)].into_iter().filter(|(_, count)| *count > 0).collect())
}
