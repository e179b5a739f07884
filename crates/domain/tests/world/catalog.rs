//! The world's catalog: one vendor, features with values by level, and entitlements granted from it.

use std::collections::BTreeMap;

use chancery_domain::*;

use super::{World, at, count, key};

/// Definitions and values of features, from which each entitlement takes a snapshot (CAT-1, CAT-3).
#[derive(Clone, Default)]
pub(crate) struct Shelf {
    pub(crate) features: Vec<(Key, FeatureKind, Level, FeatureValue)>,
    pub(crate) values: Vec<(Key, Level, FeatureValue)>,
}

impl Shelf {
    /// The value that holds in the catalog, and its level.
    pub(crate) fn value(&self, wanted: &Key) -> (Level, FeatureValue) {
        let (.., level, value) = self.features.iter().find(|(key, ..)| key == wanted).expect("the feature is defined");
        nearest((*level, *value), self.values.iter().filter(|(key, ..)| key == wanted).map(|(_, at, v)| (*at, *v)))
    }

    fn granted(&self) -> Vec<GrantedFeature> {
        let granted = |(key, kind, level, _): &(Key, FeatureKind, Level, FeatureValue)| GrantedFeature {
            key: key.clone(),
            name: Name::new(key.as_str()).expect("a key is a name"),
            kind: *kind,
            level: *level,
            catalog: self.value(key),
            overriding: None,
        };
        self.features.iter().map(granted).collect()
    }
}

/// How an entitlement is to be granted.
#[derive(Clone, Debug)]
pub(crate) struct Granting {
    pub(crate) duration: Option<Interval>,
    pub(crate) license_start: LicenseStart,
    pub(crate) custom_start: Option<Timestamp>,
    pub(crate) seats: u64,
    pub(crate) overdraft: Overdraft,
    pub(crate) concurrency: Concurrency,
    pub(crate) maintenance: Option<Interval>,
    pub(crate) policy: Policy,
    pub(crate) edition: String,
    pub(crate) product: String,
}

impl Default for Granting {
    fn default() -> Self {
        Self {
            duration: None,
            license_start: LicenseStart::Activation,
            custom_start: None,
            seats: 1,
            overdraft: Overdraft::None,
            concurrency: Concurrency::Concurrent,
            maintenance: None,
            policy: Policy::default(),
            edition: "standard".to_owned(),
            product: "cad".to_owned(),
        }
    }
}

/// The same name has the same id, whenever it is asked for.
pub(crate) fn named_id<I: Id>(name: &str) -> I {
    let mut random = [0; 10];
    random.iter_mut().zip(name.bytes()).for_each(|(byte, letter)| *byte = letter);
    I::new(at("2025-01-01T00:00:00Z"), random)
}

impl World {
    /// What the catalog says of the offering of that name.
    pub(crate) fn snapshot(&self, name: &str, granting: &Granting) -> CatalogSnapshot {
        let (vendor, now) = (named_id("vendor"), self.now);
        let text = Name::new(name).expect("a plain name");
        let metadata = Metadata::default();
        let product: ProductId = named_id(&granting.product);
        CatalogSnapshot {
            product: Product {
                id: product,
                vendor,
                name: text.clone(),
                key: key(&granting.product),
                policy: granting.policy.clone(),
                device_keys: DeviceKeys::Optional,
                secret_mode: SecretMode::Disabled,
                licensee_auto_create: false,
                metadata: metadata.clone(),
                created: now,
                updated: now,
            },
            plan: Plan {
                id: named_id("plan"),
                vendor,
                name: text.clone(),
                license_start: granting.license_start,
                plan_type: PlanType::Paid,
                duration: granting.duration,
                metadata: metadata.clone(),
                created: now,
                updated: now,
            },
            offering: Offering {
                id: named_id(name),
                vendor,
                sku: Sku::new(name).expect("a plain name"),
                name: text,
                edition: named_id(&granting.edition),
                plan: named_id("plan"),
                seats: count(granting.seats),
                overdraft: granting.overdraft,
                concurrency: granting.concurrency,
                automatic: false,
                maintenance: granting.maintenance,
                policy: PolicyChoice::default(),
                metadata,
                created: now,
                updated: now,
            },
            features: self.shelf.granted(),
            attributes: Vec::new(),
        }
    }

    /// Grants an entitlement of that name.
    pub(crate) fn grant(&mut self, name: &str, granting: &Granting) -> EntitlementId {
        let id: EntitlementId = self.id();
        let (vendor, now, metadata) = (named_id("vendor"), self.now, Metadata::default());
        let snapshot = self.snapshot(name, granting);
        let order = Order {
            id: named_id("order"),
            vendor,
            customer: named_id("customer"),
            reference: None,
            deletion: None,
            customer_deletion: None,
            contacts: Vec::new(),
            metadata: metadata.clone(),
            created: now,
            updated: now,
        };
        let customer = Customer {
            id: order.customer,
            vendor,
            name: Name::new("Initech").expect("a plain name"),
            reference: None,
            disabled: None,
            deletion: None,
            contacts: Vec::new(),
            notes: String::new(),
            metadata,
            created: now,
            updated: now,
        };
        let item = OrderItem { start: granting.custom_start, ..OrderItem::default() };
        self.entitlements.push(Entitlement::grant(id, &order, &customer, snapshot, &item, now));
        id
    }

    /// Gives features new values by key; nothing falls back to the catalog (CAT-1).
    pub(crate) fn override_feature(&mut self, name: &str, feature: &str, value: Option<FeatureValue>) {
        let edit = EntitlementEdit { features: BTreeMap::from([(key(feature), value)]), ..EntitlementEdit::default() };
        self.entitlement_mut(name).edit(&edit).expect("the value is of the feature's type");
    }
}
