//! Activation codes, as rows: hashes, never the codes (LIC-2).

use chancery_domain::{ActivationCode, ActivationCodeId, OrderId, Permit};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, o.vendor_id, t.order_id, t.hash, t.last_group, t.revoked, t.created
         FROM activation_codes t JOIN orders o ON o.id = t.order_id"
    };
}

fn read(c: &mut Columns<'_>) -> Result<ActivationCode, StoreError> {
    Ok(ActivationCode {
        id: c.take()?,
        vendor: c.take()?,
        order: c.take()?,
        hash: c.take()?,
        last_group: c.take()?,
        revoked: c.take()?,
        created: c.take()?,
    })
}

const BY_HASH: &str = concat!(select!(), " WHERE t.hash = $1");

/// Tells that [`find_by_hash`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce_by_hash(tx: &mut ReadTx<'_>, hash: &[u8; 32]) -> Result<(), StoreError> {
    tx.announce(BY_HASH, params![hash])
}

/// The code with a hash, which tells the vendor too.
///
/// # Errors
/// The database's.
pub fn find_by_hash(tx: &mut ReadTx<'_>, hash: &[u8; 32]) -> Result<Option<ActivationCode>, StoreError> {
    tx.query_opt(BY_HASH, params![hash], read)
}

const FIND: &str = concat!(select!(), " WHERE t.order_id = $1 AND t.id = $2");

/// Tells that [`find`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce(tx: &mut ReadTx<'_>, order: OrderId, id: ActivationCodeId) -> Result<(), StoreError> {
    tx.announce(FIND, params![order, id])
}

/// One code of an order.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, order: OrderId, id: ActivationCodeId) -> Result<Option<ActivationCode>, StoreError> {
    tx.query_opt(FIND, params![order, id], read)
}

/// The codes of an order, revoked ones among them.
///
/// # Errors
/// The database's.
pub fn of_order(tx: &mut ReadTx<'_>, order: OrderId) -> Result<Vec<ActivationCode>, StoreError> {
    tx.query(concat!(select!(), " WHERE t.order_id = $1 ORDER BY t.id"), params![order], read)
}

/// How many codes an order has, and how many of them are revoked.
///
/// # Errors
/// The database's.
pub fn count_of_order(tx: &mut ReadTx<'_>, order: OrderId) -> Result<(u64, u64), StoreError> {
    let sql = "SELECT COUNT(*), COUNT(revoked) FROM activation_codes WHERE order_id = $1";
    tx.query_one(sql, params![order], |c| Ok((c.take()?, c.take()?)))
}

/// Adds a code to an order of the permit's vendor.
///
/// # Errors
/// The database's; a constraint if the same code exists.
pub fn insert(tx: &mut WriteTx<'_>, _permit: &Permit, code: &ActivationCode) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO activation_codes (id, order_id, hash, last_group, revoked, created) VALUES ($1, $2, $3, $4, $5, $6)",
        params![code.id, code.order, &code.hash, &code.last_group, code.revoked, code.created],
    )?;
    Ok(())
}

/// Takes a code away from the order that has it, for ever.
///
/// # Errors
/// The database's.
pub fn delete(tx: &mut WriteTx<'_>, _permit: &Permit, code: &ActivationCode) -> Result<(), StoreError> {
    tx.execute("DELETE FROM activation_codes WHERE order_id = $1 AND id = $2", params![code.order, code.id])?;
    Ok(())
}

/// Revokes a code.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut WriteTx<'_>, _permit: &Permit, code: &ActivationCode) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE activation_codes SET revoked = $1 WHERE order_id = $2 AND id = $3",
        params![code.revoked, code.order, code.id],
    )?;
    Ok(())
}
