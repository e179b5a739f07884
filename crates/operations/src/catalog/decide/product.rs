//! Products and editions, with the values that they give.

use std::collections::{BTreeMap, HashMap};

use chancery_domain::{
    AttributeDefinition, Change as FieldChange, DeviceKeys, Edition, EditionId, FeatureDefinition, Invalid, Key,
    Metadata, Permit, Policy, Product, ProductId, Scope, SecretMode, changes,
};
use chancery_store::{WriteTx, edition, product};

use super::super::{CatalogContent, EditionContent, EditionInput, ImportKind, ProductContent, ProductInput, Values};
use super::define::Here;
use super::{About, Draft, Write};

/// A product of the catalog or of the file, for what refers to it.
#[derive(Clone, Debug)]
pub(super) struct ProductHere {
    pub(super) editions: HashMap<Key, EditionId>,
    /// Whether the file has an edition of it whose key cannot be read.
    pub(super) unnamed_edition: bool,
}

/// The products that stand.
pub(super) fn present(present: &CatalogContent) -> HashMap<Key, ProductHere> {
    let editions = |content: &ProductContent| {
        content.editions.iter().map(|one| (one.edition.key.clone(), one.edition.id)).collect()
    };
    let here = |content| ProductHere { editions: editions(content), unnamed_edition: false };
    present.products.iter().map(|content| (content.product.key.clone(), here(content))).collect()
}

impl<'a> Draft<'a> {
    pub(super) fn products(&mut self, inputs: &[ProductInput]) {
        let mut ids = self.ids::<ProductId>(inputs.len()).into_iter();
        let mut edition_ids = self.ids(inputs.iter().map(|input| input.editions.len()).sum()).into_iter();
        let mut seen = HashMap::new();
        let standing = self.present.products.iter().map(|content| (&content.product.key, content));
        let standing: HashMap<&Key, &ProductContent> = standing.collect();
        for (input, id) in inputs.iter().zip(&mut ids) {
            let edition_ids: Vec<EditionId> = edition_ids.by_ref().take(input.editions.len()).collect();
            let Some(key) = &input.item.name else {
                (self.complete, self.unnamed_product) = (false, true);
                let key = self.placeholder(&input.item.path);
                key.into_iter().for_each(|key| self.product(&key, input, None, id, edition_ids.clone()));
                continue;
            };
            if let Some(first) = seen.insert(key.clone(), input.item.path.clone()) {
                self.twice(&input.item.path, "key", &first);
                continue;
            }
            self.product(key, input, standing.get(key).copied(), id, edition_ids);
        }
    }

