//! Revocation lists, as rows: numbered without a gap, so that none can be put in the place of another (KEY-5).

use chancery_domain::{Permit, Timestamp, VendorId};

use crate::{ReadTx, StoreError, WriteTx, params};

/// A signed list with its number.
#[derive(Clone)]
pub struct RevocationListRow {
    /// Each list has a number higher by one than the one before; the first has 0.
    pub number: i64,
    /// The list, signed by the root.
    pub token: String,
}

/// The latest list of a vendor.
///
/// # Errors
/// The database's.
pub fn latest(tx: &mut ReadTx<'_>, vendor: VendorId) -> Result<Option<RevocationListRow>, StoreError> {
    let sql = "SELECT number, token FROM revocation_lists WHERE vendor_id = $1 ORDER BY number DESC LIMIT 1";
    tx.query_opt(sql, params![vendor], |c| Ok(RevocationListRow { number: c.take()?, token: c.take()? }))
}

/// Adds the next list.
///
/// # Errors
/// The database's; a constraint unless its number follows the latest one.
pub fn insert(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    row: &RevocationListRow,
    now: Timestamp,
) -> Result<(), StoreError> {
    let follows = Some(row.number - 1).filter(|number| *number >= 0);
    tx.execute(
        "INSERT INTO revocation_lists (vendor_id, number, follows, token, created) VALUES ($1, $2, $3, $4, $5)",
        params![permit.vendor(), row.number, follows, &row.token, now],
    )?;
    Ok(())
}
