//! Signing keys, as rows: private halves only encrypted (KEY-6).

use chancery_domain::{KeyRecord, Permit, SigningKeyId, VendorId};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

/// A signing key with its halves.
#[derive(Clone)]
pub struct SigningKeyRow {
    /// What is told of it.
    pub record: KeyRecord,
    /// The private half, encrypted; nothing if it is of no more use, or elsewhere (KEY-1, KEY-5).
    pub private: Option<Vec<u8>>,
    /// The public half, as a JWK.
    pub public: String,
}

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.kid, t.purpose, t.algorithm, t.created, t.retired, t.revoked,
                (SELECT MAX(c.until) FROM key_certificates c WHERE c.key_id = t.id), t.private, t.public
         FROM signing_keys t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<SigningKeyRow, StoreError> {
    let record = KeyRecord {
        id: c.take()?,
        vendor: c.take()?,
        kid: c.take()?,
        purpose: c.take()?,
        algorithm: c.take()?,
        usable: false,
        created: c.take()?,
        retired: c.take()?,
        revoked: c.take()?,
        certified_until: c.take()?,
    };
    let (private, public): (Option<Vec<u8>>, _) = (c.take()?, c.take()?);
    Ok(SigningKeyRow { record: KeyRecord { usable: private.is_some(), ..record }, private, public })
}

/// Every key of every vendor, the oldest first.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut ReadTx<'_>) -> Result<Vec<SigningKeyRow>, StoreError> {
    tx.query(concat!(select!(), " ORDER BY t.id"), &[], read)
}

/// Every key of a vendor, the oldest first.
///
/// # Errors
/// The database's.
pub fn of_vendor(tx: &mut ReadTx<'_>, vendor: VendorId) -> Result<Vec<SigningKeyRow>, StoreError> {
    tx.query(concat!(select!(), " WHERE t.vendor_id = $1 ORDER BY t.id"), params![vendor], read)
}

/// A key of a vendor.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, id: SigningKeyId) -> Result<Option<SigningKeyRow>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, id], read)
}

/// The vendor that has the key with this thumbprint.
///
/// # Errors
/// The database's.
pub fn owner(tx: &mut ReadTx<'_>, kid: &str) -> Result<Option<VendorId>, StoreError> {
    tx.query_opt("SELECT vendor_id FROM signing_keys WHERE kid = $1", params![kid], |c| c.take())
}

/// A page of a vendor's keys.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut ReadTx<'_>, permit: &Permit, page: &PageRequest) -> Result<List<KeyRecord>, StoreError> {
    let sql = page.pick(listing!(select, ""));
    let rows = tx.query(sql, params![permit.vendor(), page.from()], read)?;
    let items = rows.into_iter().map(|row| row.record).collect();
    Ok(page.cut(items, |key: &KeyRecord| key.id.to_string()))
}

/// Adds a key.
///
/// # Errors
/// The database's; a constraint if anybody has it already.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, key: &SigningKeyRow) -> Result<(), StoreError> {
    let record = &key.record;
    tx.execute(
        "INSERT INTO signing_keys (id, vendor_id, kid, purpose, algorithm, private, public, created, retired, revoked)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            record.id,
            permit.vendor(),
            &record.kid,
            record.purpose,
            &record.algorithm,
            key.private.as_ref(),
            &key.public,
            record.created,
            record.retired,
            record.revoked,
        ],
    )?;
    Ok(())
}

/// Writes where a key stands, and its private half: nothing erases it (KEY-1, KEY-5).
///
/// # Errors
/// The database's.
pub fn update(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    key: &KeyRecord,
    private: Option<&Vec<u8>>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE signing_keys SET private = $1, retired = $2, revoked = $3 WHERE vendor_id = $4 AND id = $5",
        params![private, key.retired, key.revoked, permit.vendor(), key.id],
    )?;
    Ok(())
}
