//! Metadata on the wire: a map of strings.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chancery_domain::Metadata;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Object, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::refuse;

/// A map of strings that the vendor uses as it likes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WireMetadata(pub Metadata);

impl From<Metadata> for WireMetadata {
    fn from(metadata: Metadata) -> Self {
        Self(metadata)
    }
}

impl From<WireMetadata> for Metadata {
    fn from(wire: WireMetadata) -> Self {
        wire.0
    }
}

impl Serialize for WireMetadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_map().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WireMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::deserialize(deserializer)?;
        Metadata::new(map).map(Self).map_err(|invalid| {
            refuse(invalid, "give at most 50 members, with keys of 1 to 50 and values of at most 500 characters")
        })
    }
}

impl PartialSchema for WireMetadata {
    fn schema() -> RefOr<Schema> {
        let value = ObjectBuilder::new().schema_type(Type::String).max_length(Some(500)).build();
        let schema = ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(Schema::Object(value)))
            .max_properties(Some(Metadata::MOST))
            .description(Some("A map of strings that the vendor uses as it likes."));
        RefOr::T(Schema::Object(Object::from(schema)))
    }
}

impl ToSchema for WireMetadata {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Metadata")
    }
}
