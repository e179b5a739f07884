//! Seats in use and denials on a local server, as rows: one for each hour and entitlement (LLS-6).

use chancery_domain::{EntitlementId, Permit, Timestamp};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// One hour of an entitlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleRow {
    /// When it began.
    pub hour: Timestamp,
    /// The most seats that were seen in use.
    pub used: u64,
    /// How many seats there were then.
    pub seats: u64,
    /// How many claims were denied.
    pub denials: u64,
}

fn read(c: &mut Columns<'_>) -> Result<SampleRow, StoreError> {
    Ok(SampleRow { hour: c.take()?, used: c.take()?, seats: c.take()?, denials: c.take()? })
}

/// The hours of an entitlement since an instant, the earliest first.
///
/// # Errors
/// The database's.
pub fn since(tx: &mut ReadTx<'_>, id: EntitlementId, since: Timestamp) -> Result<Vec<SampleRow>, StoreError> {
    tx.query(
        "SELECT hour, used, seats, denials FROM seat_samples WHERE entitlement_id = $1 AND hour >= $2 ORDER BY hour",
        params![id, since],
        read,
    )
}

/// How many claims were denied since an instant.
///
/// # Errors
/// The database's.
pub fn denials(tx: &mut ReadTx<'_>, id: EntitlementId, since: Timestamp) -> Result<u64, StoreError> {
    tx.query_one(
        "SELECT COALESCE(CAST(SUM(denials) AS BIGINT), 0) FROM seat_samples WHERE entitlement_id = $1 AND hour >= $2",
        params![id, since],
        |c| c.take(),
    )
}

/// Notes how many seats were in use, and how many claims were denied, in an hour: the most of the one, the sum of the other.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut WriteTx<'_>, _permit: &Permit, id: EntitlementId, row: SampleRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO seat_samples (entitlement_id, hour, used, seats, denials) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (entitlement_id, hour) DO UPDATE SET
             used = CASE WHEN seat_samples.used < excluded.used THEN excluded.used ELSE seat_samples.used END,
             seats = excluded.seats,
             denials = seat_samples.denials + excluded.denials",
        params![id, row.hour, int(row.used), int(row.seats), int(row.denials)],
    )?;
    Ok(())
}

/// Forgets the hours before an instant.
///
/// # Errors
/// The database's.
pub fn prune(tx: &mut WriteTx<'_>, _permit: &Permit, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM seat_samples WHERE hour < $1", params![before])
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
