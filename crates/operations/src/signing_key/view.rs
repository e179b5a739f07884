//! A signing key as it is shown.

use chancery_domain::{Fact, Facts, KeyPurpose, KeyRecord, KeyWarning, SigningKeyId, Timestamp, VendorId};
use chancery_store::{ReadTx, signing_key};

use crate::receipt::fact;
use crate::{Change, Error, Remembered, Versioned};

/// A signing key, with what somebody must do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// The key.
    pub key: KeyRecord,
    /// What somebody must do.
    pub warning: Option<KeyWarning>,
}

impl KeyView {
    pub(crate) fn of(tx: &mut ReadTx<'_>, key: KeyRecord, now: Timestamp) -> Result<Self, Error> {
        let warning = key.warning(root_is_here(tx, key.vendor)?, now);
        Ok(Self { key, warning })
    }

    pub(crate) fn load(tx: &mut ReadTx<'_>, vendor: VendorId, id: SigningKeyId, now: Timestamp) -> Result<Self, Error> {
        let row = signing_key::find(tx, vendor, id)?.ok_or(Error::NotFound)?;
        Self::of(tx, row.record, now)
    }
}

/// Whether the vendor's root could sign.
pub(super) fn root_is_here(tx: &mut ReadTx<'_>, vendor: VendorId) -> Result<bool, Error> {
    let keys = signing_key::of_vendor(tx, vendor)?;
    Ok(keys.iter().any(|row| row.record.purpose == KeyPurpose::Root && row.record.usable))
}

impl Versioned for KeyRecord {
    fn state(&self) -> Vec<Fact> {
        self.facts()
    }
}

impl Versioned for KeyView {
    fn state(&self) -> Vec<Fact> {
        self.key.state()
    }
}

impl Remembered for KeyView {
    fn facts(&self) -> String {
        self.key.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        Self::load(change.tx, change.permit.vendor(), fact(facts)?, change.now)
    }
}
