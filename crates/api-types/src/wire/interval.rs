//! Intervals and periods on the wire: `{"unit": "day", "count": 30}`, or `"unlimited"`.

use std::borrow::Cow;
use std::fmt;

use chancery_domain::{Interval, Invalid, Period, Unit};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Ref, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::refuse;

/// A length of calendar time, such as one month or 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct WireInterval(pub Interval);

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Members {
    unit: UnitName,
    /// 1 to 32767.
    #[schema(minimum = 1, maximum = 32767)]
    count: u64,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum UnitName {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl From<UnitName> for Unit {
    fn from(name: UnitName) -> Self {
        match name {
            UnitName::Minute => Self::Minute,
            UnitName::Hour => Self::Hour,
            UnitName::Day => Self::Day,
            UnitName::Week => Self::Week,
            UnitName::Month => Self::Month,
            UnitName::Year => Self::Year,
        }
    }
}

impl From<Unit> for UnitName {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Minute => Self::Minute,
            Unit::Hour => Self::Hour,
            Unit::Day => Self::Day,
            Unit::Week => Self::Week,
            Unit::Month => Self::Month,
            Unit::Year => Self::Year,
        }
    }
}

impl TryFrom<Members> for WireInterval {
    type Error = String;

    fn try_from(members: Members) -> Result<Self, String> {
        let interval = Interval::new(members.unit.into(), members.count);
        interval.map(Self).map_err(|invalid| format!("{}: {invalid}; give a count of 1 to 32767", invalid.code()))
    }
}

impl From<WireInterval> for Members {
    fn from(wire: WireInterval) -> Self {
        Self { unit: wire.0.unit().into(), count: wire.0.count().into() }
    }
}

impl From<Interval> for WireInterval {
    fn from(interval: Interval) -> Self {
        Self(interval)
    }
}

impl From<WireInterval> for Interval {
    fn from(wire: WireInterval) -> Self {
        wire.0
    }
}

impl PartialSchema for WireInterval {
    fn schema() -> RefOr<Schema> {
        Members::schema()
    }
}

impl ToSchema for WireInterval {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Interval")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Members::schemas(schemas);
    }
}

/// An interval, or `"unlimited"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WirePeriod(pub Period);

impl From<Period> for WirePeriod {
    fn from(period: Period) -> Self {
        Self(period)
    }
}

impl From<WirePeriod> for Period {
    fn from(wire: WirePeriod) -> Self {
        wire.0
    }
}

impl Serialize for WirePeriod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Period::Limited(interval) => WireInterval(interval).serialize(serializer),
            Period::Unlimited => serializer.serialize_str("unlimited"),
        }
    }
}

impl<'de> Deserialize<'de> for WirePeriod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PeriodVisitor)
    }
}

struct PeriodVisitor;

impl<'de> Visitor<'de> for PeriodVisitor {
    type Value = WirePeriod;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"an interval such as {"unit": "day", "count": 30}, or "unlimited""#)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<WirePeriod, E> {
        if text == "unlimited" {
            return Ok(WirePeriod(Period::Unlimited));
        }
        Err(refuse(Invalid::BadFormat, r#"give {"unit": "day", "count": 30}, or "unlimited""#))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WirePeriod, A::Error> {
        let interval = WireInterval::deserialize(MapAccessDeserializer::new(map))?;
        Ok(WirePeriod(Period::Limited(interval.0)))
    }
}

impl PartialSchema for WirePeriod {
    fn schema() -> RefOr<Schema> {
        let unlimited = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["unlimited"]));
        let either = OneOfBuilder::new().item(Ref::from_schema_name(WireInterval::name())).item(unlimited);
        RefOr::T(Schema::OneOf(either.build()))
    }
}

impl ToSchema for WirePeriod {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Period")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((WireInterval::name().into_owned(), WireInterval::schema()));
        WireInterval::schemas(schemas);
    }
}
