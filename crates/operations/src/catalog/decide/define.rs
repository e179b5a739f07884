//! Definitions and values, of features and attributes alike: keys are given once (CAT-2), values reach what covers them
//! (CAT-1).

use std::collections::{BTreeMap, HashMap, HashSet};

use chancery_domain::{AttributeDefinition, Change as FieldChange, FeatureDefinition, Invalid, Key, Scope};

use super::super::{CatalogContent, Definitions, Values};
use super::definition::{Birth, Definition};
use super::{About, Draft, Write};

/// A place of the catalog and how the reader knows it.
#[derive(Clone, Debug)]
pub(super) struct Here {
    pub(super) scope: Scope,
    /// The product's key; nothing where definitions are global.
    pub(super) product: Option<Key>,
    /// What stands before keys that belong here, such as `acme-cad/pro/`.
    pub(super) prefix: String,
}

impl Here {
    pub(super) const fn global() -> Self {
        Self { scope: Scope::Global, product: None, prefix: String::new() }
    }
}

/// Both kinds of definitions.
pub(super) struct Shelves {
    features: Shelf<FeatureDefinition>,
    attributes: Shelf<AttributeDefinition>,
}

/// The definitions of one kind, as they stand and as the file wants them.
pub(super) struct Shelf<D> {
    global: HashMap<Key, D>,
    /// By product, with those of its editions: a key is given once among them.
    products: HashMap<Key, HashMap<Key, D>>,
    /// Keys that some product or edition has.
    below: HashSet<Key>,
    /// Where in the file a key was defined: by product, then key.
    seen: HashMap<(Option<Key>, Key), String>,
    /// Whose definitions cannot all be read: nobody is told of an unknown key there.
    unreadable: HashSet<Option<Key>>,
}

impl Shelves {
    pub(super) fn of(present: &CatalogContent) -> Self {
        Self { features: Shelf::of(present, &present.features), attributes: Shelf::of(present, &present.attributes) }
    }
}

impl<D: Definition> Shelf<D> {
    fn of(present: &CatalogContent, global: &[D]) -> Self {
        let by_key = |one: &D| (one.key().clone(), one.clone());
        let mut products = HashMap::new();
        for content in &present.products {
            let own = D::of_product(content).0.iter().map(by_key);
            let below = content.editions.iter().flat_map(|edition| D::of_edition(edition).0.iter().map(by_key));
            products.insert(content.product.key.clone(), own.chain(below).collect::<HashMap<_, _>>());
        }
        let below = products.values().flat_map(|keys| keys.keys().cloned()).collect();
        let global = global.iter().map(by_key).collect();
        Self { global, products, below, seen: HashMap::new(), unreadable: HashSet::new() }
    }

    fn at(&self, product: Option<&Key>) -> Option<&HashMap<Key, D>> {
        product.map_or(Some(&self.global), |product| self.products.get(product))
    }

    fn find(&self, product: Option<&Key>, key: &Key) -> Option<&D> {
        self.at(product)?.get(key)
    }

    fn put(&mut self, product: Option<&Key>, definition: D) {
        let key = definition.key().clone();
        match product {
            None => drop(self.global.insert(key, definition)),
            Some(product) => {
                self.below.insert(key.clone());
                self.products.entry(product.clone()).or_default().insert(key, definition);
            }
        }
    }

    /// Why a definition cannot stand at a place, in a sentence.
    fn clash(&self, here: &Here, key: &Key) -> Option<String> {
        let noun = D::NOUN;
        let standing = self.find(here.product.as_ref(), key);
        if standing.is_some_and(|standing| standing.scope() != here.scope) {
            return Some(format!("the {noun} {key} is defined elsewhere in this product; it cannot be defined again"));
        }
        match here.product {
            Some(_) if self.global.contains_key(key) => {
                Some(format!("there is a global {noun} {key}: give it a value instead, or choose another key"))
            }
            None if standing.is_none() && self.below.contains(key) => {
                Some(format!("a product has a {noun} {key} already: a global one needs another key"))
            }
            _ => None,
        }
    }
}

/// Which of the two shelves is a kind's.
pub(super) trait Shelved: Definition {
    fn shelf(shelves: &mut Shelves) -> &mut Shelf<Self>;
}

impl Shelved for FeatureDefinition {
    fn shelf(shelves: &mut Shelves) -> &mut Shelf<Self> {
        &mut shelves.features
    }
}

impl Shelved for AttributeDefinition {
    fn shelf(shelves: &mut Shelves) -> &mut Shelf<Self> {
        &mut shelves.attributes
    }
}

