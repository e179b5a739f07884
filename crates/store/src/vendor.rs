//! Vendors, as rows.

use chancery_domain::{Name, Permit, Timestamp, Vendor, VendorId, VendorMode};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT id, name, sandbox, clock_ahead, offline_request_age, contact_exports, created, updated FROM vendors"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Vendor, StoreError> {
    let (id, name, sandbox, ahead) = (c.take()?, c.take()?, c.take()?, c.take()?);
    let mode = if sandbox { VendorMode::Sandbox { ahead } } else { VendorMode::Live };
    let (offline_request_age, contact_exports) = (c.take()?, c.take()?);
    Ok(Vendor { id, name, mode, offline_request_age, contact_exports, created: c.take()?, updated: c.take()? })
}

/// Every vendor, the oldest first.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut ReadTx<'_>) -> Result<Vec<Vendor>, StoreError> {
    tx.query(concat!(select!(), " ORDER BY id"), &[], read)
}

const FIND: &str = concat!(select!(), " WHERE id = $1");

/// Tells that [`find`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce(tx: &mut ReadTx<'_>, id: VendorId) -> Result<(), StoreError> {
    tx.announce(FIND, params![id])
}

/// One vendor.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, id: VendorId) -> Result<Option<Vendor>, StoreError> {
    tx.query_opt(FIND, params![id], read)
}

/// The vendor's secret, encrypted: what its nonces and keyed hashes are made with.
///
/// # Errors
/// The database's.
pub fn secret(tx: &mut ReadTx<'_>, id: VendorId) -> Result<Option<Vec<u8>>, StoreError> {
    tx.query_opt("SELECT secret FROM vendors WHERE id = $1", params![id], |c| c.take())
}

/// Writes the vendor's secret, encrypted anew.
///
/// # Errors
/// The database's.
pub fn update_secret(tx: &mut WriteTx<'_>, permit: &Permit, secret: &[u8]) -> Result<(), StoreError> {
    tx.execute("UPDATE vendors SET secret = $1 WHERE id = $2", params![secret, permit.vendor()])?;
    Ok(())
}

/// Adds a vendor with its secret.
///
/// # Errors
/// The database's; a constraint if the name is taken.
pub fn insert(tx: &mut WriteTx<'_>, _permit: &Permit, vendor: &Vendor, secret: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO vendors (id, name, sandbox, clock_ahead, secret, offline_request_age, contact_exports, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            vendor.id,
            &vendor.name,
            vendor.is_sandbox(),
            ahead(vendor),
            secret,
            vendor.offline_request_age,
            vendor.contact_exports,
            vendor.created,
            vendor.updated
        ],
    )?;
    Ok(())
}

/// The sum of the vendors' key generations: it grows with every change of any vendor's keys, and with every new vendor (KEY-5).
///
/// # Errors
/// The database's.
pub fn key_generation(tx: &mut ReadTx<'_>) -> Result<i64, StoreError> {
    let sum = tx.query_opt("SELECT CAST(SUM(key_generation) AS BIGINT) FROM vendors", &[], |c| c.take())?;
    Ok(sum.flatten().unwrap_or_default())
}

/// Lets every process learn that the vendor's keys have changed.
///
/// # Errors
/// The database's.
pub fn touch_keys(tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(), StoreError> {
    tx.execute("UPDATE vendors SET key_generation = key_generation + 1 WHERE id = $1", params![permit.vendor()])?;
    Ok(())
}

/// Changes what a vendor has decided for itself.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, vendor: &Vendor) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE vendors SET offline_request_age = $1, contact_exports = $2, updated = $3 WHERE id = $4",
        params![vendor.offline_request_age, vendor.contact_exports, vendor.updated, permit.vendor()],
    )?;
    Ok(())
}

/// Calls a vendor by its name, which another server may have learnt first.
///
/// # Errors
/// The database's.
pub fn update_name(tx: &mut WriteTx<'_>, permit: &Permit, name: &Name) -> Result<(), StoreError> {
    tx.execute("UPDATE vendors SET name = $1 WHERE id = $2 AND name <> $1", params![name, permit.vendor()])?;
    Ok(())
}

/// Moves a sandbox's clock.
///
/// # Errors
/// The database's.
pub fn update_clock(tx: &mut WriteTx<'_>, permit: &Permit, vendor: &Vendor) -> Result<(), StoreError> {
    tx.execute("UPDATE vendors SET clock_ahead = $1 WHERE id = $2", params![ahead(vendor), permit.vendor()])?;
    Ok(())
}

/// The latest instant that a vendor's journal bears: its now never runs behind it.
///
/// # Errors
/// The database's.
pub fn last_instant(tx: &mut ReadTx<'_>, id: VendorId) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt("SELECT time FROM journal WHERE vendor_id = $1 ORDER BY seq DESC LIMIT 1", params![id], |c| c.take())
}

const fn ahead(vendor: &Vendor) -> i64 {
    match vendor.mode {
        VendorMode::Live => 0,
        VendorMode::Sandbox { ahead } => ahead,
    }
}
