//! Trust: the chain from a vendor's root to a token (KEY-3, KEY-4, KEY-5).

use std::collections::BTreeMap;

use chancery_domain::{Timestamp, VendorId};
use serde_json::Value;

use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jws::Unverified;
use crate::kind::bundle::BundleClaims;
use crate::kind::certificate::{Certificate, CertifiedKey, KeyUse};
use crate::kind::lease::{Lease, LeaseClaims, LeaseExpectation};
use crate::kind::revocations::RevocationList;
use crate::{Fault, Jwk, KeyFault, PublicKey, Recipient, SealingKey, TokenError};

/// Where trust in a vendor begins: its root key, and whether it is a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The vendor.
    pub vendor: VendorId,
    /// Whether it is a sandbox: live and sandbox tokens are never taken for each other (CLK-1).
    pub sandbox: bool,
    /// The root key.
    pub root: PublicKey,
}

impl Anchor {
    /// Opens a token that only the root signs.
    pub(crate) fn open<C: Kind>(
        &self,
        token: &Unverified<'_>,
        now: Timestamp,
        issued: impl FnOnce(&C) -> &Issued,
    ) -> Result<Verified<C>, TokenError> {
        token.check_type::<C>()?;
        if token.kid() != self.root.kid() {
            return Err(KeyFault::Unknown.into());
        }
        let claims: C = token.claims(&self.root)?;
        let issued = issued(&claims);
        issued.check_vendor(self.vendor, self.sandbox)?;
        // What the root signs is embedded and carried, whatever else it comes with.
        issued.check_time(now, Tolerance::CarriedFromVendor)?;
        Ok(Verified::new(claims, token.kid()))
    }
}

/// What a program knows of a vendor: an opened trust bundle, with whatever newer revocation list came since.
#[derive(Clone, Debug)]
pub struct Trust {
    anchor: Anchor,
    bundle: Verified<BundleClaims>,
    certificates: Vec<Certificate>,
    revocations: RevocationList,
}

impl Trust {
    /// Opens a bundle. With a pinned root, a bundle of another root is refused (`token_key_unknown`); without one, the
    /// bundle's own root is believed: only for a bundle that somebody installs (KEY-4).
    ///
    /// # Errors
    /// [`TokenError`] of the bundle, or of any certificate or list in it.
    pub fn open(text: &str, pinned: Option<&Jwk>, now: Timestamp) -> Result<Self, TokenError> {
        let token = Unverified::parse(text)?;
        token.check_type::<BundleClaims>()?;
        let own: Jwk = serde_json::from_value(token.unchecked_claim("root")?).map_err(|_| Fault::Claims)?;
        if pinned.is_some_and(|pinned| *pinned != own) || token.kid() != own.thumbprint() {
            return Err(KeyFault::Unknown.into());
        }
        let root = PublicKey::new(own).map_err(|_| Fault::Claims)?;
        let claims: BundleClaims = token.claims(&root)?;
        if claims.vendor.id != claims.issued.vendor {
            return Err(Fault::Contradiction.into());
        }
        claims.issued.check_time(now, Tolerance::CarriedFromVendor)?;
        let anchor = Anchor { vendor: claims.issued.vendor, sandbox: claims.issued.sandbox, root };
        let certificates: Result<_, _> =
            claims.certificates.iter().map(|text| Certificate::open(text, &anchor, now)).collect();
        let revocations = RevocationList::open(&claims.revocations, &anchor, now)?;
        let bundle = Verified::new(claims, token.kid());
        Ok(Self { anchor, bundle, certificates: certificates?, revocations })
    }

    /// Takes a newer bundle of the same root, vendor and mode in the place of this one.
    ///
    /// # Errors
    /// [`TokenError`], and nothing has changed: `token_superseded` if its revocation list is older than the one known.
    pub fn update(&mut self, text: &str, now: Timestamp) -> Result<(), TokenError> {
        let newer = Self::open(text, Some(self.anchor.root.jwk()), now)?;
        newer.bundle.issued.check_vendor(self.anchor.vendor, self.anchor.sandbox)?;
        self.check_number(&newer.revocations)?;
        *self = newer;
        Ok(())
    }

    /// Takes a newer revocation list (KEY-5); the same one again is no error.
    ///
    /// # Errors
    /// [`TokenError`], and nothing has changed: `token_superseded` if its number is lower than the one known.
    pub fn update_revocations(&mut self, text: &str, now: Timestamp) -> Result<(), TokenError> {
        let newer = RevocationList::open(text, &self.anchor, now)?;
        self.check_number(&newer)?;
        self.revocations = newer;
        Ok(())
    }

    fn check_number(&self, newer: &RevocationList) -> Result<(), TokenError> {
        let (number, seen) = (newer.number, self.revocations.number);
        if number < seen { Err(TokenError::Superseded { number, seen }) } else { Ok(()) }
    }

