//! Pointing at a thing by its id or by the name that the vendor gave it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use chancery_domain::{CustomerId, EditionId, Id, Invalid, LicenseeId, OfferingId, OrderId, ProductId, Selector};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Object, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::refuse;

/// The longest text that can be a name of something.
const LONGEST: usize = 100;

/// An id, or the `key`, `sku` or `ref` that takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ref<I>(pub Selector<I>);

/// A product, by its id or key.
pub type ProductRef = Ref<ProductId>;
/// An edition, by its id or key.
pub type EditionRef = Ref<EditionId>;
/// An offering, by its id or SKU.
pub type OfferingRef = Ref<OfferingId>;
/// A customer, by its id or ref.
pub type CustomerRef = Ref<CustomerId>;
/// An order, by its id or ref.
pub type OrderRef = Ref<OrderId>;
/// A licensee, by its id or number.
pub type LicenseeRef = Ref<LicenseeId>;

/// Kinds of things that have a name beside their id.
pub trait Named: Id {
    /// The name of the reference's schema.
    const NAME: &'static str;
    /// The member that holds the name.
    const MEMBER: &'static str;
}

macro_rules! named {
    ($($id:ident, $name:literal, $member:literal;)*) => {$(
        impl Named for $id {
            const NAME: &'static str = $name;
            const MEMBER: &'static str = $member;
        }
    )*};
}

named! {
    ProductId, "ProductRef", "key";
    EditionId, "EditionRef", "key";
    OfferingId, "OfferingRef", "sku";
    CustomerId, "CustomerRef", "ref";
    OrderId, "OrderRef", "ref";
    LicenseeId, "LicenseeRef", "number";
}

impl<I: Id> From<&str> for Ref<I> {
    fn from(text: &str) -> Self {
        Self(Selector::from(text))
    }
}

impl<I> From<Selector<I>> for Ref<I> {
    fn from(selector: Selector<I>) -> Self {
        Self(selector)
    }
}

impl<I: Id> fmt::Display for Ref<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Selector::Id(id) => fmt::Display::fmt(id, f),
            Selector::Name(name) => f.write_str(name),
        }
    }
}

impl<I: Id> Serialize for Ref<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, I: Named> Deserialize<'de> for Ref<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(RefVisitor(PhantomData))
    }
}

struct RefVisitor<I>(PhantomData<I>);

impl<I: Named> Visitor<'_> for RefVisitor<I> {
    type Value = Ref<I>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Ref<I>, E> {
        let invalid = match text.chars().count() {
            0 => Invalid::Required,
            1..=LONGEST => return Ok(Ref::from(text)),
            _ => Invalid::TooLong,
        };
        Err(refuse(invalid, format_args!("give an id such as {}_…, or a {}", I::PREFIX, I::MEMBER)))
    }
}

impl<I: Named> PartialSchema for Ref<I> {
    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(LONGEST))
            .description(Some(format!("Its id (`{}_…`) or its `{}`.", I::PREFIX, I::MEMBER)));
        RefOr::T(Schema::Object(Object::from(schema)))
    }
}

impl<I: Named> ToSchema for Ref<I> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(I::NAME)
    }
}
