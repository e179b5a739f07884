//! The lease: the signed statement by which an activation may run until an instant (TOK-7).

use chancery_domain::{ActivationId, Interval, LeaseMark, LocalServerId, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

use super::lease_parts::{
    LeaseAttribute, LeaseConfirmation, LeaseCustomer, LeaseEntitlement, LeaseFeature, LeaseHost, LeaseSeat,
};
use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::hash::from_base64url;
use crate::jws::Unverified;
use crate::trust::Anchor;
use crate::wire::{interval_or_null, lease_end, text, text_or_null};
use crate::{Fault, KeyFault, PublicKey, Recipient, SignError, SigningKey, TokenError, jws};

/// The claims of a lease. [`Trust::open_lease`](crate::Trust::open_lease) opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseClaims {
    /// Vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The activation (`sub`); none in a verdict of `validate`, which has no seat either.
    #[serde(rename = "sub", default, skip_serializing_if = "Option::is_none", with = "text_or_null")]
    pub activation: Option<ActivationId>,
    /// The product (`aud`).
    #[serde(rename = "aud", with = "text")]
    pub product: ProductId,
    /// When the lease ends, exactly; nothing: never (SEAT-6). On the wire `exp` and `leaseExpiry`.
    #[serde(flatten, with = "lease_end")]
    pub expiry: Option<Timestamp>,
    /// The seat; none in a verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<LeaseSeat>,
    /// The entitlement.
    #[serde(rename = "ent")]
    pub entitlement: LeaseEntitlement,
    /// What the product does when it is not licensed: `stop`, `limit`, `advise`.
    pub enforcement: String,
    /// How long after the lease's end the product may be tolerated.
    #[serde(with = "interval_or_null")]
    pub tolerance: Option<Interval>,
    /// The features.
    pub features: Vec<LeaseFeature>,
    /// The attributes.
    pub attributes: Vec<LeaseAttribute>,
    /// The customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<LeaseCustomer>,
    /// `online` or `offline`.
    pub mode: String,
    /// The device key that it is bound to.
    #[serde(rename = "cnf", default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<LeaseConfirmation>,
    /// The local server that issued it; none: the vendor did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<LeaseHost>,
    /// The vendor's word for the local server that issued it (TOK-8), itself a signed token; as `host`, or as little.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<String>,
}

impl Kind for LeaseClaims {
    const TYP: &'static str = "chancery-lease+jwt";
}

impl LeaseClaims {
    /// Signs the lease with an issuing key, whose certificate it carries (KEY-5).
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign(&self, key: &dyn SigningKey, certificate: &str) -> Result<String, SignError> {
        jws::sign(key, Some(certificate), self)
    }

    /// Signs the lease with the key of the local server that issues it: its delegation stands in it, so that it needs no
    /// certificate (TOK-8).
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign_delegated(&self, key: &dyn SigningKey) -> Result<String, SignError> {
        jws::sign(key, None, self)
    }

    /// Whether the lease is over at this instant.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expiry.is_some_and(|expiry| expiry <= now)
    }
}

/// A lease that the vendor's word stands behind.
pub type Lease = Verified<LeaseClaims>;

impl Lease {
    /// Opens a lease that a local server itself has signed, whoever holds it and whatever became of its delegation: what it once gave
    /// is shown to it again (EXP-9).
    ///
    /// # Errors
    /// [`TokenError`] unless `key` signed it, as a lease with a seat for this server's vendor.
    pub fn open_own(
        text: &str,
        server: LocalServerId,
        key: &PublicKey,
        anchor: &Anchor,
        now: Timestamp,
    ) -> Result<Self, TokenError> {
        let token = Unverified::parse(text)?;
        token.check_type::<LeaseClaims>()?;
        if token.kid() != key.kid() {
            return Err(KeyFault::Unknown.into());
        }
        let claims: LeaseClaims = token.claims(key)?;
        claims.issued.check_vendor(anchor.vendor, anchor.sandbox)?;
        // Its own clock may have been ahead when it signed, as a device's may.
        claims.issued.check_time(now, Tolerance::CarriedFromDevice)?;
        if claims.host.as_ref().map(|host| host.id) != Some(server) {
            return Err(TokenError::WrongRecipient(Recipient::Server));
        }
        match (&claims.activation, &claims.seat) {
            (Some(_), Some(_)) => Ok(Self::new(claims, token.kid())),
            _ => Err(TokenError::WrongRecipient(Recipient::Seat)),
        }
    }

    /// Which of a local server's leases a text says of itself to be; nothing if it does not say so. Nothing of it is believed yet:
    /// one that is newer than all that is known is to be opened. Nearly always it is the last one that is shown, and need not be.
    #[must_use]
    pub fn says_mark(text: &str) -> Option<LeaseMark> {
        #[derive(Deserialize)]
        struct Says {
            host: LeaseHost,
        }
        let claims = text.split('.').nth(1).and_then(from_base64url)?;
        let Says { host } = serde_json::from_slice(&claims).ok()?;
        Some(LeaseMark { epoch: host.epoch, serial: host.serial })
    }
}

/// What is done with a lease that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is refused: `token_expired`.
    Refused,
    /// It is opened, and the caller asks [`LeaseClaims::has_ended`]: for a guard that must know what to do without a
    /// running lease.
    Opened,
}

/// For whom a lease must be.
#[derive(Clone, Copy, Debug)]
pub struct LeaseExpectation<'a> {
    /// The product that asks.
    pub product: ProductId,
    /// The instant.
    pub now: Timestamp,
    /// How the token came.
    pub tolerance: Tolerance,
    /// Whether it may have ended.
    pub ended: Ended,
    /// The activation, where it is known.
    pub activation: Option<ActivationId>,
    /// The seat id, where it is known.
    pub seat_id: Option<&'a str>,
    /// The thumbprint of this device's key, where it has one; a lease that is bound to no key is good for any device.
    pub device: Option<&'a str>,
}

impl LeaseExpectation<'_> {
    /// A running lease of this product that came over a connection, for whatever seat.
    #[must_use]
    pub const fn online(product: ProductId, now: Timestamp) -> Self {
        Self {
            product,
            now,
            tolerance: Tolerance::Online,
            ended: Ended::Refused,
            activation: None,
            seat_id: None,
            device: None,
        }
    }

    /// Checks all that does not depend on keys.
    pub(crate) fn check(&self, lease: &LeaseClaims) -> Result<(), TokenError> {
        if lease.product != self.product {
            return Err(TokenError::WrongProduct);
        }
        // A vendor's key names no host, and a local server's own word is worth nothing (TOK-8).
        let local = lease.host.is_some() != lease.delegation.is_some();
        if local || lease.activation.is_some() != lease.seat.is_some() {
            return Err(Fault::Contradiction.into());
        }
        if self.activation.is_some() && self.activation != lease.activation {
            return Err(TokenError::WrongRecipient(Recipient::Activation));
        }
        let seat_id = lease.seat.as_ref().map(|seat| seat.id.as_str());
        if self.seat_id.is_some() && self.seat_id != seat_id {
            return Err(TokenError::WrongRecipient(Recipient::Seat));
        }
        // Bound to a key that this device does not have, or not to say: it is another's.
        if let Some(confirmation) = &lease.confirmation
            && self.device != Some(confirmation.jkt.as_str())
        {
            return Err(TokenError::WrongRecipient(Recipient::Device));
        }
        lease.issued.check_time(self.now, self.tolerance)?;
        match lease.expiry {
            Some(at) if at <= self.now && self.ended == Ended::Refused => Err(TokenError::Expired { at }),
            _ => Ok(()),
        }
    }
}
