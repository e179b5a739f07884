//! Receipts: what was done under an idempotency key, so that it is done once (SAFE-1).

use chancery_domain::Timestamp;

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// What is remembered of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// A hash of operation and body: the same key with another is a mistake.
    pub request: [u8; 32],
    /// The facts that the reply was made of.
    pub facts: String,
    /// Secrets that were shown once, encrypted under a key derived from the caller's credential and the idempotency key.
    pub secret: Option<Vec<u8>>,
    /// When.
    pub created: Timestamp,
}

const FIND: &str = "SELECT request, facts, secret, created FROM receipts WHERE id = $1 AND created > $2";

/// Tells that [`find`] will be asked soon.
///
/// # Errors
/// The database's.
pub fn announce(tx: &mut ReadTx<'_>, id: &[u8; 32], oldest: Timestamp) -> Result<(), StoreError> {
    tx.announce(FIND, params![id, oldest])
}

/// The receipt under an id, which is a hash of the credential and the key; nothing once it is older than `oldest`.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, id: &[u8; 32], oldest: Timestamp) -> Result<Option<Receipt>, StoreError> {
    tx.query_opt(FIND, params![id, oldest], |c: &mut Columns<'_>| {
        Ok(Receipt { request: c.take()?, facts: c.take()?, secret: c.take()?, created: c.take()? })
    })
}

/// Keeps a receipt in the place of one that is not newer than `oldest`. Where another call under the same key has kept a newer one
/// meanwhile, the closure is run again, and finds it.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut WriteTx<'_>, id: &[u8; 32], receipt: &Receipt, oldest: Timestamp) -> Result<(), StoreError> {
    tx.send_one(
        "INSERT INTO receipts (id, request, facts, secret, created) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET request = excluded.request, facts = excluded.facts, secret = excluded.secret,
                                        created = excluded.created
         WHERE receipts.created <= $6",
        params![id, &receipt.request, &receipt.facts, receipt.secret.as_ref(), receipt.created, oldest],
    )
}

/// Forgets some receipts made before an instant: at most 1,000 at a time, so that nobody waits for it. Says how many.
///
/// # Errors
/// The database's.
pub fn prune(tx: &mut WriteTx<'_>, oldest: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM receipts WHERE id IN (SELECT id FROM receipts WHERE created < $1 ORDER BY created LIMIT 1000)",
        params![oldest],
    )
}
