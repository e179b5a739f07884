//! Making an entitlement out of the catalog: the snapshot that an order takes (CAT-1, CAT-3).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Entitlement, Overridable};
use crate::{
    AttributeType, AttributeValue, Customer, EntitlementId, FeatureKind, FeatureValue, Hosting, Key, Level, Metadata,
    Name, Offering, Order, Plan, Product, Quantity, SeatCounter, Timestamp,
};

/// A feature as an entitlement has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedFeature {
    /// Its key.
    pub key: Key,
    /// What people read.
    pub name: Name,
    /// What it is.
    pub kind: FeatureKind,
    /// The level that defines it.
    pub level: Level,
    /// What the catalog said when it was granted, and the level that said it.
    pub catalog: (Level, FeatureValue),
    /// What this entitlement says instead.
    pub overriding: Option<FeatureValue>,
}

impl GrantedFeature {
    /// The value that holds.
    #[must_use]
    pub fn value(&self) -> FeatureValue {
        self.overriding.unwrap_or(self.catalog.1)
    }

    /// The level that gives it.
    #[must_use]
    pub fn value_level(&self) -> Level {
        if self.overriding.is_some() { Level::Entitlement } else { self.catalog.0 }
    }
}

/// An attribute as an entitlement has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedAttribute {
    /// Its key.
    pub key: Key,
    /// What people read.
    pub name: Name,
    /// What its value is.
    pub attribute_type: AttributeType,
    /// The level that defines it.
    pub level: Level,
    /// What the catalog said when it was granted, and the level that said it.
    pub catalog: (Level, Option<AttributeValue>),
    /// What this entitlement says instead.
    pub overriding: Option<AttributeValue>,
}

impl GrantedAttribute {
    /// The value that holds; nothing where no level gives one.
    #[must_use]
    pub fn value(&self) -> Option<&AttributeValue> {
        self.overriding.as_ref().or(self.catalog.1.as_ref())
    }

    /// The level that gives it.
    #[must_use]
    pub fn value_level(&self) -> Level {
        if self.overriding.is_some() { Level::Entitlement } else { self.catalog.0 }
    }
}

/// The most bytes that features and attributes may take in a lease: with the rest of it, and in base64url, they stay below the 64 KiB
/// of TOK-3. A lease that its own product refuses must never be given.
const LEASE_BUDGET: usize = 40_000;
/// The same of a lease that is carried: sealed inside a signed token, it is in base64url three times.
const CARRIED_BUDGET: usize = 22_000;

/// Whether the features and attributes fit into a lease, at their longest.
#[must_use]
pub fn fits_a_lease(features: &[GrantedFeature], attributes: &[GrantedAttribute]) -> bool {
    bytes_in_a_lease(features, attributes) <= LEASE_BUDGET
}

/// Whether they fit into a lease that is carried by hand.
#[must_use]
pub(crate) fn fits_a_carried_lease(features: &[GrantedFeature], attributes: &[GrantedAttribute]) -> bool {
    bytes_in_a_lease(features, attributes) <= CARRIED_BUDGET
}

fn bytes_in_a_lease(features: &[GrantedFeature], attributes: &[GrantedAttribute]) -> usize {
    // A member's names and numbers, and twice the text, because each of its characters may need an escape.
    let feature = |feature: &GrantedFeature| 240 + 2 * feature.key.as_str().len();
    let attribute = |attribute: &GrantedAttribute| {
        let value = attribute.value().map_or(0, |value| value.as_str().len());
        60 + 2 * (attribute.key.as_str().len() + value)
    };
    features.iter().map(feature).chain(attributes.iter().map(attribute)).sum()
}

pub(super) fn list<'a>(items: impl Iterator<Item = (&'a Key, String)>) -> String {
    items.enumerate().fold(String::new(), |mut text, (i, (key, value))| {
        let _ = write!(text, "{}{key}={value}", if i == 0 { "" } else { ", " });
        text
    })
}

/// All that the catalog says of one offering, read in one go.
#[derive(Clone, Debug)]
pub struct CatalogSnapshot {
    /// The product.
    pub product: Product,
    /// The plan.
    pub plan: Plan,
    /// The offering.
    pub offering: Offering,
    /// The edition's features with the values that hold there.
    pub features: Vec<GrantedFeature>,
    /// The edition's attributes with the values that hold there.
    pub attributes: Vec<GrantedAttribute>,
}

/// One line of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderItem {
    /// Other than the offering's.
    pub seats: Option<Quantity>,
    /// When it starts, for a plan that takes a date.
    pub start: Option<Timestamp>,
    /// Other than the offering's.
    pub maintenance_end: Option<Timestamp>,
}

impl Entitlement {
    /// Grants an offering by a customer's order.
    #[must_use]
    pub fn grant(
        id: EntitlementId,
        order: &Order,
        customer: &Customer,
        catalog: CatalogSnapshot,
        item: &OrderItem,
        now: Timestamp,
    ) -> Self {
        let CatalogSnapshot { product, plan, offering, features, attributes } = catalog;
        let mut overrides = BTreeSet::new();
        if item.seats.is_some_and(|seats| seats != offering.seats) {
            overrides.insert(Overridable::Seats);
        }
        if item.maintenance_end.is_some() {
            overrides.insert(Overridable::MaintenanceEnd);
        }
        let mut entitlement = Self {
            id,
            vendor: order.vendor,
            order: order.id,
            customer: customer.id,
            customer_name: customer.name.clone(),
            product: product.id,
            edition: offering.edition,
            offering: offering.id,
            plan_type: plan.plan_type,
            license_start: plan.license_start,
            duration: plan.duration,
            start: None,
            expiry: None,
            maintenance_end: item.maintenance_end.or_else(|| offering.maintenance.map(|lasts| now.plus(lasts))),
            seats: item.seats.unwrap_or(offering.seats),
            hosting: Hosting::default(),
            overdraft: offering.overdraft,
            concurrency: offering.concurrency,
            policy: product.policy.with(&offering.policy),
            sku: offering.sku,
            features,
            attributes,
            usage_reset: None,
            renewal_resets: Vec::new(),
            overrides,
            disabled: None,
            customer_disabled: customer.disabled.is_some(),
            deletion: None,
            order_deletion: order.deletion,
            customer_deletion: customer.deletion,
            secret_mode: product.secret_mode,
            counter: SeatCounter::default(),
            notes: String::new(),
            metadata: Metadata::default(),
            created: now,
            updated: now,
        };
        entitlement.start_by_order(item.start, now);
        entitlement
    }
}
