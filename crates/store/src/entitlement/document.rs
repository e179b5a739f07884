//! The snapshot of features and attributes, as the documents in which an entitlement keeps it.

use std::borrow::Cow;

use chancery_domain::{FeatureKind, FeatureValue, GrantedAttribute, GrantedFeature, Quantity};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::columns::{from_json, parsed, to_json};

#[derive(Serialize, Deserialize)]
struct FeatureDocument<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(rename = "type")]
    feature_type: &'a str,
    #[serde(borrow)]
    overdraft: Cow<'a, str>,
    reset: &'a str,
    level: &'a str,
    value_level: &'a str,
    value: ValueDocument,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    overriding: Option<ValueDocument>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum ValueDocument {
    #[serde(rename = "bool")]
    Bool(bool),
    #[serde(rename = "count")]
    Count(u64),
    #[serde(rename = "unlimited")]
    Unlimited,
}

impl From<FeatureValue> for ValueDocument {
    fn from(value: FeatureValue) -> Self {
        match value {
            FeatureValue::Bool(on) => Self::Bool(on),
            FeatureValue::Count(Some(amount)) => Self::Count(amount.get()),
            FeatureValue::Count(None) => Self::Unlimited,
        }
    }
}

impl TryFrom<ValueDocument> for FeatureValue {
    type Error = StoreError;

    fn try_from(value: ValueDocument) -> Result<Self, StoreError> {
        Ok(match value {
            ValueDocument::Bool(on) => Self::Bool(on),
            ValueDocument::Count(amount) => {
                let amount = Quantity::new(amount).map_err(|_| StoreError::corrupt("a feature above 2^53 - 1"))?;
                Self::Count(Some(amount))
            }
            ValueDocument::Unlimited => Self::Count(None),
        })
    }
}

pub(super) fn write_features(features: &[GrantedFeature]) -> String {
    let documents: Vec<FeatureDocument<'_>> = features
        .iter()
        .map(|feature| FeatureDocument {
            key: feature.key.as_str().into(),
            name: feature.name.as_str().into(),
            feature_type: feature.kind.feature_type().name(),
            overdraft: feature.kind.overdraft().to_string().into(),
            reset: feature.kind.usage_reset().name(),
            level: feature.level.name(),
            value_level: feature.catalog.0.name(),
            value: feature.catalog.1.into(),
            overriding: feature.overriding.map(Into::into),
        })
        .collect();
    to_json(&documents)
}

pub(super) fn read_features(text: &str) -> Result<Vec<GrantedFeature>, StoreError> {
    let documents: Vec<FeatureDocument<'_>> = serde_json::from_str(text)
        .map_err(|error| StoreError::corrupt(format!("an entitlement's features: {error}")))?;
    documents
        .into_iter()
        .map(|document| {
            let kind =
                FeatureKind::new(parsed(document.feature_type)?, parsed(&document.overdraft)?, parsed(document.reset)?)
                    .map_err(|_| StoreError::corrupt("a feature of an impossible kind"))?;
            Ok(GrantedFeature {
                key: parsed(&document.key)?,
                name: parsed(&document.name)?,
                kind,
                level: parsed(document.level)?,
                catalog: (parsed(document.value_level)?, document.value.try_into()?),
                overriding: document.overriding.map(TryInto::try_into).transpose()?,
            })
        })
        .collect()
}

#[derive(Serialize, Deserialize)]
struct AttributeDocument {
    key: String,
    name: String,
    #[serde(rename = "type")]
    attribute_type: String,
    level: String,
    value_level: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    overriding: Option<String>,
}

pub(super) fn write_attributes(attributes: &[GrantedAttribute]) -> String {
    let documents: Vec<AttributeDocument> = attributes
        .iter()
        .map(|attribute| AttributeDocument {
            key: attribute.key.to_string(),
            name: attribute.name.to_string(),
            attribute_type: attribute.attribute_type.to_string(),
            level: attribute.level.to_string(),
            value_level: attribute.catalog.0.to_string(),
            value: attribute.catalog.1.as_ref().map(ToString::to_string),
            overriding: attribute.overriding.as_ref().map(ToString::to_string),
        })
        .collect();
    to_json(&documents)
}

pub(super) fn read_attributes(text: &str) -> Result<Vec<GrantedAttribute>, StoreError> {
    let documents: Vec<AttributeDocument> = from_json(text)?;
    documents
        .into_iter()
        .map(|document| {
            Ok(GrantedAttribute {
                key: parsed(&document.key)?,
                name: parsed(&document.name)?,
                attribute_type: parsed(&document.attribute_type)?,
                level: parsed(&document.level)?,
                catalog: (parsed(&document.value_level)?, document.value.as_deref().map(parsed).transpose()?),
                overriding: document.overriding.as_deref().map(parsed).transpose()?,
            })
        })
        .collect()
}
