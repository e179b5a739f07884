//! Signing keys, as rows: private halves only encrypted (KEY-6).

use chancery_domain::{Permit, SigningKeyId, Timestamp, VendorId};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// It signs key certificates and the revocation list, and nothing else (KEY-1).
    Root,
    /// It signs everything else (KEY-2).
    Issuing,
    /// It signs license keys (KEY-2).
    LicenseKey,
}

impl KeyPurpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Issuing => "issuing",
            Self::LicenseKey => "licenseKey",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Root, Self::Issuing, Self::LicenseKey]
            .into_iter()
            .find(|purpose| purpose.name() == text)
            .ok_or_else(|| StoreError::corrupt("a signing key of an unknown purpose"))
    }
}

/// A signing key.
#[derive(Clone)]
pub struct SigningKeyRow {
    /// Its id.
    pub id: SigningKeyId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Its thumbprint (RFC 7638).
    pub kid: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The private half, encrypted; nothing after the root was removed (KEY-1).
    pub private: Option<Vec<u8>>,
    /// The public half, as a JWK.
    pub public: String,
    /// Its certificate by the root; none for the root.
    pub certificate: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When another took over (KEY-5).
    pub retired: Option<Timestamp>,
}

fn read(c: &mut Columns<'_>) -> Result<SigningKeyRow, StoreError> {
    Ok(SigningKeyRow {
        id: c.take()?,
        vendor: c.take()?,
        kid: c.take()?,
        purpose: KeyPurpose::parse(&c.take::<String>()?)?,
        private: c.take()?,
        public: c.take()?,
        certificate: c.take()?,
        created: c.take()?,
        retired: c.take()?,
    })
}

/// Every key of every vendor, the oldest first.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut ReadTx<'_>) -> Result<Vec<SigningKeyRow>, StoreError> {
    tx.query(
        "SELECT id, vendor_id, kid, purpose, private, public, certificate, created, retired FROM signing_keys ORDER BY id",
        &[],
        read,
    )
}

/// Adds a key.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, key: &SigningKeyRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO signing_keys (id, vendor_id, kid, purpose, private, public, certificate, created, retired)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            key.id,
            permit.vendor(),
            &key.kid,
            key.purpose.name(),
            key.private.as_ref(),
            &key.public,
            key.certificate.as_ref(),
            key.created,
            key.retired,
        ],
    )?;
    Ok(())
}
