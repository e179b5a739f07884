//! Requests for offline activations that were answered, as rows (OFF-4).

use chancery_domain::{ActivationId, Lease, Permit, VendorId};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// What was answered to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfflineAnswer {
    /// The activation.
    pub activation: ActivationId,
    /// The number of the response.
    pub seq: u64,
    /// The lease that it carried.
    pub lease: Lease,
    /// The id of that lease's token.
    pub jti: String,
}

fn read(c: &mut Columns<'_>) -> Result<OfflineAnswer, StoreError> {
    Ok(OfflineAnswer {
        activation: c.take()?,
        seq: c.take()?,
        lease: Lease { issued: c.take()?, expiry: c.take()?, mark: None },
        jti: c.take()?,
    })
}

/// What was answered to a request of a vendor. `hash` is one of the request's id and the device's key.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, hash: &[u8; 32]) -> Result<Option<OfflineAnswer>, StoreError> {
    tx.query_opt(
        "SELECT activation_id, seq, lease_issued, lease_expiry, jti FROM offline_requests
         WHERE vendor_id = $1 AND hash = $2",
        params![vendor, hash],
        read,
    )
}

/// Remembers what was answered to a request. Where it was answered meanwhile, with other orders locked, the closure is run again,
/// and finds that.
///
/// # Errors
/// The database's.
pub fn insert(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    hash: &[u8; 32],
    answer: &OfflineAnswer,
) -> Result<(), StoreError> {
    tx.send_one(
        "INSERT INTO offline_requests (vendor_id, hash, activation_id, seq, lease_issued, lease_expiry, jti)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (vendor_id, hash) DO NOTHING",
        params![
            permit.vendor(),
            hash,
            answer.activation,
            i64::try_from(answer.seq).unwrap_or(i64::MAX),
            answer.lease.issued,
            answer.lease.expiry,
            &answer.jti,
        ],
    )
}
