//! Definitions of attributes: named values that a product reads from its license.

use crate::named::named;
use crate::{
    AttributeId, AttributeText, Fact, Facts, Invalid, Key, Metadata, Name, Scope, Timestamp, VendorId, fact, optional,
};

named! {
    /// What the value of an attribute is.
    AttributeType {
        /// Any text.
        String = "string",
        /// A decimal number, such as `-1.5`.
        Number = "number",
        /// A day, such as `2026-11-21`.
        Date = "date",
    }
}

/// The value of an attribute: a text of its type's form.
pub type AttributeValue = AttributeText;

impl AttributeType {
    /// Checks that a text is a value of this type.
    ///
    /// # Errors
    /// `BadFormat` if it is not; `TooLong` and `Required` as for every text.
    pub fn check(self, text: &str) -> Result<AttributeValue, Invalid> {
        let fits = match self {
            Self::String => true,
            Self::Number => is_number(text),
            Self::Date => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        };
        if fits { AttributeValue::new(text) } else { Err(Invalid::BadFormat) }
    }
}

/// JSON's grammar without an exponent, so that every client reads the same number.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(w, f)| (w, Some(f)));
    let canonical = whole == "0" || !whole.starts_with('0');
    digits(whole) && canonical && fraction.is_none_or(digits)
}

/// An attribute, defined at one level of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDefinition {
    /// Its id.
    pub id: AttributeId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Where it is defined.
    pub scope: Scope,
    /// Its key, unique within its product, and among the global ones.
    pub key: Key,
    /// What people read.
    pub name: Name,
    /// What its value is.
    pub attribute_type: AttributeType,
    /// The value where nothing nearer sets one; nothing: the attribute is absent there.
    pub value: Option<AttributeValue>,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Facts for AttributeDefinition {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("key", &self.key),
            fact("name", &self.name),
            fact("type", self.attribute_type),
            optional("value", self.value.as_ref()),
            fact("level", self.scope.level()),
            fact("metadata", &self.metadata),
        ]
    }
}
