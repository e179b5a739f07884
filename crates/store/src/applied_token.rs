//! The ids of tokens that were applied, as rows: none is applied twice (EXP-4).

use chancery_domain::{Permit, Timestamp};

use crate::{ReadTx, StoreError, WriteTx, params};

/// When a token was applied, if it was.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt("SELECT applied FROM applied_tokens WHERE id = $1", params![id], |c| c.take())
}

/// Remembers that a token was applied.
///
/// # Errors
/// The database's; a constraint if it was already.
pub fn insert(tx: &mut WriteTx<'_>, _permit: &Permit, id: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("INSERT INTO applied_tokens (id, applied) VALUES ($1, $2)", params![id, now])?;
    Ok(())
}
