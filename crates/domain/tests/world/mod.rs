//! A small world in memory, built of the domain's functions alone: what the store keeps in tables, it keeps in vectors.
#![allow(dead_code, reason = "each test program uses its own part of it")]

pub(crate) mod catalog;
mod check;
pub(crate) mod features;
mod seats;

use std::collections::BTreeMap;

use chancery_domain::*;

pub(crate) use catalog::{Granting, Shelf};

/// All that one order's products see.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) entitlements: Vec<Entitlement>,
    pub(crate) activations: Vec<Activation>,
    pub(crate) shelf: Shelf,
    /// What each machine remembers of its activation: which one, and the chain of its access token.
    pub(crate) machines: BTreeMap<String, (ActivationId, u64)>,
    usage: BTreeMap<(EntitlementId, Key), FeatureUsage>,
    taken: BTreeMap<(ActivationId, Key), Quantity>,
    made: u16,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            now: at("2026-01-01T00:00:00Z"),
            entitlements: Vec::new(),
            activations: Vec::new(),
            shelf: Shelf::default(),
            machines: BTreeMap::new(),
            usage: BTreeMap::new(),
            taken: BTreeMap::new(),
            made: 0,
        }
    }

    /// A fresh id; later ones are greater.
    pub(crate) fn id<I: Id>(&mut self) -> I {
        self.made += 1;
        let [high, low] = self.made.to_be_bytes();
        I::new(self.now, [0, 0, 0, 0, 0, 0, 0, 0, high, low])
    }

    /// Where an entitlement stands in the list; the scripts call it by its SKU.
    pub(crate) fn index(&self, name: &str) -> usize {
        let found = self.entitlements.iter().position(|entitlement| entitlement.sku.as_str() == name);
        found.unwrap_or_else(|| panic!("there is no entitlement {name}"))
    }

    pub(crate) fn entitlement(&self, name: &str) -> &Entitlement {
        &self.entitlements[self.index(name)]
    }

    pub(crate) fn entitlement_mut(&mut self, name: &str) -> &mut Entitlement {
        let index = self.index(name);
        &mut self.entitlements[index]
    }

    pub(crate) fn entitlement_of(&self, id: EntitlementId) -> &Entitlement {
        self.entitlements.iter().find(|entitlement| entitlement.id == id).expect("it is kept for good")
    }

    pub(crate) fn put(&mut self, entitlement: Entitlement) {
        let place = self.entitlements.iter_mut().find(|known| known.id == entitlement.id);
        *place.expect("only what is there is changed") = entitlement;
    }

    /// Those that have or block a seat of an entitlement.
    pub(crate) fn listed(&self, id: EntitlementId) -> impl Iterator<Item = &Activation> {
        self.activations.iter().filter(move |one| one.entitlement == id && one.seat_number().is_some())
    }
}

/// An instant.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|invalid| panic!("{text} {invalid}"))
}

/// A quantity.
pub(crate) fn count(amount: u64) -> Quantity {
    Quantity::new(amount).expect("tests use small numbers")
}

/// A key.
pub(crate) fn key(text: &str) -> Key {
    Key::new(text).expect("tests use plain keys")
}
