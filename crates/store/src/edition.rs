//! Editions, as rows.

use chancery_domain::{Edition, EditionId, Permit, ProductId, Selector, VendorId};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.product_id, t.name, t.key, t.metadata, t.created, t.updated FROM editions t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Edition, StoreError> {
    Ok(Edition {
        id: c.take()?,
        vendor: c.take()?,
        product: c.take()?,
        name: c.take()?,
        key: c.take()?,
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

/// One edition of a vendor; of this product, if one is given. A key says nothing without the product.
///
/// # Errors
/// The database's.
pub fn find(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    product: Option<ProductId>,
    which: &Selector<EditionId>,
) -> Result<Option<Edition>, StoreError> {
    match which {
        Selector::Id(id) => tx.query_opt(
            concat!(
                select!(),
                " WHERE t.vendor_id = $1 AND t.id = $2 AND (CAST($3 AS TEXT) IS NULL OR t.product_id = $3)"
            ),
            params![vendor, *id, product],
            read,
        ),
        // Without a product nothing is equal to NULL.
        Selector::Name(key) => tx.query_opt(
            concat!(select!(), " WHERE t.vendor_id = $1 AND t.product_id = $2 AND t.key = $3"),
            params![vendor, product, key],
            read,
        ),
    }
}

/// A page of a product's editions.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    product: ProductId,
    page: &PageRequest,
) -> Result<List<Edition>, StoreError> {
    let sql = page.pick(listing!(select, "AND t.product_id = $3", metadata "$4" "$5" "$6"));
    let items = tx.query(
        sql,
        params![permit.vendor(), page.from(), product, page.member(0), page.member(1), page.member(2)],
        read,
    )?;
    Ok(page.cut(items, |edition| edition.id.to_string()))
}

/// Adds an edition.
///
/// # Errors
/// The database's; a constraint if the key is taken.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, edition: &Edition) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO editions (id, vendor_id, product_id, name, key, metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            edition.id,
            permit.vendor(),
            edition.product,
            &edition.name,
            &edition.key,
            &edition.metadata,
            edition.created,
            edition.updated,
        ],
    )?;
    Ok(())
}

/// Changes an edition. It stays with its product.
///
/// # Errors
/// The database's; a constraint if the key is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, edition: &Edition) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE editions SET name = $1, key = $2, metadata = $3, updated = $4 WHERE vendor_id = $5 AND id = $6",
        params![&edition.name, &edition.key, &edition.metadata, edition.updated, permit.vendor(), edition.id],
    )?;
    Ok(())
}

/// Removes an edition that nothing refers to, with the values and the definitions that stand on it.
///
/// # Errors
/// The database's; a constraint if something refers to it.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: EditionId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM feature_values WHERE edition_id IN (SELECT id FROM editions WHERE vendor_id = $1 AND id = $2)",
        "DELETE FROM attribute_values WHERE edition_id IN (SELECT id FROM editions WHERE vendor_id = $1 AND id = $2)",
        "DELETE FROM features WHERE vendor_id = $1 AND edition_id = $2",
        "DELETE FROM attributes WHERE vendor_id = $1 AND edition_id = $2",
        "DELETE FROM editions WHERE vendor_id = $1 AND id = $2",
    ] {
        tx.execute(sql, params![permit.vendor(), id])?;
    }
    Ok(())
}

/// What refers to an edition, with how many there are of each kind; nothing: it can be removed.
///
/// # Errors
/// The database's.
pub fn references(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    id: EditionId,
) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let counts: [(_, i64); 2] = tx.query_one(
        "SELECT (SELECT COUNT(*) FROM offerings WHERE vendor_id = $1 AND edition_id = $2),
                (SELECT COUNT(*) FROM entitlements WHERE vendor_id = $1 AND edition_id = $2)",
        params![vendor, id],
        |c| Ok([("offering", c.take()?), ("entitlement", c.take()?)]),
    )?;
    Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
}
