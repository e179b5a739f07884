//! The trust bundle: what a product ships with, so that it can check everything else (KEY-4).

use std::collections::BTreeMap;

use chancery_domain::VendorId;
use serde::{Deserialize, Serialize};

use crate::claims::{Issued, Kind};
use crate::jws;
use crate::wire::text;
use crate::{Jwk, SignError, SigningKey};

/// A vendor, as a bundle names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleVendor {
    /// Its id.
    #[serde(with = "text")]
    pub id: VendorId,
    /// Its name.
    pub name: String,
}

/// The claims of a trust bundle; `sandbox` is among the common ones. [`Trust::open`](crate::Trust::open) opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleClaims {
    /// Vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The vendor.
    pub vendor: BundleVendor,
    /// The root's public key.
    pub root: Jwk,
    /// Certificates of the keys that sign, and of the one that things are sealed to.
    pub certificates: Vec<String>,
    /// The latest revocation list.
    pub revocations: String,
    /// Where the vendor's services are, by name; `api` is the licensing API's base.
    pub urls: BTreeMap<String, String>,
}

impl Kind for BundleClaims {
    const TYP: &'static str = "chancery-trust+jwt";
}

impl BundleClaims {
    /// Signs the bundle with the root key.
    ///
    /// # Errors
    /// [`SignError`] if the root cannot sign.
    pub fn sign(&self, root: &dyn SigningKey) -> Result<String, SignError> {
        jws::sign(root, None, self)
    }
}
