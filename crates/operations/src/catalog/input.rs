//! What a catalog file wants: typed values, each thing with the path at which it stands.
//!
//! A file may be faulty in one place and right in all others. What could not be read is left open here, so that
//! everything else is judged all the same, and a caller hears of all errors at once.

use chancery_domain::{
    AttributeText, AttributeType, Concurrency, DeviceKeys, Enforcement, FeatureType, FeatureValue, FieldError,
    Interval, Key, LicenseStart, LicenseType, Metadata, Name, Overdraft, Period, PlanType, Quantity, SecretMode, Sku,
    UsageReset,
};

/// A member of a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Member<T> {
    /// It is left out: what stands in the catalog stays.
    #[default]
    Absent,
    /// It is there, but cannot be read. Why not is among the faults.
    Faulty,
    /// It is there.
    Given(T),
}

impl<T: Clone> Member<T> {
    /// The value, if one is given.
    pub fn given(&self) -> Option<&T> {
        if let Self::Given(value) = self { Some(value) } else { None }
    }

    /// The value, or what stands.
    pub(super) fn or(&self, present: T) -> T {
        self.given().cloned().unwrap_or(present)
    }
}

/// A thing of the file.
#[derive(Clone, Debug)]
pub struct Item<N, T> {
    /// Where it stands, such as `products[0].features[2]`.
    pub path: String,
    /// By what it is known: a key, a SKU, a name; nothing if that cannot be read.
    pub name: Option<N>,
    /// Its members.
    pub members: T,
}

/// A value that a product or an edition gives to a feature or an attribute.
#[derive(Clone, Debug)]
pub struct Given<T> {
    /// Where it stands.
    pub path: String,
    /// Of what.
    pub key: Key,
    /// The value; nothing if it cannot be read.
    pub value: Option<T>,
}

/// Definitions of features and of attributes at one place.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// Features.
    pub features: Vec<Item<Key, FeatureMembers>>,
    /// Attributes.
    pub attributes: Vec<Item<Key, AttributeMembers>>,
}

/// Values that one place gives.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// To features.
    pub features: Vec<Given<FeatureValue>>,
    /// To attributes.
    pub attributes: Vec<Given<AttributeLiteral>>,
}

/// The whole file.
#[derive(Clone, Debug, Default)]
pub struct CatalogInput {
    /// What holds for all products.
    pub global: Definitions,
    /// Products, with all that belongs to them.
    pub products: Vec<ProductInput>,
    /// Plans.
    pub plans: Vec<Item<Name, PlanMembers>>,
    /// Offerings.
    pub offerings: Vec<Item<Sku, OfferingMembers>>,
    /// What was found wrong before. With any of these nothing is imported.
    pub faults: Vec<FieldError>,
}

/// A product and what belongs to it.
#[derive(Clone, Debug)]
pub struct ProductInput {
    /// The product itself.
    pub item: Item<Key, ProductMembers>,
    /// Its values of what is defined globally.
    pub values: Values,
    /// What it defines.
    pub definitions: Definitions,
    /// Its editions.
    pub editions: Vec<EditionInput>,
}

/// An edition and what belongs to it.
#[derive(Clone, Debug)]
pub struct EditionInput {
    /// The edition itself.
    pub item: Item<Key, EditionMembers>,
    /// Its values of what is defined farther away.
    pub values: Values,
    /// What it defines.
    pub definitions: Definitions,
}

/// The value of an attribute as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeLiteral {
    /// The text.
    pub text: AttributeText,
    /// The only type for which it is written so; nothing for a text in quotes, which can be any.
    pub only: Option<AttributeType>,
}

/// Members of a product.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the product's members")]
pub struct ProductMembers {
    pub name: Member<Name>,
    pub lease_period: Member<Period>,
    pub offline_lease_period: Member<Option<Period>>,
    pub grace_period: Member<Option<Interval>>,
    pub outage_tolerance: Member<Option<Interval>>,
    pub enforcement: Member<Enforcement>,
    pub device_keys: Member<DeviceKeys>,
    pub secret_mode: Member<SecretMode>,
    pub licensee_auto_create: Member<bool>,
    pub metadata: Member<Metadata>,
}

/// Members of a feature's definition.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the feature's members")]
pub struct FeatureMembers {
    pub name: Member<Name>,
    pub feature_type: Member<FeatureType>,
    pub value: Member<FeatureValue>,
    pub overdraft: Member<Overdraft>,
    pub usage_reset: Member<UsageReset>,
    pub metadata: Member<Metadata>,
}

/// Members of an attribute's definition.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the attribute's members")]
pub struct AttributeMembers {
    pub name: Member<Name>,
    pub attribute_type: Member<AttributeType>,
    pub value: Member<AttributeLiteral>,
    pub metadata: Member<Metadata>,
}

/// Members of an edition.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the edition's members")]
pub struct EditionMembers {
    pub name: Member<Name>,
    pub metadata: Member<Metadata>,
}

/// Members of a plan.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the plan's members")]
pub struct PlanMembers {
    pub license_type: Member<LicenseType>,
    pub license_start: Member<LicenseStart>,
    pub plan_type: Member<PlanType>,
    pub duration: Member<Option<Interval>>,
    pub metadata: Member<Metadata>,
}

/// Members of an offering. It names its parts.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the offering's members")]
pub struct OfferingMembers {
    pub name: Member<Name>,
    pub product: Member<Key>,
    pub edition: Member<Key>,
    pub plan: Member<Name>,
    pub seats: Member<Quantity>,
    pub overdraft: Member<Overdraft>,
    pub concurrency: Member<Concurrency>,
    pub automatic: Member<bool>,
    pub maintenance: Member<Option<Interval>>,
    pub policy: PolicyMembers,
    pub metadata: Member<Metadata>,
}

/// What an offering says of the policy; the inner nothing leaves it to the product.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the policy's members")]
pub struct PolicyMembers {
    pub lease_period: Member<Option<Period>>,
    pub offline_lease_period: Member<Option<Period>>,
    pub grace_period: Member<Option<Interval>>,
    pub outage_tolerance: Member<Option<Interval>>,
    pub enforcement: Member<Option<Enforcement>>,
}