    /// Opens a lease: root, key certificate, lease, with all of KEY-3 and TOK-3; one of a local server: root, key certificate,
    /// delegation, lease, with all of TOK-8. Verdicts are refused: nobody runs by them.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open_lease(&self, text: &str, expected: &LeaseExpectation<'_>) -> Result<Lease, TokenError> {
        let lease = self.open_any_lease(text, expected)?;
        if lease.seat.is_none() {
            return Err(TokenError::WrongRecipient(Recipient::Seat));
        }
        Ok(lease)
    }

    /// Opens a verdict of `validate`: a lease without a seat.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open_verdict(&self, text: &str, expected: &LeaseExpectation<'_>) -> Result<Lease, TokenError> {
        let lease = self.open_any_lease(text, expected)?;
        if lease.seat.is_some() {
            return Err(TokenError::WrongRecipient(Recipient::Seat));
        }
        Ok(lease)
    }

    fn open_any_lease(&self, text: &str, expected: &LeaseExpectation<'_>) -> Result<Lease, TokenError> {
        let token = Unverified::parse(text)?;
        token.check_type::<LeaseClaims>()?;
        let claims = match token.unchecked_claim_if_any("delegation")? {
            None => {
                let facts = |claims: &LeaseClaims| (claims.issued.clone(), claims.expiry);
                self.open_issued(&token, KeyUse::Lease, expected.now, facts)?
            }
            Some(Value::String(delegation)) => self.open_delegated(&token, &delegation, expected.now)?,
            Some(_) => return Err(Fault::Claims.into()),
        };
        expected.check(&claims)?;
        Ok(Verified::new(claims, token.kid()))
    }

    /// The part that every kind of token that an issuing key signs has in common.
    pub(crate) fn open_issued<C: Kind>(
        &self,
        token: &Unverified<'_>,
        purpose: KeyUse,
        now: Timestamp,
        facts: impl FnOnce(&C) -> (Issued, Option<Timestamp>),
    ) -> Result<C, TokenError> {
        let carried;
        let candidates = match token.certificate() {
            None => self.known(|known| known.kid() == token.kid()),
            Some(text) => {
                // One that the bundle has too was checked when the bundle was opened.
                let known = self.known(|known| known.text() == text);
                if known.is_empty() {
                    carried = Certificate::open(text, &self.anchor, now)?;
                    vec![&carried]
                } else {
                    known
                }
            }
        };
        let certified = candidates.first().filter(|certificate| certificate.kid() == token.kid());
        let CertifiedKey::Signing(key) = certified.ok_or(KeyFault::Unknown)?.key() else {
            return Err(KeyFault::Use.into());
        };
        if self.revocations.revokes(token.kid()) {
            return Err(TokenError::KeyRevoked);
        }
        let claims: C = token.claims(key)?;
        let (issued, end) = facts(&claims);
        issued.check_vendor(self.anchor.vendor, self.anchor.sandbox)?;
        // A key whose certificate was renewed has several in the bundle.
        let covered = candidates.iter().map(|certificate| certificate.covers(purpose, issued.at, end));
        covered.reduce(Result::or).unwrap_or(Err(KeyFault::Unknown))?;
        Ok(claims)
    }

    fn known(&self, is: impl Fn(&Certificate) -> bool) -> Vec<&Certificate> {
        self.certificates.iter().filter(|known| is(known)).collect()
    }

    /// Vendor, mode and root.
    #[must_use]
    pub const fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// The vendor's name.
    #[must_use]
    pub fn vendor_name(&self) -> &str {
        &self.bundle.vendor.name
    }

    /// When the bundle was signed.
    #[must_use]
    pub fn issued(&self) -> Timestamp {
        self.bundle.issued.at
    }

    /// The revocation list that came with the bundle, as it is carried.
    #[must_use]
    pub fn bundle_list(&self) -> &str {
        &self.bundle.revocations
    }

    /// Where the vendor's services are, by name.
    #[must_use]
    pub fn urls(&self) -> &BTreeMap<String, String> {
        &self.bundle.urls
    }

    /// The key to which what is for the vendor alone is sealed: the one whose certificate is the newest of those that
    /// count now, or, if this clock is in none of them, the newest of all. None if the bundle has none that is not revoked.
    #[must_use]
    pub fn receiving_key(&self, now: Timestamp) -> Option<SealingKey> {
        let of = |certificate: &Certificate| match certificate.key() {
            CertifiedKey::Receiving(key) if !self.revocations.revokes(certificate.kid()) => Some(key.clone()),
            _ => None,
        };
        let uses = self.certificates.iter().filter(|it| it.claims().uses.contains(&KeyUse::Seal));
        let keys = uses
            .filter_map(|it| Some((it.covers(KeyUse::Seal, now, Some(now)).is_ok(), it.claims().not_before, of(it)?)));
        keys.max_by_key(|(counts, from, _)| (*counts, *from)).map(|(_, _, key)| key)
    }

    /// The certificates in the bundle.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The latest revocation list.
    #[must_use]
    pub const fn revocations(&self) -> &RevocationList {
        &self.revocations
    }
}
