//! A vendor with a product, on SQLite in memory, and short ways to make what stands in a catalog.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;

use chancery_domain::*;
use chancery_operations::attribute::NewAttribute;
use chancery_operations::edition::{EditionView, NewEdition};
use chancery_operations::feature::NewFeature;
use chancery_operations::offering::{NewOffering, OfferingView};
use chancery_operations::plan::NewPlan;
use chancery_operations::product::NewProduct;
use chancery_operations::vendor::NewVendor;
use chancery_operations::*;
use chancery_store::{Options, Store};

pub(crate) struct Shop {
    pub(crate) system: System,
    vendor: VendorId,
    seeds: Cell<u8>,
}

pub(crate) fn now() -> Timestamp {
    parse("2026-11-21T10:00:00Z")
}

pub(crate) fn parse<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(crate) fn count(amount: u64) -> FeatureValue {
    FeatureValue::Count(Some(Quantity::new(amount).unwrap()))
}

pub(crate) fn named<I: Id>(name: &str) -> Selector<I> {
    Selector::Name(name.to_owned())
}

pub(crate) fn on_product() -> Place {
    Place::Product(named("cad"))
}

pub(crate) fn on_edition(key: &str) -> Place {
    Place::Edition(named("cad"), named(key))
}

/// The members that were refused, and why.
pub(crate) fn invalid<T: Debug>(result: Result<T, Error>) -> Vec<(String, Invalid)> {
    match result.unwrap_err() {
        Error::Invalid(errors) => errors.into_iter().map(|error| (error.path, error.invalid)).collect(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn taken<T: Debug>(result: Result<T, Error>) -> &'static str {
    match result.unwrap_err() {
        Error::AlreadyExists { field } => field,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn in_use<T: Debug>(result: Result<T, Error>) -> Vec<(&'static str, i64)> {
    match result.unwrap_err() {
        Error::InUse { by } => by,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn pool(key: &str, value: u64) -> NewFeature {
    NewFeature {
        key: parse(key),
        name: None,
        feature_type: FeatureType::ElementPool,
        value: count(value),
        overdraft: Overdraft::None,
        usage_reset: UsageReset::Never,
        metadata: Metadata::default(),
    }
}

pub(crate) fn number(key: &str, value: Option<&str>) -> NewAttribute {
    NewAttribute {
        key: parse(key),
        name: None,
        attribute_type: AttributeType::Number,
        value: value.map(parse),
        metadata: Metadata::default(),
    }
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let store = Store::open(Location::Memory, Options::default()).await.unwrap();
        let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
        let system =
            System::open(store, SystemOptions { key_encryption_key, public_url: None, machine: None }).await.unwrap();
        let new = NewVendor { name: parse("Acme"), sandbox: true, admin_key: None };
        let (vendor, _) = vendor::create(&system, now(), [255; 32], new).await.unwrap();
        let shop = Self { system, vendor: vendor.id, seeds: Cell::new(0) };
        shop.product("cad").await;
        shop
    }

    /// An administrator's call, with randomness of its own.
    pub(crate) fn admin(&self) -> Context {
        self.seeds.set(self.seeds.get() + 1);
        let actor =
            Actor::ApiKey { id: ApiKeyId::new(now(), [1; 10]), vendor: self.vendor, scopes: [KeyScope::Admin].into() };
        Context::new(actor, now(), [self.seeds.get(); 32])
    }

    pub(crate) async fn product(&self, key: &str) {
        let new = NewProduct {
            name: parse("CAD"),
            key: parse(key),
            policy: Policy::default(),
            device_keys: DeviceKeys::Optional,
            secret_mode: SecretMode::Disabled,
            licensee_auto_create: false,
            metadata: Metadata::default(),
        };
        product::create(&self.system, &self.admin(), new).await.unwrap();
    }

    pub(crate) async fn define(&self, place: Place, new: NewFeature) -> Result<FeatureDefinition, Error> {
        feature::create(&self.system, &self.admin(), place, new).await
    }

    pub(crate) async fn define_attribute(&self, place: Place, new: NewAttribute) -> Result<AttributeDefinition, Error> {
        attribute::create(&self.system, &self.admin(), place, new).await
    }

    pub(crate) async fn edition(&self, key: &str) -> EditionView {
        self.edition_of("cad", key, &[], &[]).await.unwrap()
    }

    pub(crate) async fn edition_of(
        &self,
        product: &str,
        key: &str,
        features: &[(&str, FeatureValue)],
        attributes: &[(&str, &str)],
    ) -> Result<EditionView, Error> {
        let new = NewEdition {
            name: parse("An edition"),
            key: parse(key),
            features: features.iter().map(|(key, value)| (parse(key), *value)).collect(),
            attributes: attributes.iter().map(|(key, value)| (parse(key), parse(value))).collect(),
            metadata: Metadata::default(),
        };
        edition::create(&self.system, &self.admin(), named(product), new).await
    }

    pub(crate) async fn plan(&self, name: &str, duration: Option<&str>) -> Plan {
        let license_type = if duration.is_some() { LicenseType::Subscription } else { LicenseType::Perpetual };
        let new = NewPlan {
            name: parse(name),
            license_type,
            license_start: LicenseStart::Creation,
            plan_type: PlanType::Paid,
            duration: duration.map(parse),
            metadata: Metadata::default(),
        };
        plan::create(&self.system, &self.admin(), new).await.unwrap()
    }

    pub(crate) async fn offering(&self, sku: &str, edition: &str, plan: PlanId) -> Result<OfferingView, Error> {
        offering::create(&self.system, &self.admin(), Self::new_offering(sku, named(edition), plan)).await
    }

    pub(crate) fn new_offering(sku: &str, edition: Selector<EditionId>, plan: PlanId) -> NewOffering {
        NewOffering {
            sku: parse(sku),
            name: parse("CAD Pro"),
            product: None,
            edition,
            plan: plan.into(),
            seats: Quantity::new(5).unwrap(),
            overdraft: Overdraft::None,
            concurrency: Concurrency::Concurrent,
            automatic: false,
            maintenance: None,
            policy: PolicyChoice::default(),
            metadata: Metadata::default(),
        }
    }

    /// What holds at a place: key, defining level, the value's level, the value.
    pub(crate) async fn holds(&self, place: Place) -> Vec<(String, Level, Level, FeatureValue)> {
        let list = feature::effective(&self.system, &self.admin(), place, PageRequest::default()).await.unwrap();
        let row = |view: feature::FeatureView| {
            (view.definition.key.to_string(), view.definition.scope.level(), view.value_level, view.value)
        };
        list.map(row).items
    }

    /// The newest row of the audit: action, subject, and the changes as `field: from -> to`.
    pub(crate) async fn last_audit(&self) -> (String, String, BTreeMap<String, (Option<String>, Option<String>)>) {
        let page = PageRequest { limit: 1, descending: true, ..PageRequest::default() };
        let list = audit::list(&self.system, &self.admin(), AuditFilter::default(), page).await.unwrap();
        let entry = list.items.into_iter().next().unwrap();
        let changes = entry.changes.into_iter().map(|change| (change.field, (change.from, change.to)));
        (entry.action, entry.subject, changes.collect())
    }
}
