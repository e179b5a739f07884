//! Editions: sets of feature and attribute values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    AttributePatch, AttributeValueText, EditionIdText, KeyText, NameText, ProductIdText, TimestampText,
    WireFeatureValue, WireMetadata, present,
};

/// A new edition of the product in the path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateEdition {
    /// What people read.
    pub name: NameText,
    /// Its key, unique within the product.
    pub key: KeyText,
    /// Its own values of features, by key; null: unlimited.
    #[serde(default)]
    pub features: BTreeMap<KeyText, WireFeatureValue>,
    /// Its own values of attributes, by key.
    #[serde(default)]
    pub attributes: BTreeMap<KeyText, AttributeValueText>,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// New values for some members of an edition. Features and attributes that are not named keep theirs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateEdition {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// Its key.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub key: Option<KeyText>,
    /// New values of features, by key; null: unlimited.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<KeyText, WireFeatureValue>,
    /// New values of attributes, by key; null: falls back to the next level's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<KeyText, AttributePatch>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// An edition of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edition {
    /// Its id.
    pub id: EditionIdText,
    /// Of which product.
    pub product_id: ProductIdText,
    /// What people read.
    pub name: NameText,
    /// Its key, unique within the product.
    pub key: KeyText,
    /// Its own values of features, by key; null: unlimited.
    pub features: BTreeMap<KeyText, WireFeatureValue>,
    /// Its own values of attributes, by key.
    pub attributes: BTreeMap<KeyText, AttributeValueText>,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}
