//! API keys, as they are recorded (MAN-1).

use std::collections::BTreeSet;

use crate::{ApiKeyId, Fact, Facts, KeyScope, Name, Timestamp, VendorId, fact, optional};

/// An API key: never the secret, only its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, which is also the public part of the key.
    pub id: ApiKeyId,
    /// Whose it is.
    pub vendor: VendorId,
    /// What people read.
    pub name: Name,
    /// What it may do.
    pub scopes: BTreeSet<KeyScope>,
    /// From when on it does not work.
    pub expires: Option<Timestamp>,
    /// SHA-256 of the secret, whose 256 random bits need no salt.
    pub hash: [u8; 32],
    /// When it was last used, to the hour.
    pub last_used: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
}

impl ApiKey {
    /// The scopes in one line.
    #[must_use]
    pub fn scope_list(&self) -> String {
        self.scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl Facts for ApiKey {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("name", &self.name), fact("scopes", self.scope_list()), optional("expires", self.expires)]
    }
}
