//! Features: definitions, values at a level, and what holds at a place of the catalog (CAT-1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    EditionIdText, FeatureIdText, FeatureTypeText, KeyText, LevelText, NameText, ProductIdText, TimestampText,
    UsageResetText, WireFeatureValue, WireMetadata, WireOverdraft, present,
};

/// A new feature, for all products, one product, or one edition: the path says which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateFeature {
    /// Its key, unique within its product.
    pub key: KeyText,
    /// What people read. Default: the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<NameText>,
    /// What it is.
    #[serde(rename = "type")]
    pub feature_type: FeatureTypeText,
    /// The value where nothing nearer sets one; null: unlimited.
    pub value: WireFeatureValue,
    /// How much more may be taken. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdraft: Option<WireOverdraft>,
    /// When the counter of a `usageCount` goes back to zero. Default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage_reset: Option<UsageResetText>,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// New values for some members of a feature's definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateFeature {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// The value where nothing nearer sets one; null: unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub value: Option<WireFeatureValue>,
    /// How much more may be taken.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub overdraft: Option<WireOverdraft>,
    /// When the counter of a `usageCount` goes back to zero.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub usage_reset: Option<UsageResetText>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// A value for a feature that a farther level defines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetFeatureValue {
    /// The value; null: unlimited.
    pub value: WireFeatureValue,
}

/// A feature as it is defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Feature {
    /// Its id.
    pub id: FeatureIdText,
    /// The level that defines it.
    pub level: LevelText,
    /// The product; null for a global feature.
    pub product_id: Option<ProductIdText>,
    /// The edition, if that defines it.
    pub edition_id: Option<EditionIdText>,
    /// Its key.
    pub key: KeyText,
    /// What people read.
    pub name: NameText,
    /// What it is.
    #[serde(rename = "type")]
    pub feature_type: FeatureTypeText,
    /// The value where nothing nearer sets one; null: unlimited.
    pub value: WireFeatureValue,
    /// How much more may be taken.
    pub overdraft: WireOverdraft,
    /// When the counter of a `usageCount` goes back to zero.
    pub usage_reset: UsageResetText,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// A feature as it holds at a place of the catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EffectiveFeature {
    /// The definition's id.
    pub id: FeatureIdText,
    /// Its key.
    pub key: KeyText,
    /// What people read.
    pub name: NameText,
    /// What it is.
    #[serde(rename = "type")]
    pub feature_type: FeatureTypeText,
    /// The value that holds; null: unlimited.
    pub value: WireFeatureValue,
    /// How much more may be taken.
    pub overdraft: WireOverdraft,
    /// When the counter of a `usageCount` goes back to zero.
    pub usage_reset: UsageResetText,
    /// The level that defines it.
    pub level: LevelText,
    /// The level that gives the value.
    pub value_level: LevelText,
    /// The definition's, of the vendor's own.
    pub metadata: WireMetadata,
    /// When it was defined.
    pub created: TimestampText,
    /// When its definition was last changed.
    pub updated: TimestampText,
}
