//! The last signed trust bundles, as rows: they are served while the root is elsewhere (KEY-1, KEY-4).

use chancery_domain::{Permit, VendorId};

use crate::{ReadTx, StoreError, WriteTx, params};

/// A bundle for one address.
#[derive(Clone)]
pub struct TrustBundleRow {
    /// Whose it is.
    pub vendor: VendorId,
    /// Under which address the vendor is reached; empty: none is named.
    pub url: String,
    /// The bundle, signed by the root.
    pub token: String,
}

/// Every bundle of every vendor.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut ReadTx<'_>) -> Result<Vec<TrustBundleRow>, StoreError> {
    tx.query("SELECT vendor_id, url, token FROM trust_bundles ORDER BY vendor_id, url", &[], |c| {
        Ok(TrustBundleRow { vendor: c.take()?, url: c.take()?, token: c.take()? })
    })
}

/// The addresses for which a vendor has bundles.
///
/// # Errors
/// The database's.
pub fn urls(tx: &mut ReadTx<'_>, vendor: VendorId) -> Result<Vec<String>, StoreError> {
    tx.query("SELECT url FROM trust_bundles WHERE vendor_id = $1 ORDER BY url", params![vendor], |c| c.take())
}

/// Keeps a bundle in the place of the last one for its address.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut WriteTx<'_>, permit: &Permit, url: &str, token: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO trust_bundles (vendor_id, url, token) VALUES ($1, $2, $3)
         ON CONFLICT (vendor_id, url) DO UPDATE SET token = excluded.token",
        params![permit.vendor(), url, token],
    )?;
    Ok(())
}
