//! How many leases a local server gave for each entitlement, as rows (EXP-9). They are narrow: each lease changes one.
//!
//! Whoever gives a lease has its order locked, so that what is read is so until it is written.

use chancery_domain::{ActivationId, EntitlementId, LeaseMark, OrderId, Permit, ProductId, Timestamp};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// How far the leases of an entitlement were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serial {
    /// The entitlement.
    pub entitlement: EntitlementId,
    /// The last lease.
    pub mark: LeaseMark,
    /// Since when it is known that the database was set back, until that is confirmed.
    pub restored: Option<Timestamp>,
}

macro_rules! select {
    () => {
        "SELECT s.entitlement_id, s.epoch, s.serial, l.restored FROM lease_serials s JOIN local_server l ON l.id = 1"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Serial, StoreError> {
    Ok(Serial { entitlement: c.take()?, mark: LeaseMark { epoch: c.take()?, serial: c.take()? }, restored: c.take()? })
}

const OF_ORDER: &str =
    concat!(select!(), " JOIN entitlements e ON e.id = s.entitlement_id WHERE e.order_id = $1 AND e.product_id = $2");

/// Tells that [`of_order`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce_of_order(tx: &mut ReadTx<'_>, order: OrderId, product: ProductId) -> Result<(), StoreError> {
    tx.announce(OF_ORDER, params![order, product])
}

/// Those of an order's entitlements for a product.
///
/// # Errors
/// The database's.
pub fn of_order(tx: &mut ReadTx<'_>, order: OrderId, product: ProductId) -> Result<Vec<Serial>, StoreError> {
    tx.query(OF_ORDER, params![order, product], read)
}

const OF_ACTIVATION: &str =
    concat!(select!(), " WHERE s.entitlement_id = (SELECT a.entitlement_id FROM activations a WHERE a.id = $1)");

/// Tells that [`of_activation`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce_of_activation(tx: &mut ReadTx<'_>, id: ActivationId) -> Result<(), StoreError> {
    tx.announce(OF_ACTIVATION, params![id])
}

/// That of the entitlement of an activation.
///
/// # Errors
/// The database's.
pub fn of_activation(tx: &mut ReadTx<'_>, id: ActivationId) -> Result<Option<Serial>, StoreError> {
    tx.query_opt(OF_ACTIVATION, params![id], read)
}

/// That of an entitlement.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, id: EntitlementId) -> Result<Option<Serial>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE s.entitlement_id = $1"), params![id], read)
}

/// Writes the serial of the last lease of an entitlement. If a later epoch has begun meanwhile, for which no order is locked, the closure
/// is run again.
///
/// # Errors
/// The database's.
pub fn set(tx: &mut WriteTx<'_>, _permit: &Permit, id: EntitlementId, mark: LeaseMark) -> Result<(), StoreError> {
    tx.send_one(
        "UPDATE lease_serials SET epoch = $1, serial = $2 WHERE entitlement_id = $3 AND epoch <= $1",
        params![int(mark.epoch), int(mark.serial), id],
    )
}

/// Begins to count for an entitlement; where it is counted already, that goes on.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut WriteTx<'_>, _permit: &Permit, id: EntitlementId, epoch: u64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO lease_serials (entitlement_id, epoch, serial) VALUES ($1, $2, 0)
         ON CONFLICT (entitlement_id) DO NOTHING",
        params![id, int(epoch)],
    )?;
    Ok(())
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
