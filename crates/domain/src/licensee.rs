//! Licensees: one customer's standing with one product, and the secret that can tie it to machines (licensee.md).

use std::fmt;

use crate::{
    CustomerId, Fact, Facts, Invalid, LicenseeId, LicenseeNumber, Metadata, Product, ProductId, Refusal, SecretMode,
    Timestamp, VendorId, fact, optional,
};

/// One customer's standing with one product. It comes into being with the customer's first entitlement for the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licensee {
    /// Its id.
    pub id: LicenseeId,
    /// Whose it is.
    pub vendor: VendorId,
    /// The customer.
    pub customer: CustomerId,
    /// The product.
    pub product: ProductId,
    /// How its secret is used: the product's setting.
    pub secret_mode: SecretMode,
    /// Its number, given or made, unique within the vendor.
    pub number: LicenseeNumber,
    /// What is stored of its secret, if it has one. A secret that the product's mode does not use is kept.
    pub secret: Option<StoredSecret>,
    /// Since when it has none, if the vendor took it away: a local server that has that secret must forget it too.
    pub secret_cleared: Option<Timestamp>,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Licensee {
    /// With another secret.
    #[must_use]
    pub fn with_secret(&self, secret: StoredSecret) -> Self {
        Self { secret: Some(secret), secret_cleared: None, ..self.clone() }
    }

    /// Whether a secret that was set elsewhere is its first: it has none, and none was taken away since (SEC-2, SEC-4).
    #[must_use]
    pub fn takes_first(&self, secret: &StoredSecret) -> bool {
        self.secret.is_none() && self.secret_cleared.is_none_or(|cleared| cleared < secret.since)
    }

    /// What is known by two servers of its secret, by which one of them had it set or taken away last: `other` knows it better where
    /// both did it at the same instant.
    #[must_use]
    pub fn with_secret_of(&self, other: &Self) -> Self {
        let told = if self.secret_told() > other.secret_told() { self } else { other };
        Self { secret: told.secret.clone(), secret_cleared: told.secret_cleared, ..self.clone() }
    }

    fn secret_told(&self) -> Option<Timestamp> {
        self.secret.as_ref().map(|secret| secret.since).or(self.secret_cleared)
    }
}

/// What is stored of a licensee secret: an HMAC under a random key of its own (SEC-3).
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSecret {
    /// The random key.
    pub key: [u8; 32],
    /// The HMAC-SHA-256 of the secret under that key.
    pub mac: [u8; 32],
    /// Since when it holds.
    pub since: Timestamp,
}

impl fmt::Debug for StoredSecret {
    /// Without key and HMAC: a short secret could be guessed from them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSecret").field("since", &self.since).finish_non_exhaustive()
    }
}

impl Facts for Licensee {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("customerId", self.customer),
            fact("productId", self.product),
            fact("number", &self.number).personal(),
            // When it was set, and nothing of it (SEC-3, SEC-4).
            optional("secretSet", self.secret.as_ref().map(|secret| secret.since)),
            optional("secretCleared", self.secret_cleared),
            fact("metadata", &self.metadata).personal(),
        ]
    }
}

/// A licensee secret as a caller brings it: 1–1000 characters, taken as they are. It has no `Debug` (SEC-3).
#[derive(Clone)]
pub struct LicenseeSecret(String);

impl LicenseeSecret {
    /// The most characters that it may have.
    pub const LONGEST: usize = 1000;

    /// Checks a secret.
    ///
    /// # Errors
    /// `Required` for an empty one, `TooLong` over 1000 characters.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        match text.chars().take(Self::LONGEST + 1).count() {
            0 => Err(Invalid::Required),
            1..=Self::LONGEST => Ok(Self(text.to_owned())),
            _ => Err(Invalid::TooLong),
        }
    }

    /// The secret itself: to be hashed, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What is done with the secret of a call that may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretStep {
    /// Nothing.
    Pass,
    /// It is stored: it is the licensee's first (SEC-2).
    Store,
}

impl SecretMode {
    /// Decides about a validating call by what is stored and what it brings (SEC-1, SEC-2). `same` compares the two, in a time that
    /// tells nothing.
    ///
    /// # Errors
    /// `LicenseeSecretNotSet`, `LicenseeSecretRequired`, `LicenseeSecretMismatch`.
    pub fn decide(
        self,
        stored: Option<&StoredSecret>,
        brought: Option<&LicenseeSecret>,
        same: impl Fn(&StoredSecret, &LicenseeSecret) -> bool,
    ) -> Result<SecretStep, Refusal> {
        match (self, stored, brought) {
            // `key` asks for proofs of possession instead of a secret (SEC-5).
            (Self::Disabled | Self::Key, _, _) => Ok(SecretStep::Pass),
            (Self::Predefined, None, _) => Err(Refusal::LicenseeSecretNotSet),
            (Self::Predefined | Self::Client, _, None) => Err(Refusal::LicenseeSecretRequired),
            (Self::Client, None, Some(_)) => Ok(SecretStep::Store),
            (Self::Predefined | Self::Client, Some(stored), Some(brought)) if same(stored, brought) => {
                Ok(SecretStep::Pass)
            }
            (Self::Predefined | Self::Client, Some(_), Some(_)) => Err(Refusal::LicenseeSecretMismatch),
        }
    }
}

impl Product {
    /// Whether licensees of this product can claim by their number: those that come by themselves, and those that a secret or a key
    /// protects. A number alone is no secret (LIC-1).
    #[must_use]
    pub fn takes_licensee_numbers(&self) -> bool {
        self.licensee_auto_create || self.secret_mode != SecretMode::Disabled
    }

    /// Checks that its settings for licensees go together: a licensee that comes by itself has no secret that was set beforehand.
    ///
    /// # Errors
    /// `AutoCreateNeedsOtherSecretMode`.
    pub fn check_licensee_settings(&self) -> Result<(), Refusal> {
        match (self.licensee_auto_create, self.secret_mode) {
            (true, SecretMode::Predefined) => Err(Refusal::AutoCreateNeedsOtherSecretMode),
            _ => Ok(()),
        }
    }
}
