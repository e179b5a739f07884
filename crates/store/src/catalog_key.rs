//! Keys of the catalog that must not be given twice (CAT-2), and those that may be given without their product.

use chancery_domain::{EditionId, Key, ProductId, VendorId};

use crate::{ReadTx, StoreError, params};

/// Whether a feature has this key already where a new one would meet it: within the product, on its editions and among the global
/// ones; for a global one, anywhere.
///
/// # Errors
/// The database's.
pub fn is_feature(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    product: Option<ProductId>,
    key: &Key,
) -> Result<bool, StoreError> {
    let found: i64 = tx.query_one(
        "SELECT COUNT(*) FROM features
         WHERE vendor_id = $1 AND key = $2 AND (CAST($3 AS TEXT) IS NULL OR product_id IS NULL OR product_id = $3)",
        params![vendor, key, product],
        |c| c.take(),
    )?;
    Ok(found > 0)
}

/// The same of attributes.
///
/// # Errors
/// The database's.
pub fn is_attribute(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    product: Option<ProductId>,
    key: &Key,
) -> Result<bool, StoreError> {
    let found: i64 = tx.query_one(
        "SELECT COUNT(*) FROM attributes
         WHERE vendor_id = $1 AND key = $2 AND (CAST($3 AS TEXT) IS NULL OR product_id IS NULL OR product_id = $3)",
        params![vendor, key, product],
        |c| c.take(),
    )?;
    Ok(found > 0)
}

/// The editions of a vendor's products that have this key: at most two, which says that the key alone says too little.
///
/// # Errors
/// The database's.
pub fn editions(tx: &mut ReadTx<'_>, vendor: VendorId, key: &str) -> Result<Vec<EditionId>, StoreError> {
    tx.query(
        "SELECT id FROM editions WHERE vendor_id = $1 AND key = $2 ORDER BY id LIMIT 2",
        params![vendor, key],
        |c| c.take(),
    )
}
