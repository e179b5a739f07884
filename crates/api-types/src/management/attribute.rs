//! Attributes: definitions, values at a level, and what holds at a place of the catalog (CAT-1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    AttributeIdText, AttributeTypeText, AttributeValueText, EditionIdText, KeyText, LevelText, NameText, Patch,
    ProductIdText, TimestampText, WireMetadata, present,
};

/// A new attribute, for all products, one product, or one edition: the path says which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAttribute {
    /// Its key, unique within its product.
    pub key: KeyText,
    /// What people read. Default: the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<NameText>,
    /// What its value is.
    #[serde(rename = "type")]
    pub attribute_type: AttributeTypeText,
    /// The value where nothing nearer sets one, as a text of its type's form. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<AttributeValueText>,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// New values for some members of an attribute's definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAttribute {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// The value where nothing nearer sets one; null: none.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<AttributeValueText>)]
    pub value: Patch<AttributeValueText>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// A value for an attribute that a farther level defines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetAttributeValue {
    /// The value, as a text of its type's form.
    pub value: AttributeValueText,
}

/// An attribute as it is defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Its id.
    pub id: AttributeIdText,
    /// The level that defines it.
    pub level: LevelText,
    /// The product; null for a global attribute.
    pub product_id: Option<ProductIdText>,
    /// The edition, if that defines it.
    pub edition_id: Option<EditionIdText>,
    /// Its key.
    pub key: KeyText,
    /// What people read.
    pub name: NameText,
    /// What its value is.
    #[serde(rename = "type")]
    pub attribute_type: AttributeTypeText,
    /// The value where nothing nearer sets one.
    pub value: Option<AttributeValueText>,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// An attribute as it holds at a place of the catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EffectiveAttribute {
    /// The definition's id.
    pub id: AttributeIdText,
    /// Its key.
    pub key: KeyText,
    /// What people read.
    pub name: NameText,
    /// What its value is.
    #[serde(rename = "type")]
    pub attribute_type: AttributeTypeText,
    /// The value that holds; null where no level gives one.
    pub value: Option<AttributeValueText>,
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
