//! Signing keys, as they are recorded: what each is for, and how long it is good (KEY-1…5).

use crate::named::named;
use crate::{Fact, Facts, Interval, Refusal, SigningKeyId, Timestamp, Unit, Vendor, VendorId, fact, optional};

named! {
    /// What a vendor's key is for. Of each a vendor has at most one that is active.
    KeyPurpose {
        /// It signs key certificates, revocation lists and trust bundles, and nothing else (KEY-1).
        Root = "root",
        /// It signs what ends within [`LONGEST_LIFE`]: nearly everything (KEY-2).
        Issuing = "issuing",
        /// It signs leases that live longer than that, or have no end (SEAT-6).
        Lasting = "lasting",
        /// It signs license keys, with RS512 (KEY-2).
        LicenseKey = "licenseKey",
        /// It signs nothing: what is sealed to the vendor is sealed to it (KEY-2).
        Receiving = "receiving",
    }
}

named! {
    /// Where a signing key stands.
    KeyStatus {
        /// It signs; the receiving one is what is sealed to.
        Active = "active",
        /// Another took over; what it signed stays good (KEY-5), what was sealed to it is opened (KEY-2).
        Retired = "retired",
        /// Nothing that it signed counts any more (KEY-5), nothing that was sealed to it is opened.
        Revoked = "revoked",
        /// The root, whose private half is not here (KEY-1).
        Removed = "removed",
    }
}

named! {
    /// What somebody must do about a key.
    KeyWarning {
        /// The certificate ends soon, and the root that could renew it is not here.
        CertificateEnding = "certificateEnding",
        /// The certificate has ended: the key signs nothing until it is renewed. The receiving one goes on opening.
        CertificateEnded = "certificateEnded",
    }
}

/// How many seconds a token of an `issuing` key may live: 400 days (KEY-3). A yearly lease fits, with the odd month.
pub const LONGEST_LIFE: u64 = 400 * 24 * 3_600;

/// A signing key: never its private half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// Its id.
    pub id: SigningKeyId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Its thumbprint (RFC 7638).
    pub kid: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Its only algorithm: `Ed25519`, `RS512` or, to receive, `ECDH-ES`.
    pub algorithm: String,
    /// Whether its private half is here: without it a key neither signs nor opens.
    pub usable: bool,
    /// When it was made, or imported.
    pub created: Timestamp,
    /// When another took over (KEY-5).
    pub retired: Option<Timestamp>,
    /// When it was revoked (KEY-5).
    pub revoked: Option<Timestamp>,
    /// Until when it may be used, to sign or to seal to: the end of its latest certificate; none for the root.
    pub certified_until: Option<Timestamp>,
}

impl KeyRecord {
    /// Where the key stands.
    #[must_use]
    pub const fn status(&self) -> KeyStatus {
        match (self.revoked, self.retired, self.usable) {
            (Some(_), _, _) => KeyStatus::Revoked,
            (None, Some(_), _) => KeyStatus::Retired,
            (None, None, false) => KeyStatus::Removed,
            (None, None, true) => KeyStatus::Active,
        }
    }

    /// Whether it is the one of its purpose that is used.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status() == KeyStatus::Active
    }

    /// Whether others are told of it: not of what was revoked, nor of a key to which nobody should seal any more.
    #[must_use]
    pub fn is_published(&self) -> bool {
        match self.status() {
            KeyStatus::Active | KeyStatus::Removed => true,
            KeyStatus::Retired => self.purpose != KeyPurpose::Receiving,
            KeyStatus::Revoked => false,
        }
    }

    /// Makes room for another of the same purpose (KEY-5). Its private half has no more use, unless something that was sealed to
    /// it is still on its way (KEY-2).
    #[must_use]
    pub fn retired(&self, now: Timestamp) -> Self {
        let usable = self.usable && self.purpose == KeyPurpose::Receiving;
        Self { usable, retired: self.retired.or(Some(now)), ..self.clone() }
    }

    /// Takes the key back (KEY-5); one that was revoked stays as it is.
    ///
    /// # Errors
    /// [`Refusal::KeyIsRoot`]: there is nobody above the root who could take it back.
    pub fn revoke(&self, now: Timestamp) -> Result<Self, Refusal> {
        check_not_root(self.purpose)?;
        Ok(Self { usable: false, revoked: self.revoked.or(Some(now)), ..self.clone() })
    }

    /// Whether the certificate is to be renewed: less than a quarter of its life is left.
    #[must_use]
    pub fn wants_renewal(&self, vendor: &Vendor, now: Timestamp) -> bool {
        let quarter = (certificate_end(vendor, now).as_micros() - now.as_micros()) / 4;
        self.ends_before(now.shifted(quarter))
    }

    /// What somebody must do about it, if the root is `here` or is not.
    #[must_use]
    pub fn warning(&self, root_is_here: bool, now: Timestamp) -> Option<KeyWarning> {
        if self.ends_before(now) {
            return Some(KeyWarning::CertificateEnded);
        }
        let soon = now.plus(Interval::days(180));
        (!root_is_here && self.ends_before(soon)).then_some(KeyWarning::CertificateEnding)
    }

    fn ends_before(&self, at: Timestamp) -> bool {
        self.is_active() && self.certified_until.is_some_and(|end| end <= at)
    }
}

/// Refuses what is done with any key but the root.
///
/// # Errors
/// [`Refusal::KeyIsRoot`].
pub const fn check_not_root(purpose: KeyPurpose) -> Result<(), Refusal> {
    if matches!(purpose, KeyPurpose::Root) { Err(Refusal::KeyIsRoot) } else { Ok(()) }
}

/// Until when a certificate made now is good: two years; of a sandbox a thousand, because its clock is made to run ahead.
#[must_use]
pub fn certificate_end(vendor: &Vendor, now: Timestamp) -> Timestamp {
    let years = if vendor.is_sandbox() { 1_000 } else { 2 };
    Interval::new(Unit::Year, years).map_or(now, |life| now.plus(life))
}

impl Facts for KeyRecord {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("kid", &self.kid),
            fact("purpose", self.purpose),
            fact("algorithm", &self.algorithm),
            fact("status", self.status()),
            optional("certifiedUntil", self.certified_until),
        ]
    }
}
