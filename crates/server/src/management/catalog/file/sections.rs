//! The sections of the file: products, features, attributes, editions, plans, offerings.

use chancery_domain::Key;
use chancery_domain::{FeatureValue, Name, Sku};
use chancery_operations::catalog::{
    AttributeLiteral, AttributeMembers, CatalogInput, Definitions, EditionInput, EditionMembers, FeatureMembers, Given,
    Item, OfferingMembers, PlanMembers, PolicyMembers, ProductInput, ProductMembers, Values,
};
use toml::de::DeValue;

use super::reader::{Read, Reader, Table};
use super::values::{
    attribute_value, feature_value, interval, key, metadata, overdraft, period, quantity, truth, unless, word,
};

/// The whole file.
pub(super) fn catalog(r: &mut Reader, t: &mut Table<'_>) -> CatalogInput {
    CatalogInput {
        global: definitions(r, t, "features", "attributes"),
        products: each(r, t, "products", product),
        plans: each(r, t, "plans", plan),
        offerings: each(r, t, "offerings", offering),
        faults: Vec::new(),
    }
}

fn each<T>(
    r: &mut Reader,
    t: &mut Table<'_>,
    name: &'static str,
    read: impl Fn(&mut Reader, &mut Table<'_>) -> T,
) -> Vec<T> {
    let tables = r.tables(t, name);
    let mut items = Vec::with_capacity(tables.len());
    for mut table in tables {
        items.push(read(r, &mut table));
        r.close(table);
    }
    items
}

fn definitions(r: &mut Reader, t: &mut Table<'_>, features: &'static str, attributes: &'static str) -> Definitions {
    Definitions { features: each(r, t, features, feature), attributes: each(r, t, attributes, attribute) }
}

fn values(r: &mut Reader, t: &mut Table<'_>, features: &'static str, attributes: &'static str) -> Values {
    Values {
        features: given::<FeatureValue>(r, t, features, feature_value),
        attributes: given::<AttributeLiteral>(r, t, attributes, attribute_value),
    }
}

fn given<T>(
    r: &mut Reader,
    t: &mut Table<'_>,
    name: &'static str,
    read: impl Fn(&DeValue<'_>) -> Read<T>,
) -> Vec<Given<T>> {
    let mut all = Vec::new();
    for (path, name, value) in r.map(t, name) {
        let key = r.value(&path, key(name));
        let value = r.value(&path, read(value));
        all.extend(key.map(|key| Given { path, key, value }));
    }
    all
}

fn product(r: &mut Reader, t: &mut Table<'_>) -> ProductInput {
    let name = r.name(t, "key", word::<Key>);
    let members = ProductMembers {
        name: r.member(t, "name", word),
        lease_period: r.member(t, "leasePeriod", period),
        offline_lease_period: r.member(t, "offlineLeasePeriod", unless("none", period)),
        grace_period: r.member(t, "gracePeriod", unless("none", interval)),
        outage_tolerance: r.member(t, "outageTolerance", unless("none", interval)),
        enforcement: r.member(t, "enforcement", word),
        device_keys: r.member(t, "deviceKeys", word),
        secret_mode: r.member(t, "licenseeSecretMode", word),
        licensee_auto_create: r.member(t, "licenseeAutoCreate", truth),
        metadata: r.member(t, "metadata", metadata),
    };
    ProductInput {
        item: Item { path: t.path.clone(), name, members },
        values: values(r, t, "featureValues", "attributeValues"),
        definitions: definitions(r, t, "features", "attributes"),
        editions: each(r, t, "editions", edition),
    }
}

fn edition(r: &mut Reader, t: &mut Table<'_>) -> EditionInput {
    let name = r.name(t, "key", word::<Key>);
    let members = EditionMembers { name: r.member(t, "name", word), metadata: r.member(t, "metadata", metadata) };
    EditionInput {
        item: Item { path: t.path.clone(), name, members },
        values: values(r, t, "features", "attributes"),
        definitions: definitions(r, t, "ownFeatures", "ownAttributes"),
    }
}

fn feature(r: &mut Reader, t: &mut Table<'_>) -> Item<Key, FeatureMembers> {
    let name = r.name(t, "key", word);
    let members = FeatureMembers {
        name: r.member(t, "name", word),
        feature_type: r.member(t, "type", word),
        value: r.member(t, "value", feature_value),
        overdraft: r.member(t, "overdraft", overdraft),
        usage_reset: r.member(t, "usageReset", word),
        metadata: r.member(t, "metadata", metadata),
    };
    Item { path: t.path.clone(), name, members }
}

fn attribute(r: &mut Reader, t: &mut Table<'_>) -> Item<Key, AttributeMembers> {
    let name = r.name(t, "key", word);
    let members = AttributeMembers {
        name: r.member(t, "name", word),
        attribute_type: r.member(t, "type", word),
        value: r.member(t, "value", attribute_value),
        metadata: r.member(t, "metadata", metadata),
    };
    Item { path: t.path.clone(), name, members }
}

fn plan(r: &mut Reader, t: &mut Table<'_>) -> Item<Name, PlanMembers> {
    let name = r.name(t, "name", word);
    let members = PlanMembers {
        license_type: r.member(t, "licenseType", word),
        license_start: r.member(t, "licenseStart", word),
        plan_type: r.member(t, "planType", word),
        duration: r.member(t, "duration", |value| interval(value).map(Some)),
        metadata: r.member(t, "metadata", metadata),
    };
    Item { path: t.path.clone(), name, members }
}

fn offering(r: &mut Reader, t: &mut Table<'_>) -> Item<Sku, OfferingMembers> {
    let name = r.name(t, "sku", word);
    let members = OfferingMembers {
        name: r.member(t, "name", word),
        product: r.member(t, "product", word),
        edition: r.member(t, "edition", word),
        plan: r.member(t, "plan", word),
        seats: r.member(t, "seats", quantity),
        overdraft: r.member(t, "overdraft", overdraft),
        concurrency: r.member(t, "concurrency", word),
        automatic: r.member(t, "automatic", truth),
        maintenance: r.member(t, "maintenance", unless("unlimited", interval)),
        policy: PolicyMembers {
            lease_period: r.member(t, "leasePeriod", unless("product", period)),
            offline_lease_period: r.member(t, "offlineLeasePeriod", unless("product", period)),
            grace_period: r.member(t, "gracePeriod", unless("product", interval)),
            outage_tolerance: r.member(t, "outageTolerance", unless("product", interval)),
            enforcement: r.member(t, "enforcement", unless("product", word)),
        },
        metadata: r.member(t, "metadata", metadata),
    };
    Item { path: t.path.clone(), name, members }
}
