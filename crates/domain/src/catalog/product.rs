//! Products.

use crate::named::named;
use crate::{Fact, Facts, Key, Metadata, Name, Policy, ProductId, Timestamp, VendorId, fact};

named! {
    /// Whether an activation must be bound to a device key (SEAT-12).
    DeviceKeys {
        /// It may be.
        Optional = "optional",
        /// It must be.
        Required = "required",
    }
}

named! {
    /// How the licensee secret of a product is used (licensee.md).
    SecretMode {
        /// Not at all.
        Disabled = "disabled",
        /// The vendor sets it beforehand.
        Predefined = "predefined",
        /// The first call that brings one sets it.
        Client = "client",
        /// Each seat proves possession of a key.
        Key = "key",
    }
}

/// A product: has features, attributes and editions, and carries defaults for what it sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Whose it is.
    pub vendor: VendorId,
    /// What people read.
    pub name: Name,
    /// Its key, unique within the vendor.
    pub key: Key,
    /// The defaults of what it sells.
    pub policy: Policy,
    /// Whether its activations must be bound to device keys.
    pub device_keys: DeviceKeys,
    /// How its licensee secrets are used.
    pub secret_mode: SecretMode,
    /// Whether unknown licensee numbers become licensees by themselves (AUTO-1).
    pub licensee_auto_create: bool,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Facts for Product {
    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![fact("name", &self.name), fact("key", &self.key)];
        facts.extend(self.policy.facts());
        facts.extend([
            fact("deviceKeys", self.device_keys),
            fact("licenseeSecretMode", self.secret_mode),
            fact("licenseeAutoCreate", self.licensee_auto_create),
            fact("metadata", &self.metadata),
        ]);
        facts
    }
}
