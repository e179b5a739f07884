//! The delegation: the vendor's word for a local server, that it may lease some seats of an entitlement until an instant (TOK-8).

use chancery_domain::{EntitlementId, LocalServerId, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

use super::certificate::KeyUse;
use super::lease::LeaseClaims;
use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jws::{self, Unverified};
use crate::wire::{delegation_end, text};
use crate::{DelegationFault, Fault, Jwk, KeyFault, SignError, SigningKey, TokenError, Trust};

/// The claims of a delegation. [`Trust::open_delegation`] opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The thumbprint of the server's key (`sub`).
    #[serde(rename = "sub")]
    pub kid: String,
    /// The server's key, by which it signs leases (Ed25519).
    pub jwk: Jwk,
    /// The local server.
    #[serde(rename = "serverId", with = "text")]
    pub server: LocalServerId,
    /// The entitlement.
    #[serde(rename = "entitlementId", with = "text")]
    pub entitlement: EntitlementId,
    /// The product.
    #[serde(rename = "productId", with = "text")]
    pub product: ProductId,
    /// How many seats it has: leases have the numbers from 1 to this.
    pub seats: u64,
    /// When it ends, exactly; nothing: never. On the wire `exp` and `delegationExpiry`.
    #[serde(flatten, with = "delegation_end")]
    pub expiry: Option<Timestamp>,
}

impl Kind for DelegationClaims {
    const TYP: &'static str = "chancery-delegation+jwt";
}

impl DelegationClaims {
    /// Signs the delegation with an issuing key, whose certificate it carries (KEY-5).
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign(&self, key: &dyn SigningKey, certificate: &str) -> Result<String, SignError> {
        jws::sign(key, Some(certificate), self)
    }

    /// Checks that the server may issue such a lease (TOK-8). Whoever issues leases asks it before signing, whoever gets them
    /// before believing.
    ///
    /// # Errors
    /// The [`DelegationFault`] that says what was not delegated.
    pub fn covers(&self, lease: &LeaseClaims) -> Result<(), DelegationFault> {
        if lease.host.as_ref().map(|host| host.id) != Some(self.server) {
            return Err(DelegationFault::Server);
        }
        if lease.product != self.product {
            return Err(DelegationFault::Product);
        }
        if lease.entitlement.id != self.entitlement {
            return Err(DelegationFault::Entitlement);
        }
        // A seat without a number, or with 0, would be one more than there are.
        if lease.seat.as_ref().is_some_and(|seat| !(1..=self.seats).contains(&seat.number)) {
            return Err(DelegationFault::Seats);
        }
        let Some(end) = self.expiry else { return Ok(()) };
        if lease.issued.at > end {
            return Err(DelegationFault::Ended);
        }
        match lease.expiry {
            Some(expiry) if expiry <= end => Ok(()),
            _ => Err(DelegationFault::Outlived),
        }
    }
}

/// A delegation that the vendor's word stands behind. [`Verified::kid`] is the vendor's key; the server's is the claim `kid`.
pub type Delegation = Verified<DelegationClaims>;

impl Trust {
    /// Opens a delegation: root, key certificate, delegation, with all of KEY-3 and TOK-3. That it has ended does not matter here:
    /// what it is for must not outlive it.
    ///
    /// # Errors
    /// [`TokenError`]; also if the server's own key is on the revocation list.
    pub fn open_delegation(&self, text: &str, now: Timestamp) -> Result<Delegation, TokenError> {
        let token = Unverified::parse(text)?;
        token.check_type::<DelegationClaims>()?;
        let facts = |claims: &DelegationClaims| (claims.issued.clone(), claims.expiry);
        let claims = self.open_issued(&token, KeyUse::Export, now, facts)?;
        if !matches!(claims.jwk, Jwk::Ed25519 { .. }) {
            return Err(Fault::Algorithm.into());
        }
        if claims.kid != claims.jwk.thumbprint() || claims.expiry.is_some_and(|end| end <= claims.issued.at) {
            return Err(Fault::Contradiction.into());
        }
        if self.revocations().revokes(&claims.kid) {
            return Err(TokenError::KeyRevoked);
        }
        claims.issued.check_time(now, Tolerance::CarriedFromVendor)?;
        Ok(Verified::new(claims, token.kid()))
    }

    /// Opens a lease that a local server signed, by the delegation in it, but for what whoever asks expects of every lease.
    pub(crate) fn open_delegated(
        &self,
        token: &Unverified<'_>,
        delegation: &str,
        now: Timestamp,
    ) -> Result<LeaseClaims, TokenError> {
        let delegation = self.open_delegation(delegation, now)?;
        if token.kid() != delegation.kid {
            return Err(KeyFault::Delegation(DelegationFault::Key).into());
        }
        let key = crate::PublicKey::new(delegation.jwk.clone()).map_err(|_| Fault::Claims)?;
        let lease: LeaseClaims = token.claims(&key)?;
        lease.issued.check_vendor(self.anchor().vendor, self.anchor().sandbox)?;
        if lease.host.is_none() {
            return Err(Fault::Contradiction.into());
        }
        delegation.covers(&lease).map_err(KeyFault::Delegation)?;
        Ok(lease)
    }
}
