//! Levels of the catalog, and which of their values holds (CAT-1).

use crate::named::named;
use crate::{EditionId, ProductId};

named! {
    /// Where a feature or attribute is defined, or gets its value. The later in the list, the nearer.
    Level {
        /// For all products.
        Global = "global",
        /// On one product.
        Product = "product",
        /// On one edition.
        Edition = "edition",
        /// On one entitlement: an override.
        Entitlement = "entitlement",
    }
}

/// The place in the catalog that a definition or a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All products of the vendor.
    Global,
    /// One product.
    Product(ProductId),
    /// One edition of a product.
    Edition(ProductId, EditionId),
}

impl Scope {
    /// The place's level.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Global => Level::Global,
            Self::Product(_) => Level::Product,
            Self::Edition(..) => Level::Edition,
        }
    }

    /// The product, unless global.
    #[must_use]
    pub const fn product(self) -> Option<ProductId> {
        match self {
            Self::Global => None,
            Self::Product(product) | Self::Edition(product, _) => Some(product),
        }
    }

    /// The edition, if it is one.
    #[must_use]
    pub const fn edition(self) -> Option<EditionId> {
        match self {
            Self::Edition(_, edition) => Some(edition),
            _ => None,
        }
    }

    /// Whether a definition at this place holds for things at `inner`.
    #[must_use]
    pub fn covers(self, inner: Self) -> bool {
        match self {
            Self::Global => true,
            Self::Product(product) => inner.product() == Some(product),
            Self::Edition(..) => self == inner,
        }
    }
}

/// A value that a level gives to something that a farther level defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetValue<D, V> {
    /// The definition's id.
    pub definition: D,
    /// Where the value stands.
    pub scope: Scope,
    /// The value.
    pub value: V,
}

/// The value that holds, and its level: the nearest of those set, else the definition's own (CAT-1).
pub fn nearest<V>(defined: (Level, V), set: impl IntoIterator<Item = (Level, V)>) -> (Level, V) {
    set.into_iter().fold(defined, |held, candidate| if candidate.0 > held.0 { candidate } else { held })
}
