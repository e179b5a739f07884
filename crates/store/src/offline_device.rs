//! The devices to which tokens are carried, as rows (OFF-4, OFF-6, OFF-9).

use chancery_domain::{ActivationId, Carried, Permit, Thumbprint, VendorId};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// A device of an activation, by the keys of its cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfflineDevice {
    /// The activation.
    pub activation: ActivationId,
    /// The thumbprint of the key that it signs with.
    pub key: Thumbprint,
    /// The key that it receives with, as JWK.
    pub seal_key: String,
    /// How many tokens were made for it.
    pub carried: Carried,
}

macro_rules! select {
    () => {
        "SELECT d.activation_id, d.device_key, d.seal_key, d.since, d.seq FROM offline_devices d"
    };
}

fn read(c: &mut Columns<'_>) -> Result<OfflineDevice, StoreError> {
    Ok(OfflineDevice {
        activation: c.take()?,
        key: c.take()?,
        seal_key: c.take()?,
        carried: Carried { since: c.take()?, seq: c.take()? },
    })
}

/// The device of an activation that has this key, or had it.
///
/// # Errors
/// The database's.
pub fn find(
    tx: &mut ReadTx<'_>,
    activation: ActivationId,
    key: &Thumbprint,
) -> Result<Option<OfflineDevice>, StoreError> {
    tx.query_opt(
        concat!(select!(), " WHERE d.activation_id = $1 AND d.device_key = $2"),
        params![activation, key],
        read,
    )
}

/// The latest activation of a vendor that was made with this key.
///
/// # Errors
/// The database's.
pub fn latest(tx: &mut ReadTx<'_>, vendor: VendorId, key: &Thumbprint) -> Result<Option<OfflineDevice>, StoreError> {
    // Crossed, so that SQLite begins with the key: it would go through all activations of the vendor.
    let sql = concat!(
        select!(),
        " CROSS JOIN activations t CROSS JOIN entitlements e WHERE d.device_key = $1 AND t.id = d.activation_id
          AND e.id = t.entitlement_id AND e.vendor_id = $2 ORDER BY d.seq DESC, d.activation_id DESC LIMIT 1"
    );
    tx.query_opt(sql, params![key, vendor], read)
}

/// Writes what is known of a device now.
///
/// # Errors
/// The database's.
pub fn put(tx: &mut WriteTx<'_>, _permit: &Permit, device: &OfflineDevice) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO offline_devices (activation_id, device_key, seal_key, since, seq) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (activation_id, device_key)
         DO UPDATE SET seal_key = excluded.seal_key, since = excluded.since, seq = excluded.seq",
        params![
            device.activation,
            &device.key,
            &device.seal_key,
            device.carried.since,
            i64::try_from(device.carried.seq).unwrap_or(i64::MAX),
        ],
    )?;
    Ok(())
}
