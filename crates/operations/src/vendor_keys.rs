//! The keys of the vendors, decrypted, in memory (KEY-1…4, KEY-6).

use std::collections::HashMap;
use std::sync::Arc;

use chancery_domain::{Vendor, VendorId};
use chancery_store::signing_key::{KeyPurpose, SigningKeyRow};
use chancery_token::{Jwk, KeyEncryptionKey, LocalKey, PublicKey, SigningKey};

use crate::Error;

/// What wrapped keys are bound to, besides their `kid`.
pub(crate) const KEY_PURPOSE: &str = "signing-key";
/// What a vendor's wrapped secret is bound to, besides the vendor's id.
pub(crate) const SECRET_PURPOSE: &str = "vendor-secret";

/// One vendor's keys.
pub(crate) struct VendorKeys {
    /// The vendor, as it was when its keys were read: its clock may have moved since.
    pub vendor: Vendor,
    /// What nonces and keyed hashes are made with.
    pub secret: [u8; 32],
    /// The public root.
    pub root: Jwk,
    /// The root, unless it was removed.
    pub root_key: Option<Box<dyn SigningKey>>,
    /// The present issuing key.
    pub issuing: Box<dyn SigningKey>,
    /// Its certificate.
    pub certificate: String,
    /// Every issuing key with its certificate, retired ones too.
    pub published: Vec<(Jwk, String)>,
}

/// The keys of all vendors.
#[derive(Default)]
pub(crate) struct Keyring {
    vendors: HashMap<VendorId, Arc<VendorKeys>>,
    /// The issuing keys by `kid`: what access tokens are checked with.
    keys: HashMap<String, (VendorId, PublicKey)>,
}

impl Keyring {
    pub(crate) fn of(&self, vendor: VendorId) -> Option<Arc<VendorKeys>> {
        self.vendors.get(&vendor).cloned()
    }

    pub(crate) fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values().map(|keys| &keys.vendor)
    }

    pub(crate) fn key(&self, kid: &str) -> Option<&(VendorId, PublicKey)> {
        self.keys.get(kid)
    }

    pub(crate) fn decrypt(
        vendors: Vec<(Vendor, Vec<u8>)>,
        rows: Vec<SigningKeyRow>,
        kek: &KeyEncryptionKey,
    ) -> Result<Self, Error> {
        let mut ring = Self::default();
        for (vendor, secret) in vendors {
            let id = vendor.id;
            let rows: Vec<&SigningKeyRow> = rows.iter().filter(|row| row.vendor == id).collect();
            let keys = vendor_keys(vendor, &secret, &rows, kek)?;
            for (jwk, _) in &keys.published {
                let key = PublicKey::new(jwk.clone()).map_err(Error::internal)?;
                ring.keys.insert(key.kid().to_owned(), (id, key));
            }
            ring.vendors.insert(id, Arc::new(keys));
        }
        Ok(ring)
    }
}

fn vendor_keys(
    vendor: Vendor,
    secret: &[u8],
    rows: &[&SigningKeyRow],
    kek: &KeyEncryptionKey,
) -> Result<VendorKeys, Error> {
    let secret = kek.unwrap(SECRET_PURPOSE, &vendor.id.to_string(), secret)?;
    let secret = secret.as_slice().try_into().map_err(|_| Error::internal("a vendor's secret of a wrong length"))?;
    let row = |purpose| rows.iter().rfind(move |row| row.purpose == purpose && row.retired.is_none());
    let root = row(KeyPurpose::Root).ok_or_else(|| Error::internal("a vendor without a root key"))?;
    let issuing = row(KeyPurpose::Issuing).ok_or_else(|| Error::internal("a vendor without an issuing key"))?;
    let root_key = root.private.as_ref().map(|private| local(&root.kid, private, kek)).transpose()?;
    let private = issuing.private.as_ref().ok_or_else(|| Error::internal("an issuing key without its private half"))?;
    Ok(VendorKeys {
        vendor,
        secret,
        root: jwk(&root.public)?,
        root_key,
        issuing: local(&issuing.kid, private, kek)?,
        certificate: certificate(issuing)?,
        published: published(rows)?,
    })
}

fn local(kid: &str, private: &[u8], kek: &KeyEncryptionKey) -> Result<Box<dyn SigningKey>, Error> {
    let pkcs8 = kek.unwrap(KEY_PURPOSE, kid, private)?;
    let key = LocalKey::from_pkcs8(&pkcs8).map_err(Error::internal)?;
    Ok(Box::new(key))
}

fn published(rows: &[&SigningKeyRow]) -> Result<Vec<(Jwk, String)>, Error> {
    let issuing = rows.iter().filter(|row| row.purpose != KeyPurpose::Root);
    issuing.map(|row| Ok((jwk(&row.public)?, certificate(row)?))).collect()
}

fn certificate(row: &SigningKeyRow) -> Result<String, Error> {
    row.certificate.clone().ok_or_else(|| Error::internal("an issuing key without a certificate"))
}

fn jwk(text: &str) -> Result<Jwk, Error> {
    Jwk::from_text(text).ok_or_else(|| Error::internal("a public key that is no JWK"))
}