    fn product(
        &mut self,
        key: &Key,
        input: &ProductInput,
        content: Option<&'a ProductContent>,
        id: ProductId,
        edition_ids: Vec<EditionId>,
    ) {
        let id = content.map_or(id, |content| content.product.id);
        let here = Here { scope: Scope::Product(id), product: Some(key.clone()), prefix: format!("{key}/") };
        let editions = content.map(|content| content.editions.iter()).into_iter().flatten();
        let editions = editions.map(|one| (one.edition.key.clone(), one.edition.id)).collect();
        self.products.insert(key.clone(), ProductHere { editions, unnamed_edition: false });

        let before = content.map(|content| &content.product);
        let after = self.wanted_product(key, input, before, id);
        let empty = (BTreeMap::new(), BTreeMap::new());
        let standing = content.map_or((&empty.0, &empty.1), |one| (&one.feature_values, &one.attribute_values));
        let (told, values) = self.values(&here, &input.values, standing);
        if let Some(after) = after {
            let subject = id.to_string();
            let about = About { kind: ImportKind::Product, key: key.to_string(), path: &input.item.path, subject };
            let mut differs = changes(before, Some(&after));
            let (is_new, mut writes) = (before.is_none(), Vec::new());
            if !differs.is_empty() {
                writes.push(Box::new(move |tx: &mut WriteTx<'_>, permit: &Permit| {
                    if is_new { product::insert(tx, permit, &after) } else { product::update(tx, permit, &after) }
                }) as Write);
            }
            writes.extend(values);
            differs.extend(told);
            self.steps.push(about.step(is_new, differs.clone(), differs, writes));
        }
        self.define(&here, &input.definitions);
        self.editions(&here, id, input, content, edition_ids);
    }

    fn wanted_product(
        &mut self,
        key: &Key,
        input: &ProductInput,
        before: Option<&Product>,
        id: ProductId,
    ) -> Option<Product> {
        let (path, members) = (&input.item.path, &input.item.members);
        let name = self.need(&members.name, before.map(|one| one.name.clone()), path, "name");
        let usual = before.map(|one| one.policy.clone()).unwrap_or_default();
        let product = Product {
            id,
            vendor: self.vendor,
            name: name?,
            key: key.clone(),
            policy: Policy {
                lease_period: members.lease_period.or(usual.lease_period),
                offline_lease_period: members.offline_lease_period.or(usual.offline_lease_period),
                grace_period: members.grace_period.or(usual.grace_period),
                outage_tolerance: members.outage_tolerance.or(usual.outage_tolerance),
                enforcement: members.enforcement.or(usual.enforcement),
            },
            device_keys: members.device_keys.or(before.map_or(DeviceKeys::Optional, |one| one.device_keys)),
            secret_mode: members.secret_mode.or(before.map_or(SecretMode::Disabled, |one| one.secret_mode)),
            licensee_auto_create: members.licensee_auto_create.or(before.is_some_and(|one| one.licensee_auto_create)),
            metadata: members.metadata.or(before.map_or_else(Metadata::default, |one| one.metadata.clone())),
            created: before.map_or(self.now, |one| one.created),
            updated: self.now,
        };
        if product.check_licensee_settings().is_err() {
            // Of a file that has both, it is the last that is told of; else the one that the file has.
            let second = if members.licensee_auto_create.given().is_some() {
                "licenseeAutoCreate"
            } else {
                "licenseeSecretMode"
            };
            let right =
                "licensees that come by themselves have no predefined secret: choose another licenseeSecretMode";
            self.fault(format!("{path}.{second}"), Invalid::NotAllowed, right);
        }
        Some(product)
    }

    fn editions(
        &mut self,
        product: &Here,
        product_id: ProductId,
        input: &ProductInput,
        content: Option<&'a ProductContent>,
        ids: Vec<EditionId>,
    ) {
        let mut seen = HashMap::new();
        let standing = content.map(|content| content.editions.iter()).into_iter().flatten();
        let standing: HashMap<&Key, &EditionContent> = standing.map(|one| (&one.edition.key, one)).collect();
        for (input, id) in input.editions.iter().zip(ids) {
            let path = &input.item.path;
            let Some(key) = input.item.name.clone().or_else(|| self.placeholder(path)) else { continue };
            if let Some(first) = seen.insert(key.clone(), path.clone()) {
                self.twice(path, "key", &first);
                continue;
            }
            let content = standing.get(&key).copied();
            let id = content.map_or(id, |content| content.edition.id);
            if let Some(known) = product.product.as_ref().and_then(|key| self.products.get_mut(key)) {
                known.unnamed_edition |= input.item.name.is_none();
                known.editions.insert(key.clone(), id);
            }
            let here = Here {
                scope: Scope::Edition(product_id, id),
                product: product.product.clone(),
                prefix: format!("{}{key}/", product.prefix),
            };
            self.edition(&here, &key, input, content, id);
        }
    }

    fn edition(
        &mut self,
        here: &Here,
        key: &Key,
        input: &EditionInput,
        content: Option<&EditionContent>,
        id: EditionId,
    ) {
        let before = content.map(|content| &content.edition);
        let name = self.need(&input.item.members.name, before.map(|one| one.name.clone()), &input.item.path, "name");
        let empty = (BTreeMap::new(), BTreeMap::new());
        let standing = content.map_or((&empty.0, &empty.1), |one| (&one.feature_values, &one.attribute_values));
        let place = self.steps.len();
        self.define(here, &input.definitions);
        let (told, values) = self.values(here, &input.values, standing);
        let (Some(name), Some(product)) = (name, here.scope.product()) else { return };
        let after = Edition {
            id,
            vendor: self.vendor,
            product,
            name,
            key: key.clone(),
            metadata: input.item.members.metadata.or(before.map_or_else(Metadata::default, |one| one.metadata.clone())),
            created: before.map_or(self.now, |one| one.created),
            updated: self.now,
        };
        let (kind, known_as) = (ImportKind::Edition, here.prefix.strip_suffix('/').unwrap_or_default().to_owned());
        let about = About { kind, key: known_as, path: &input.item.path, subject: id.to_string() };
        let mut differs = changes(before, Some(&after));
        differs.extend(told);
        let (is_new, mut writes) = (before.is_none(), Vec::new());
        if !differs.is_empty() {
            // The values belong to what a reader sees of the edition: with them it changes too.
            writes.push(Box::new(move |tx: &mut WriteTx<'_>, permit: &Permit| {
                if is_new { edition::insert(tx, permit, &after) } else { edition::update(tx, permit, &after) }
            }) as Write);
        }
        writes.extend(values);
        // Before its own definitions, which refer to it.
        self.steps.insert(place, about.step(is_new, differs.clone(), differs, writes));
    }

    /// The values of a place: what they change, and how they are written.
    fn values(
        &mut self,
        here: &Here,
        values: &Values,
        (features, attributes): (
            &BTreeMap<Key, chancery_domain::FeatureValue>,
            &BTreeMap<Key, chancery_domain::AttributeValue>,
        ),
    ) -> (Vec<FieldChange>, Vec<Write>) {
        let features = self.give::<FeatureDefinition>(here, values, features);
        let attributes = self.give::<AttributeDefinition>(here, values, attributes);
        features.into_iter().chain(attributes).unzip()
    }
}
