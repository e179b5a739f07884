//! Device proofs that were used, so that each is used once (TOK-10).

use chancery_domain::{Timestamp, VendorId};

use crate::{StoreError, WriteTx, params};

/// Remembers until `ends` that a proof was used in a call. `id` is a hash of its key and its own id, `call` one of the call, if
/// that can be repeated. Says whether the proof may be used: for the first time, or by the same call again.
///
/// # Errors
/// The database's.
pub fn spend(
    tx: &mut WriteTx<'_>,
    vendor: VendorId,
    id: &[u8; 32],
    call: Option<&[u8; 32]>,
    ends: Timestamp,
) -> Result<bool, StoreError> {
    // What cannot be repeated equals nothing, not even itself.
    let spent = tx.execute(
        "INSERT INTO device_proofs (vendor_id, id, call, ends) VALUES ($1, $2, $3, $4)
         ON CONFLICT (vendor_id, id) DO UPDATE SET ends = excluded.ends WHERE device_proofs.call = excluded.call",
        params![vendor, id, call, ends],
    )?;
    Ok(spent > 0)
}

/// Forgets some proofs that ended before an instant: at most 1,000 at a time, so that nobody waits for it. Says how many.
///
/// # Errors
/// The database's.
pub fn prune(tx: &mut WriteTx<'_>, oldest: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM device_proofs WHERE (vendor_id, id) IN
             (SELECT vendor_id, id FROM device_proofs WHERE ends < $1 ORDER BY ends LIMIT 1000)",
        params![oldest],
    )
}
