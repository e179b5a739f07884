//! Writing what a token carries as the rows that an authority has (EXP-5).
//!
//! Each token is of its own instant. A name that another thing had then may be this one's now: the other one gives it up, and has a
//! name that nobody gave it until a token of its own comes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chancery_domain::{
    ActivationCode, Customer, Edition, Fact, Facts, Id, Key, Licensee, LicenseeNumber, Name, Offering, Order, OrderId,
    Plan, Product, Selector, Sku, Timestamp, optional,
};
use chancery_store::{activation_code, customer, edition, licensee, offering, order, plan, product};

use crate::hosting::Unpacked;
use crate::{Change, Error};

/// All that stands around an entitlement. Other entitlements may share it, whose tokens are as many instants old: what is known by a
/// newer one stays, so that no older one that is late brings back a code that was revoked since.
pub(super) struct Around<'a, 'c, 'tx> {
    pub change: &'a mut Change<'c, 'tx>,
    /// Whether it follows what is known although its date is before that: clocks err, and sequences do not (EXP-4).
    pub follows: bool,
}

impl Around<'_, '_, '_> {
    /// Writes it.
    pub(super) fn upsert(&mut self, unpacked: &Unpacked) -> Result<(), Error> {
        self.upsert_product(&unpacked.product)?;
        self.upsert_edition(&unpacked.edition)?;
        self.upsert_plan(&unpacked.plan)?;
        self.upsert_offering(&unpacked.offering)?;
        self.upsert_customer(&unpacked.customer)?;
        if self.upsert_order(&unpacked.order)? {
            self.upsert_codes(&unpacked.order, &unpacked.codes)?;
        }
        unpacked.licensee.as_ref().map_or(Ok(()), |licensee| self.upsert_licensee(licensee))
    }

    /// Whether what is known is of a newer token.
    fn is_late(&self, new: Timestamp, known: Option<Timestamp>) -> bool {
        !self.follows && known.is_some_and(|known| new < known)
    }

    fn upsert_product(&mut self, new: &Product) -> Result<(), Error> {
        let known = product::find(self.change.tx, new.vendor, &Selector::Id(new.id))?;
        if self.is_late(new.updated, known.as_ref().map(|known| known.updated)) {
            return Ok(());
        }
        let named = product::find(self.change.tx, new.vendor, &Selector::Name(new.key.to_string()))?;
        let mut new = new.clone();
        if let Some(mut other) = named.filter(|other| other.id != new.id) {
            let before = other.clone();
            let loser = if self.is_late(new.updated, Some(other.updated)) { &mut new } else { &mut other };
            loser.key = Key::new(&unnamed(loser.id)).map_err(Error::internal)?;
            product::update(self.change.tx, self.change.permit, &other)?;
            self.change.record(other.id, Some(&before), Some(&other))?;
        }
        match &known {
            Some(_) => product::update(self.change.tx, self.change.permit, &new)?,
            None => product::insert(self.change.tx, self.change.permit, &new)?,
        }
        self.change.record(new.id, known.as_ref(), Some(&new))
    }

    fn upsert_edition(&mut self, new: &Edition) -> Result<(), Error> {
        let known = edition::find(self.change.tx, new.vendor, None, &Selector::Id(new.id))?;
        if self.is_late(new.updated, known.as_ref().map(|known| known.updated)) {
            return Ok(());
        }
        let named = edition::find(self.change.tx, new.vendor, Some(new.product), &Selector::Name(new.key.to_string()))?;
        let mut new = new.clone();
        if let Some(mut other) = named.filter(|other| other.id != new.id) {
            let before = other.clone();
            let loser = if self.is_late(new.updated, Some(other.updated)) { &mut new } else { &mut other };
            loser.key = Key::new(&unnamed(loser.id)).map_err(Error::internal)?;
            edition::update(self.change.tx, self.change.permit, &other)?;
            self.change.record(other.id, Some(&before), Some(&other))?;
        }
        match &known {
            Some(_) => edition::update(self.change.tx, self.change.permit, &new)?,
            None => edition::insert(self.change.tx, self.change.permit, &new)?,
        }
        self.change.record(new.id, known.as_ref(), Some(&new))
    }

    fn upsert_plan(&mut self, new: &Plan) -> Result<(), Error> {
        let known = plan::find(self.change.tx, new.vendor, &Selector::Id(new.id))?;
        if self.is_late(new.updated, known.as_ref().map(|known| known.updated)) {
            return Ok(());
        }
        let named = plan::find(self.change.tx, new.vendor, &Selector::Name(new.name.to_string()))?;
        if let Some(other) = named.filter(|other| other.id != new.id) {
            let name = Name::new(&unnamed(other.id)).map_err(Error::internal)?;
            let after = Plan { name, ..other.clone() };
            plan::update(self.change.tx, self.change.permit, &after)?;
            self.change.record(other.id, Some(&other), Some(&after))?;
        }
        match &known {
            Some(_) => plan::update(self.change.tx, self.change.permit, new)?,
            None => plan::insert(self.change.tx, self.change.permit, new)?,
        }
        self.change.record(new.id, known.as_ref(), Some(new))
    }

    fn upsert_offering(&mut self, new: &Offering) -> Result<(), Error> {
        let known = offering::find(self.change.tx, new.vendor, &Selector::Id(new.id))?;
        if self.is_late(new.updated, known.as_ref().map(|known| known.updated)) {
            return Ok(());
        }
        let named = offering::find(self.change.tx, new.vendor, &Selector::Name(new.sku.to_string()))?;
        if let Some(other) = named.filter(|other| other.id != new.id) {
            let sku = Sku::new(&unnamed(other.id)).map_err(Error::internal)?;
            let after = Offering { sku, ..other.clone() };
            offering::update(self.change.tx, self.change.permit, &after)?;
            self.change.record(other.id, Some(&other), Some(&after))?;
        }
        match &known {
            Some(_) => offering::update(self.change.tx, self.change.permit, new)?,
            None => offering::insert(self.change.tx, self.change.permit, new)?,
        }
        self.change.record(new.id, known.as_ref(), Some(new))
    }

    fn upsert_customer(&mut self, new: &Customer) -> Result<(), Error> {
        let known = customer::find(self.change.tx, new.vendor, &Selector::Id(new.id))?;
        if self.is_late(new.updated, known.as_ref().map(|known| known.updated)) {
            return Ok(());
        }
        if let Some(name) = &new.reference {
            let named = customer::find(self.change.tx, new.vendor, &Selector::Name(name.to_string()))?;
            if let Some(other) = named.filter(|other| other.id != new.id) {
                let after = Customer { reference: None, ..other.clone() };
                customer::update(self.change.tx, self.change.permit, &after)?;
                self.change.record(other.id, Some(&other), Some(&after))?;
            }
        }
        match &known {
            Some(_) => customer::update(self.change.tx, self.change.permit, new)?,
            None => customer::insert(self.change.tx, self.change.permit, new)?,
        }
        self.change.record(new.id, known.as_ref(), Some(new))
    }

    /// Says whether it counts.
    fn upsert_order(&mut self, new: &Order) -> Result<bool, Error> {
        let known = order::find(self.change.tx, new.vendor, &Selector::Id(new.id))?;
        if self.is_late(new.updated, known.as_ref().map(|known| known.updated)) {
            return Ok(false);
        }
        if let Some(name) = &new.reference {
            let named = order::find(self.change.tx, new.vendor, &Selector::Name(name.to_string()))?;
            if let Some(other) = named.filter(|other| other.id != new.id) {
                let after = Order { reference: None, ..other.clone() };
                order::update(self.change.tx, self.change.permit, &after)?;
                self.change.record(other.id, Some(&other), Some(&after))?;
            }
        }
        match &known {
            Some(_) => order::update(self.change.tx, self.change.permit, new)?,
            None => order::insert(self.change.tx, self.change.permit, new)?,
        }
        self.change.record(new.id, known.as_ref(), Some(new))?;
        Ok(true)
    }

    /// The codes that lead to the order: those that are not among them any more were revoked. One of the vendor's own that led to
    /// another order, which is gone there, leads to this one now. There may be many thousand: the audit counts them.
    fn upsert_codes(&mut self, order: &Order, new: &[ActivationCode]) -> Result<(), Error> {
        let known = activation_code::of_order(self.change.tx, order.id)?;
        let ids = |codes: &[ActivationCode]| codes.iter().map(|code| code.id).collect::<BTreeSet<_>>();
        let (known_ids, new_ids) = (ids(&known), ids(new));
        let mut before = BTreeMap::from([(order.id, Codes::count(&known))]);
        for code in &known {
            let revoked = match new_ids.contains(&code.id) {
                true => None,
                false => code.revoked.or(Some(self.change.now)),
            };
            if revoked != code.revoked {
                let after = ActivationCode { revoked, ..code.clone() };
                activation_code::update(self.change.tx, self.change.permit, &after)?;
            }
        }
        for code in new.iter().filter(|code| !known_ids.contains(&code.id)) {
            if let Some(former) = activation_code::find_by_hash(self.change.tx, &code.hash)? {
                if let Entry::Vacant(of) = before.entry(former.order) {
                    of.insert(Codes::of(self.change, former.order)?);
                }
                activation_code::delete(self.change.tx, self.change.permit, &former)?;
            }
            activation_code::insert(self.change.tx, self.change.permit, code)?;
        }
        for (order, before) in before {
            let after = Codes::of(self.change, order)?;
            self.change.record(order, Some(&before), Some(&after))?;
        }
        Ok(())
    }

    /// A secret that was set here counts on, unless a later one comes, or it was taken away since (SEC-2, SEC-4).
    fn upsert_licensee(&mut self, new: &Licensee) -> Result<(), Error> {
        let named = licensee::find(self.change.tx, new.vendor, &Selector::Name(new.number.to_string()))?;
        let same = |other: &Licensee| (other.customer, other.product) == (new.customer, new.product);
        if let Some(other) = named.filter(|other| !same(other)) {
            let number = LicenseeNumber::new(&unnamed(other.id)).map_err(Error::internal)?;
            let after = Licensee { number, ..other.clone() };
            licensee::update(self.change.tx, self.change.permit, &after)?;
            self.change.record(other.id, Some(&other), Some(&after))?;
        }
        // Claims of orders that are not locked store first secrets too: whichever comes first is seen by the other.
        if licensee::insert(self.change.tx, self.change.permit, new)? {
            return self.change.record(new.id, None, Some(new));
        }
        if let Some(known) = licensee::of(self.change.tx, new.customer, new.product)? {
            licensee::lock(self.change.tx, self.change.permit, known.id)?;
        }
        let known = licensee::of(self.change.tx, new.customer, new.product)?;
        let known = known.ok_or_else(|| Error::internal("a licensee that is another customer's"))?;
        let told = known.with_secret_of(new);
        let after = Licensee { id: known.id, secret: told.secret, secret_cleared: told.secret_cleared, ..new.clone() };
        licensee::update(self.change.tx, self.change.permit, &after)?;
        self.change.record(known.id, Some(&known), Some(&after))
    }
}

/// How many codes lead to an order.
#[derive(Default)]
pub(super) struct Codes {
    all: usize,
    revoked: usize,
}

impl Codes {
    /// Those of an order.
    pub(super) fn of(change: &mut Change<'_, '_>, order: OrderId) -> Result<Self, Error> {
        Ok(Self::count(&activation_code::of_order(change.tx, order)?))
    }

    fn count(codes: &[ActivationCode]) -> Self {
        Self { all: codes.len(), revoked: codes.iter().filter(|code| code.revoked.is_some()).count() }
    }
}

impl Facts for Codes {
    fn facts(&self) -> Vec<Fact> {
        let some = |count: usize| Some(count).filter(|count| *count > 0);
        vec![optional("activationCodes", some(self.all)), optional("activationCodesRevoked", some(self.revoked))]
    }
}

/// A name that nobody gives.
fn unnamed(id: impl Id) -> String {
    format!("was-{id}")
}
