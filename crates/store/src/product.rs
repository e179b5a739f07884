//! Products, as rows.

use chancery_domain::{Permit, Policy, Product, ProductId, Selector, VendorId};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.name, t.key, t.lease_period, t.offline_lease_period, t.grace_period, t.outage_tolerance,
                t.enforcement, t.device_keys, t.secret_mode, t.licensee_auto_create, t.metadata, t.created, t.updated
         FROM products t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Product, StoreError> {
    Ok(Product {
        id: c.take()?,
        vendor: c.take()?,
        name: c.take()?,
        key: c.take()?,
        policy: Policy {
            lease_period: c.take()?,
            offline_lease_period: c.take()?,
            grace_period: c.take()?,
            outage_tolerance: c.take()?,
            enforcement: c.take()?,
        },
        device_keys: c.take()?,
        secret_mode: c.take()?,
        licensee_auto_create: c.take()?,
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

/// One product of a vendor.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, which: &Selector<ProductId>) -> Result<Option<Product>, StoreError> {
    match which {
        Selector::Id(id) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, *id], read)
        }
        Selector::Name(key) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.key = $2"), params![vendor, key], read)
        }
    }
}

const ANYWHERE_BY_ID: &str = concat!(select!(), " WHERE t.id = $1");
const ANYWHERE_BY_KEY: &str = concat!(select!(), " WHERE t.key = $1 ORDER BY t.id");

/// Tells that [`find_anywhere`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce_anywhere(tx: &mut ReadTx<'_>, which: &Selector<ProductId>) -> Result<(), StoreError> {
    match which {
        Selector::Id(id) => tx.announce(ANYWHERE_BY_ID, params![*id]),
        Selector::Name(key) => tx.announce(ANYWHERE_BY_KEY, params![key]),
    }
}

/// The products of all vendors that a product's call may mean: one by id, and by key as many as there are vendors with it.
/// Which one it is, the credential decides.
///
/// # Errors
/// The database's.
pub fn find_anywhere(tx: &mut ReadTx<'_>, which: &Selector<ProductId>) -> Result<Vec<Product>, StoreError> {
    match which {
        Selector::Id(id) => tx.query(ANYWHERE_BY_ID, params![*id], read),
        Selector::Name(key) => tx.query(ANYWHERE_BY_KEY, params![key], read),
    }
}

/// A page of a vendor's products.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut ReadTx<'_>, permit: &Permit, page: &PageRequest) -> Result<List<Product>, StoreError> {
    let sql = page.pick(listing!(select, "", metadata "$3" "$4" "$5"));
    let items =
        tx.query(sql, params![permit.vendor(), page.from(), page.member(0), page.member(1), page.member(2)], read)?;
    Ok(page.cut(items, |product| product.id.to_string()))
}

/// Adds a product.
///
/// # Errors
/// The database's; a constraint if the key is taken.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, product: &Product) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO products (id, vendor_id, name, key, lease_period, offline_lease_period, grace_period, outage_tolerance,
                               enforcement, device_keys, secret_mode, licensee_auto_create, metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            product.id,
            permit.vendor(),
            &product.name,
            &product.key,
            product.policy.lease_period,
            product.policy.offline_lease_period,
            product.policy.grace_period,
            product.policy.outage_tolerance,
            product.policy.enforcement,
            product.device_keys,
            product.secret_mode,
            product.licensee_auto_create,
            &product.metadata,
            product.created,
            product.updated,
        ],
    )?;
    Ok(())
}

/// Changes a product.
///
/// # Errors
/// The database's; a constraint if the key is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, product: &Product) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE products SET name = $1, key = $2, lease_period = $3, offline_lease_period = $4, grace_period = $5,
                outage_tolerance = $6, enforcement = $7, device_keys = $8, secret_mode = $9, licensee_auto_create = $10,
                metadata = $11, updated = $12
         WHERE vendor_id = $13 AND id = $14",
        params![
            &product.name,
            &product.key,
            product.policy.lease_period,
            product.policy.offline_lease_period,
            product.policy.grace_period,
            product.policy.outage_tolerance,
            product.policy.enforcement,
            product.device_keys,
            product.secret_mode,
            product.licensee_auto_create,
            &product.metadata,
            product.updated,
            permit.vendor(),
            product.id,
        ],
    )?;
    Ok(())
}

/// Removes a product that nothing refers to, with the values and definitions that stand on it.
///
/// # Errors
/// The database's; a constraint if something refers to it.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: ProductId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM feature_values WHERE product_id IN (SELECT id FROM products WHERE vendor_id = $1 AND id = $2)",
        "DELETE FROM attribute_values WHERE product_id IN (SELECT id FROM products WHERE vendor_id = $1 AND id = $2)",
        "DELETE FROM features WHERE vendor_id = $1 AND product_id = $2",
        "DELETE FROM attributes WHERE vendor_id = $1 AND product_id = $2",
        "DELETE FROM products WHERE vendor_id = $1 AND id = $2",
    ] {
        tx.execute(sql, params![permit.vendor(), id])?;
    }
    Ok(())
}

/// What refers to a product, with how many there are of each kind; nothing: it can be removed.
///
/// # Errors
/// The database's.
pub fn references(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    id: ProductId,
) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let counts: [(_, i64); 3] = tx.query_one(
        "SELECT (SELECT COUNT(*) FROM editions WHERE vendor_id = $1 AND product_id = $2),
                (SELECT COUNT(*) FROM entitlements WHERE vendor_id = $1 AND product_id = $2),
                (SELECT COUNT(*) FROM licensees WHERE vendor_id = $1 AND product_id = $2)",
        params![vendor, id],
        |c| Ok([("edition", c.take()?), ("entitlement", c.take()?), ("licensee", c.take()?)]),
    )?;
    Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
}
