//! Members of which only one value can be given for now.

use std::borrow::Cow;

use chancery_domain::Invalid;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Object, RefOr};
use utoipa::{Number, PartialSchema, ToSchema};

use super::refuse;

/// A list that can only be empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmptyList;

impl Serialize for EmptyList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [(); 0].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EmptyList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if Vec::<IgnoredAny>::deserialize(deserializer)?.is_empty() {
            return Ok(Self);
        }
        Err(refuse(Invalid::NotAllowed, "this server does not have them: leave the list empty"))
    }
}

impl PartialSchema for EmptyList {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Array(ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)).build()))
    }
}

impl ToSchema for EmptyList {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EmptyList")
    }
}

/// A number that can only be 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zero;

impl Serialize for Zero {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(0)
    }
}

impl<'de> Deserialize<'de> for Zero {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if u64::deserialize(deserializer)? == 0 {
            return Ok(Self);
        }
        Err(refuse(Invalid::NotAllowed, "this server does not have them: give 0"))
    }
}

impl PartialSchema for Zero {
    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(Number::UInt(0)))
            .maximum(Some(Number::UInt(0)));
        RefOr::T(Schema::Object(Object::from(schema)))
    }
}

impl ToSchema for Zero {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Zero")
    }
}
