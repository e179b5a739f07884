//! The key certificate: the root's word for an issuing key, for some uses, for some time (KEY-3).

use chancery_domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::claims::{Issued, Kind, Verified};
use crate::jws::{self, Unverified};
use crate::trust::Anchor;
use crate::wire::{numeric_date, seconds};
use crate::{Fault, Jwk, KeyFault, KeyRejected, PublicKey, SealingKey, SignError, SigningKey, TokenError};

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyUse {
    /// Leases, and verdicts of `validate`.
    Lease,
    /// Access tokens.
    Access,
    /// Replies to offline requests.
    Offline,
    /// License definitions.
    Definition,
    /// Entitlement exports.
    Export,
    /// Webhooks.
    Webhook,
    /// Signed license keys.
    LicenseKey,
    /// Nothing: what is for the vendor alone is sealed to this key (TOK-2).
    Seal,
    /// A use that a newer program knows; it allows nothing here.
    #[serde(other)]
    Unknown,
}

/// The claims of a key certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateClaims {
    /// Vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    #[serde(rename = "sub")]
    kid: String,
    jwk: Jwk,
    /// What the key may be used for.
    pub uses: Vec<KeyUse>,
    /// From when on its tokens may be issued (`nbf`); whole seconds.
    #[serde(rename = "nbf", with = "seconds")]
    pub not_before: Timestamp,
    /// From when on no more of its tokens may be issued (`exp`); whole seconds. What was issued before stays good.
    #[serde(rename = "exp", with = "seconds")]
    pub until: Timestamp,
    /// How many seconds its tokens may live at most. Nothing: for any time, and leases without end too.
    #[serde(rename = "maxLifetime", default, skip_serializing_if = "Option::is_none")]
    pub max_lifetime: Option<u64>,
}

impl Kind for CertificateClaims {
    const TYP: &'static str = "chancery-key+jwt";
}

impl CertificateClaims {
    /// A certificate for this key that allows nothing yet: the caller fills in uses and the longest life.
    #[must_use]
    pub fn new(issued: Issued, jwk: Jwk, not_before: Timestamp, until: Timestamp) -> Self {
        Self { issued, kid: jwk.thumbprint(), jwk, uses: Vec::new(), not_before, until, max_lifetime: Some(0) }
    }

    /// The key that is certified.
    #[must_use]
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Signs the certificate with the root key (KEY-1).
    ///
    /// # Errors
    /// [`SignError`] if the root cannot sign.
    pub fn sign(&self, root: &dyn SigningKey) -> Result<String, SignError> {
        jws::sign(root, None, self)
    }
}

/// A certified key, by what it can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CertifiedKey {
    /// It signs.
    Signing(PublicKey),
    /// It receives.
    Receiving(SealingKey),
}

/// A key certificate that the root signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    claims: Verified<CertificateClaims>,
    key: CertifiedKey,
    text: String,
}

impl CertifiedKey {
    fn new(jwk: Jwk) -> Result<Self, KeyRejected> {
        match jwk {
            Jwk::X25519 { .. } => SealingKey::new(jwk).map(Self::Receiving),
            Jwk::Ed25519 { .. } | Jwk::Rsa { .. } => PublicKey::new(jwk).map(Self::Signing),
        }
    }
}

impl Certificate {
    /// Opens a certificate. That it has ended does not matter here: it is the token's `iat` that must lie within it.
    ///
    /// # Errors
    /// [`TokenError`] unless this vendor's root signed it.
    pub fn open(text: &str, anchor: &Anchor, now: Timestamp) -> Result<Self, TokenError> {
        let token = Unverified::parse(text)?;
        let claims: Verified<CertificateClaims> =
            anchor.open(&token, now, |claims: &CertificateClaims| &claims.issued)?;
        let key = CertifiedKey::new(claims.jwk.clone()).map_err(|_| Fault::Claims)?;
        if claims.kid != claims.jwk.thumbprint() || claims.until <= claims.not_before {
            return Err(Fault::Contradiction.into());
        }
        Ok(Self { claims, key, text: text.to_owned() })
    }

    /// Checks that the key may sign a token for this use, issued at `issued`, that ends at `end` or never (KEY-3). Whoever
    /// issues tokens asks it before signing, whoever gets them before believing.
    ///
    /// # Errors
    /// The [`KeyFault`] that says what the certificate is not for.
    pub fn covers(&self, purpose: KeyUse, issued: Timestamp, end: Option<Timestamp>) -> Result<(), KeyFault> {
        if purpose == KeyUse::Unknown || !self.claims.uses.contains(&purpose) {
            return Err(KeyFault::Use);
        }
        // In whole seconds, as they stand in tokens: both sides must come to the same answer.
        let issued = numeric_date(issued);
        if issued < numeric_date(self.claims.not_before) || issued >= numeric_date(self.claims.until) {
            return Err(KeyFault::Period);
        }
        let Some(max_lifetime) = self.claims.max_lifetime else { return Ok(()) };
        let life = end.map(|end| numeric_date(end).saturating_sub(issued)).ok_or(KeyFault::Lifetime)?;
        if life > max_lifetime { Err(KeyFault::Lifetime) } else { Ok(()) }
    }

    /// The thumbprint of the key that is certified.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.claims.kid
    }

    /// The key that is certified.
    pub(crate) const fn key(&self) -> &CertifiedKey {
        &self.key
    }

    /// The claims.
    #[must_use]
    pub fn claims(&self) -> &CertificateClaims {
        &self.claims
    }

    /// The certificate as it is carried in headers and bundles.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
