//! Definitions of features.

use std::fmt;

use crate::named::named;
use crate::{
    Fact, Facts, FeatureId, Invalid, Key, Metadata, Name, Overdraft, Quantity, Scope, Timestamp, VendorId, fact,
};

named! {
    /// What a feature is.
    FeatureType {
        /// On or off.
        Bool = "bool",
        /// Spent for good.
        UsageCount = "usageCount",
        /// Taken and given back.
        ElementPool = "elementPool",
    }
}

named! {
    /// When the counter of a `usageCount` feature goes back to zero by itself.
    UsageReset {
        /// Never.
        Never = "never",
        /// When the subscription is renewed (ENT-4).
        OnRenewal = "onRenewal",
        /// At 00:00 UTC on the first of each month.
        Monthly = "monthly",
    }
}

/// What a feature is, with what only that type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureKind {
    /// On or off.
    Bool,
    /// Spent for good, up to the value and its overdraft.
    UsageCount(Overdraft, UsageReset),
    /// Taken and given back, up to the value and its overdraft.
    ElementPool(Overdraft),
}

impl FeatureKind {
    /// The type's name.
    #[must_use]
    pub const fn feature_type(self) -> FeatureType {
        match self {
            Self::Bool => FeatureType::Bool,
            Self::UsageCount(..) => FeatureType::UsageCount,
            Self::ElementPool(_) => FeatureType::ElementPool,
        }
    }

    /// Puts a kind together from its wire members.
    ///
    /// # Errors
    /// `NotAllowed` for an overdraft on a `bool`, or a reset on anything but a `usageCount`.
    pub fn new(feature_type: FeatureType, overdraft: Overdraft, reset: UsageReset) -> Result<Self, Invalid> {
        match feature_type {
            FeatureType::Bool if overdraft == Overdraft::None && reset == UsageReset::Never => Ok(Self::Bool),
            FeatureType::ElementPool if reset == UsageReset::Never => Ok(Self::ElementPool(overdraft)),
            FeatureType::UsageCount => Ok(Self::UsageCount(overdraft, reset)),
            _ => Err(Invalid::NotAllowed),
        }
    }

    /// The overdraft; none for a `bool`.
    #[must_use]
    pub const fn overdraft(self) -> Overdraft {
        match self {
            Self::Bool => Overdraft::None,
            Self::UsageCount(overdraft, _) | Self::ElementPool(overdraft) => overdraft,
        }
    }

    /// When the counter resets; never for what has none.
    #[must_use]
    pub const fn usage_reset(self) -> UsageReset {
        match self {
            Self::UsageCount(_, reset) => reset,
            _ => UsageReset::Never,
        }
    }

    /// Checks that a value is one of this type.
    ///
    /// # Errors
    /// `BadFormat` if it is not.
    pub const fn check(self, value: FeatureValue) -> Result<FeatureValue, Invalid> {
        match (self, value) {
            (Self::Bool, FeatureValue::Bool(_)) => Ok(value),
            (Self::UsageCount(..) | Self::ElementPool(_), FeatureValue::Count(_)) => Ok(value),
            _ => Err(Invalid::BadFormat),
        }
    }
}

/// The value of a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureValue {
    /// Of a `bool`: on or off.
    Bool(bool),
    /// Of a count or a pool: how much; nothing means unlimited (FEAT-2).
    Count(Option<Quantity>),
}

impl fmt::Display for FeatureValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(on) => on.fmt(f),
            Self::Count(Some(amount)) => amount.fmt(f),
            Self::Count(None) => f.write_str("unlimited"),
        }
    }
}

/// A feature, defined at one level of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureDefinition {
    /// Its id.
    pub id: FeatureId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Where it is defined.
    pub scope: Scope,
    /// Its key, unique within its product, and among the global ones.
    pub key: Key,
    /// What people read.
    pub name: Name,
    /// What it is.
    pub kind: FeatureKind,
    /// The value where nothing nearer sets one.
    pub value: FeatureValue,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Facts for FeatureDefinition {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("key", &self.key),
            fact("name", &self.name),
            fact("type", self.kind.feature_type()),
            fact("value", self.value),
            fact("overdraft", self.kind.overdraft()),
            fact("usageReset", self.kind.usage_reset()),
            fact("level", self.scope.level()),
            fact("metadata", &self.metadata),
        ]
    }
}
