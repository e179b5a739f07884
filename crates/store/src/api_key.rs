//! API keys, as rows.

use std::collections::BTreeSet;

use chancery_domain::{ApiKey, ApiKeyId, ContactId, KeyHolder, KeyScope, Permit, Timestamp};

use crate::columns::parsed;
use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.name, t.scopes, t.contact_id, t.expires, t.hash, t.last_used, t.created FROM api_keys t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: c.take()?,
        vendor: c.take()?,
        name: c.take()?,
        holder: holder(c)?,
        expires: c.take()?,
        hash: c.take()?,
        last_used: c.take()?,
        created: c.take()?,
    })
}

fn holder(c: &mut Columns<'_>) -> Result<KeyHolder, StoreError> {
    let (scopes, contact): (String, Option<ContactId>) = (c.take()?, c.take()?);
    let system = || scopes.split_whitespace().map(parsed).collect::<Result<BTreeSet<KeyScope>, _>>();
    contact.map_or_else(|| system().map(KeyHolder::System), |id| Ok(KeyHolder::Contact(id)))
}

/// The key of this id, whosever it is: it is how a caller is recognised.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE t.id = $1"), params![id], read)
}

/// A page of a vendor's keys.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut ReadTx<'_>, permit: &Permit, page: &PageRequest) -> Result<List<ApiKey>, StoreError> {
    let sql = page.pick(listing!(select, ""));
    let items = tx.query(sql, params![permit.vendor(), page.from()], read)?;
    Ok(page.cut(items, |key| key.id.to_string()))
}

/// All keys of a contact.
///
/// # Errors
/// The database's.
pub fn of_contact(tx: &mut ReadTx<'_>, permit: &Permit, id: ContactId) -> Result<Vec<ApiKey>, StoreError> {
    let sql = concat!(select!(), " WHERE t.vendor_id = $1 AND t.contact_id = $2 ORDER BY t.id");
    tx.query(sql, params![permit.vendor(), id], read)
}

/// Adds a key.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, key: &ApiKey) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO api_keys (id, vendor_id, name, scopes, contact_id, expires, hash, last_used, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            key.id,
            permit.vendor(),
            &key.name,
            key.holder.scope_list(),
            key.holder.contact(),
            key.expires,
            &key.hash,
            key.last_used,
            key.created
        ],
    )?;
    Ok(())
}

/// Removes a key.
///
/// # Errors
/// The database's.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: ApiKeyId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM api_keys WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}

/// Notes that a key was used (MAN-1).
///
/// # Errors
/// The database's.
pub fn touch(tx: &mut WriteTx<'_>, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE api_keys SET last_used = $1 WHERE id = $2", params![now, id])?;
    Ok(())
}
