//! The access token: what a product shows to the server for one chain of its activation (LIC-4).

use std::borrow::Borrow;

use chancery_domain::{ActivationId, OrderId, Timestamp, VendorId};
use serde::{Deserialize, Serialize};

use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jws::{self, Unverified};
use crate::wire::text;
use crate::{KeyFault, PublicKey, SignError, SigningKey, TokenError};

/// The claims of an access token. It has no end: the activation's present chain ends it (SEAT-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The activation (`sub`).
    #[serde(rename = "sub", with = "text")]
    pub activation: ActivationId,
    /// The activation's chain of nonces; a token of an earlier chain is useless.
    pub chain: u64,
    /// The order (`ord`): a hint what to lock before the activation is loaded, never a source of rights.
    #[serde(rename = "ord", with = "text")]
    pub order: OrderId,
}

impl Kind for AccessClaims {
    const TYP: &'static str = "chancery-access+jwt";
}

impl AccessClaims {
    /// Signs the token. It carries no certificate: only the server that issued it checks it.
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign(&self, key: &dyn SigningKey) -> Result<String, SignError> {
        jws::sign(key, None, self)
    }
}

/// An access token that this server issued. Whether its chain is still the activation's is the database's to say.
pub type AccessToken = Verified<AccessClaims>;

impl AccessToken {
    /// Opens a token. `lookup` finds, by `kid`, one of this server's keys and the vendor whose key it is; a key that was
    /// revoked it does not find.
    ///
    /// # Errors
    /// [`TokenError`]; callers answer each of them alike, with `access_token_invalid` (API-2).
    pub fn open<K: Borrow<PublicKey>>(
        text: &str,
        now: Timestamp,
        lookup: impl FnOnce(&str) -> Option<(VendorId, K)>,
    ) -> Result<Self, TokenError> {
        let token = Unverified::parse(text)?;
        token.check_type::<AccessClaims>()?;
        let (vendor, key) = lookup(token.kid()).ok_or(KeyFault::Unknown)?;
        let claims: AccessClaims = token.claims(key.borrow())?;
        // A key belongs to one vendor, and a vendor is a sandbox or not: there is no mode to compare.
        claims.issued.check_vendor(vendor, claims.issued.sandbox)?;
        claims.issued.check_time(now, Tolerance::Online)?;
        Ok(Self::new(claims, token.kid()))
    }
}
