//! Values of attributes in maps where null takes a value away.

use std::borrow::Cow;

use chancery_domain::AttributeText;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Object, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::Text;

/// A new value of an attribute, as a text of its type's form; nothing: it falls back to the next level's (CAT-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributePatch(pub Option<Text<AttributeText>>);

impl AttributePatch {
    /// The text inside.
    #[must_use]
    pub fn into_string(self) -> Option<String> {
        self.0.map(|text| text.0.as_str().to_owned())
    }
}

impl PartialSchema for AttributePatch {
    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
            .min_length(Some(1))
            .max_length(Some(AttributeText::LONGEST))
            .description(Some("A value of the attribute's type, or null to fall back to the next level's."));
        RefOr::T(Schema::Object(Object::from(schema)))
    }
}

impl ToSchema for AttributePatch {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("AttributePatch")
    }
}
