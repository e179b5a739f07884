//! Certificates of signing keys, as rows (KEY-3).

use chancery_domain::{Permit, SigningKeyId, Timestamp};

use crate::{ReadTx, StoreError, WriteTx, params};

/// A certificate.
#[derive(Clone)]
pub struct CertificateRow {
    /// Whose it is.
    pub key: SigningKeyId,
    /// The certificate, signed by the root.
    pub token: String,
    /// Until when tokens of the key may be issued under it.
    pub until: Timestamp,
}

/// Every certificate of every key, of each key the newest first.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut ReadTx<'_>) -> Result<Vec<CertificateRow>, StoreError> {
    tx.query("SELECT key_id, token, until FROM key_certificates ORDER BY key_id, number DESC", &[], |c| {
        Ok(CertificateRow { key: c.take()?, token: c.take()?, until: c.take()? })
    })
}

/// Adds a certificate.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut WriteTx<'_>, _permit: &Permit, row: &CertificateRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO key_certificates (key_id, number, token, until)
         VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM key_certificates WHERE key_id = $1), $2, $3)",
        params![row.key, &row.token, row.until],
    )?;
    Ok(())
}
