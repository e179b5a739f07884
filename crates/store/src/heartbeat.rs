//! One row that is written again and again, to learn whether anything can be.

use chancery_domain::Timestamp;

use crate::{ReadTx, StoreError, WriteTx, params};

/// Writes the row.
///
/// # Errors
/// Why nothing can be written.
pub fn beat(tx: &mut WriteTx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO heartbeat (id, time) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET time = excluded.time";
    tx.execute(sql, params![now]).map(|_| ())
}

/// When it was last written, by any server on the database.
///
/// # Errors
/// Why nothing can be read.
pub fn last(tx: &mut ReadTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt("SELECT time FROM heartbeat WHERE id = 1", params![], |c| c.take())
}
