//! Editions: sets of feature and attribute values.

use crate::{EditionId, Fact, Facts, Key, Metadata, Name, ProductId, Timestamp, VendorId, fact};

/// An edition of a product. Its values stand beside it, by level (CAT-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Of which product.
    pub product: ProductId,
    /// What people read.
    pub name: Name,
    /// Its key, unique within the product.
    pub key: Key,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Facts for Edition {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("name", &self.name), fact("key", &self.key), fact("metadata", &self.metadata)]
    }
}
