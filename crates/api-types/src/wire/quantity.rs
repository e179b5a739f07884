//! Quantities on the wire: whole numbers that every JSON client can hold.

use std::borrow::Cow;
use std::fmt;

use chancery_domain::{Invalid, Quantity};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Object, RefOr};
use utoipa::{Number, PartialSchema, ToSchema};

use super::refuse;

const RIGHT: &str = "give a whole number of 0 to 9007199254740991";
/// [`Quantity::MAX`], which a float holds exactly.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// A whole number of 0 to 2^53 − 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WireQuantity(pub Quantity);

impl From<Quantity> for WireQuantity {
    fn from(quantity: Quantity) -> Self {
        Self(quantity)
    }
}

impl From<WireQuantity> for Quantity {
    fn from(wire: WireQuantity) -> Self {
        wire.0
    }
}

impl Serialize for WireQuantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0.get())
    }
}

impl<'de> Deserialize<'de> for WireQuantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(QuantityVisitor)
    }
}

struct QuantityVisitor;

impl Visitor<'_> for QuantityVisitor {
    type Value = WireQuantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<WireQuantity, E> {
        from_u64(number).map(WireQuantity)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<WireQuantity, E> {
        from_i64(number).map(WireQuantity)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<WireQuantity, E> {
        Err(not_whole(number))
    }
}

pub(super) fn from_u64<E: serde::de::Error>(number: u64) -> Result<Quantity, E> {
    Quantity::new(number).map_err(|invalid| refuse(invalid, RIGHT))
}

pub(super) fn from_i64<E: serde::de::Error>(number: i64) -> Result<Quantity, E> {
    u64::try_from(number).map_err(|_| refuse(Invalid::OutOfRange, RIGHT)).and_then(from_u64)
}

/// JSON readers give what does not fit 64 bits as a float: that is too large, not of the wrong form.
pub(super) fn not_whole<E: serde::de::Error>(number: f64) -> E {
    let invalid = if (0.0..=LARGEST).contains(&number) { Invalid::BadFormat } else { Invalid::OutOfRange };
    refuse(invalid, RIGHT)
}

/// What is the same in every schema of a quantity.
pub(super) fn bounds(schema: ObjectBuilder) -> ObjectBuilder {
    let most = usize::try_from(Quantity::MAX.get()).map_or(Number::Float(LARGEST), Number::UInt);
    schema.minimum(Some(Number::UInt(0))).maximum(Some(most))
}

impl PartialSchema for WireQuantity {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(Object::from(bounds(ObjectBuilder::new().schema_type(Type::Integer)))))
    }
}

impl ToSchema for WireQuantity {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Quantity")
    }
}
