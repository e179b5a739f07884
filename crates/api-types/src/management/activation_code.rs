//! Activation codes of an order (LIC-2).

use std::borrow::Cow;
use std::fmt;

use chancery_domain::Invalid;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{Number, PartialSchema, ToSchema};

use crate::wire::{ActivationCodeIdText, Secret, TimestampText};

/// How many codes to make, or codes of the vendor's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActivationCodes {
    /// So many new ones.
    Make(u32),
    /// These.
    Own(Vec<Secret>),
}

impl ActivationCodes {
    /// The most codes in one request.
    pub const MOST: u32 = 100;
}

impl Default for ActivationCodes {
    fn default() -> Self {
        Self::Make(1)
    }
}

impl Serialize for ActivationCodes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Make(count) => serializer.serialize_u32(*count),
            Self::Own(codes) => codes.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ActivationCodes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CodesVisitor)
    }
}

struct CodesVisitor;

fn too_many<E: serde::de::Error>() -> E {
    E::custom(format_args!("{}: give 0 to {} codes", Invalid::OutOfRange.code(), ActivationCodes::MOST))
}

impl<'de> Visitor<'de> for CodesVisitor {
    type Value = ActivationCodes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("how many codes to make, or a list of codes")
    }

    fn visit_u64<E: serde::de::Error>(self, count: u64) -> Result<ActivationCodes, E> {
        let count = u32::try_from(count).ok().filter(|count| *count <= ActivationCodes::MOST);
        count.map(ActivationCodes::Make).ok_or_else(too_many)
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<ActivationCodes, E> {
        Err(too_many())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ActivationCodes, A::Error> {
        let mut codes = Vec::new();
        while let Some(code) = list.next_element()? {
            if codes.len() >= ActivationCodes::MOST as usize {
                return Err(too_many());
            }
            codes.push(code);
        }
        Ok(ActivationCodes::Own(codes))
    }
}

impl PartialSchema for ActivationCodes {
    fn schema() -> RefOr<Schema> {
        let count = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(Number::UInt(0)))
            .maximum(Some(Number::UInt(Self::MOST as usize)));
        let codes = ArrayBuilder::new().items(Secret::schema()).max_items(Some(Self::MOST as usize));
        RefOr::T(Schema::OneOf(OneOfBuilder::new().item(count).item(codes).build()))
    }
}

impl ToSchema for ActivationCodes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ActivationCodes")
    }
}

/// More activation codes for an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateActivationCodes {
    /// How many codes to make, or codes of the vendor's own.
    pub activation_codes: ActivationCodes,
}

/// A code that leads to an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivationCode {
    /// Its id, by which it is revoked.
    pub id: ActivationCodeIdText,
    /// The code itself: only in the reply to the request that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// Its last group, for display.
    pub last_group: String,
    /// When it was revoked.
    pub revoked: Option<TimestampText>,
    /// When it was made.
    pub created: TimestampText,
}
