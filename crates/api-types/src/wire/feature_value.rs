//! Values of features on the wire: on or off, an amount, or null for unlimited (FEAT-1, FEAT-2).

use std::borrow::Cow;
use std::fmt;

use chancery_domain::FeatureValue;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Object, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::quantity;

/// The value of a feature: `true`, `false`, an amount, or `null`, which means unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireFeatureValue(pub FeatureValue);

impl From<FeatureValue> for WireFeatureValue {
    fn from(value: FeatureValue) -> Self {
        Self(value)
    }
}

impl From<WireFeatureValue> for FeatureValue {
    fn from(wire: WireFeatureValue) -> Self {
        wire.0
    }
}

impl Serialize for WireFeatureValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FeatureValue::Bool(on) => serializer.serialize_bool(on),
            FeatureValue::Count(Some(amount)) => serializer.serialize_u64(amount.get()),
            FeatureValue::Count(None) => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for WireFeatureValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = WireFeatureValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false, a whole number, or null for unlimited")
    }

    fn visit_bool<E: serde::de::Error>(self, on: bool) -> Result<WireFeatureValue, E> {
        Ok(WireFeatureValue(FeatureValue::Bool(on)))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<WireFeatureValue, E> {
        Ok(WireFeatureValue(FeatureValue::Count(None)))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<WireFeatureValue, E> {
        quantity::from_u64(number).map(|amount| WireFeatureValue(FeatureValue::Count(Some(amount))))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<WireFeatureValue, E> {
        quantity::from_i64(number).map(|amount| WireFeatureValue(FeatureValue::Count(Some(amount))))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<WireFeatureValue, E> {
        Err(quantity::not_whole(number))
    }
}

impl PartialSchema for WireFeatureValue {
    fn schema() -> RefOr<Schema> {
        let types = SchemaType::Array(vec![Type::Boolean, Type::Integer, Type::Null]);
        let schema = quantity::bounds(ObjectBuilder::new().schema_type(types)).description(Some(
            "Of a `bool`: on or off. Of a `usageCount` or an `elementPool`: an amount, or null for unlimited.",
        ));
        RefOr::T(Schema::Object(Object::from(schema)))
    }
}

impl ToSchema for WireFeatureValue {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FeatureValue")
    }
}