impl Draft<'_> {
    pub(super) fn define_globals(&mut self, definitions: &Definitions) {
        self.define(&Here::global(), definitions);
    }

    /// Defines what a place defines.
    pub(super) fn define(&mut self, here: &Here, definitions: &Definitions) {
        self.define_all::<FeatureDefinition>(here, definitions);
        self.define_all::<AttributeDefinition>(here, definitions);
    }

    fn define_all<D: Shelved>(&mut self, here: &Here, definitions: &Definitions) {
        let items = D::items(definitions);
        let ids = self.ids::<D::Id>(items.len());
        for (item, id) in items.iter().zip(ids) {
            let Some(key) = &item.name else {
                D::shelf(&mut self.shelves).unreadable.insert(here.product.clone());
                let birth = Birth { id, vendor: self.vendor, scope: here.scope, now: self.now };
                if let Some(key) = self.placeholder(&item.path) {
                    D::decide(self, &item.path, &key, &item.members, None, birth);
                }
                continue;
            };
            if self.already_seen::<D>(here, key, &item.path) {
                continue;
            }
            self.define_one::<D>(here, key, &item.path, &item.members, id);
        }
    }

    fn already_seen<D: Shelved>(&mut self, here: &Here, key: &Key, path: &str) -> bool {
        let shelf = D::shelf(&mut self.shelves);
        let first = shelf.seen.insert((here.product.clone(), key.clone()), path.to_owned());
        if let Some(first) = &first {
            self.twice(path, "key", first);
            return true;
        }
        if let Some(right) = shelf.clash(here, key) {
            self.fault(format!("{path}.key"), Invalid::Duplicate, right);
            return true;
        }
        false
    }

    fn define_one<D: Shelved>(&mut self, here: &Here, key: &Key, path: &str, members: &D::Members, id: D::Id) {
        let before = D::shelf(&mut self.shelves).find(here.product.as_ref(), key).cloned();
        let birth = Birth { id, vendor: self.vendor, scope: here.scope, now: self.now };
        let Some(after) = D::decide(self, path, key, members, before.as_ref(), birth) else {
            // Values for it are not judged: what it would be is not known.
            D::shelf(&mut self.shelves).unreadable.insert(here.product.clone());
            return;
        };
        D::shelf(&mut self.shelves).put(here.product.as_ref(), after.clone());
        let (kind, subject) = (D::KIND, after.id().to_string());
        let about = About { kind, key: format!("{}{key}", here.prefix), path, subject };
        let (is_new, record) = (before.is_none(), after.clone());
        let write: Write =
            Box::new(move |tx, permit| if is_new { record.insert(tx, permit) } else { record.update(tx, permit) });
        self.steps.push(about.record(before.as_ref(), &after, write));
    }

    /// What a place's values change, and how they are written. `standing` is what it gives now.
    pub(super) fn give<D: Shelved>(
        &mut self,
        here: &Here,
        values: &Values,
        standing: &BTreeMap<Key, D::Value>,
    ) -> Vec<(FieldChange, Write)> {
        let mut done = Vec::new();
        for given in D::given(values) {
            let Some(definition) = self.covering::<D>(here, &given.key, &given.path) else { continue };
            let Some(literal) = &given.value else {
                self.complete = false;
                continue;
            };
            let value = match definition.check(literal, &given.path) {
                Ok(value) => value,
                Err(fault) => {
                    self.faults.push(fault);
                    continue;
                }
            };
            let before = standing.get(&given.key);
            if before == Some(&value) {
                continue;
            }
            let field = format!("{}.{}", member_of::<D>(here.scope), given.key);
            let change = FieldChange {
                field,
                from: before.map(ToString::to_string),
                to: Some(value.to_string()),
                personal: false,
            };
            let (id, scope) = (definition.id(), here.scope);
            let write: Write = Box::new(move |tx, permit| D::set_value(id, scope, value.clone(), tx, permit));
            done.push((change, write));
        }
        done
    }

    /// The definition to which a place gives a value: one that stands farther away.
    fn covering<D: Shelved>(&mut self, here: &Here, key: &Key, path: &str) -> Option<D> {
        let (noun, product) = (D::NOUN, here.product.as_ref());
        let shelf = D::shelf(&mut self.shelves);
        let found = shelf.find(product, key).or_else(|| shelf.find(None, key)).cloned();
        let Some(definition) = found else {
            let excused = [None, here.product.clone()].iter().any(|place| shelf.unreadable.contains(place));
            if !excused {
                let right = format!("there is no {noun} {key}, neither in this product nor global: define it");
                self.fault(path, Invalid::Unknown, right);
            }
            return None;
        };
        if definition.scope() == here.scope {
            let right = format!("the {noun} {key} is defined here: give the value with its definition");
            self.fault(path, Invalid::NotAllowed, right);
            return None;
        }
        if !definition.scope().covers(here.scope) {
            self.fault(path, Invalid::Unknown, format!("the {noun} {key} belongs to another edition"));
            return None;
        }
        Some(definition)
    }
}

fn member_of<D: Definition>(scope: Scope) -> &'static str {
    if scope.edition().is_some() { D::EDITION_VALUES } else { D::PRODUCT_VALUES }
}
