//! Writing what a token carries as the rows that an authority has (EXP-5).
//!
//! Each token is of its own instant. A name that another thing had then may be this one's now: the other one gives it up, and has a
//! name that nobody gave it until a token of its own comes.

use chancery_domain::{
    ActivationCode, Customer, Edition, Id, Key, Licensee, LicenseeNumber, Name, Offering, Order, Plan, Product,
    Selector, Sku, StoredSecret,
};
use chancery_store::{activation_code, customer, edition, licensee, offering, order, plan, product};

use crate::hosting::Unpacked;
use crate::{Change, Error};

impl Change<'_, '_> {
    /// Writes all that stands around the entitlement.
    pub(super) fn upsert(&mut self, unpacked: &Unpacked) -> Result<(), Error> {
        self.upsert_product(&unpacked.product)?;
        self.upsert_edition(&unpacked.edition)?;
        self.upsert_plan(&unpacked.plan)?;
        self.upsert_offering(&unpacked.offering)?;
        self.upsert_customer(&unpacked.customer)?;
        self.upsert_order(&unpacked.order)?;
        self.upsert_codes(&unpacked.order, &unpacked.codes)?;
        unpacked.licensee.as_ref().map_or(Ok(()), |licensee| self.upsert_licensee(licensee))
    }

    fn upsert_product(&mut self, new: &Product) -> Result<(), Error> {
        let named = product::find(self.tx, new.vendor, &Selector::Name(new.key.to_string()))?;
        if let Some(other) = named.filter(|other| other.id != new.id) {
            let key = Key::new(&unnamed(other.id)).map_err(Error::internal)?;
            product::update(self.tx, self.permit, &Product { key, ..other })?;
        }
        match product::find(self.tx, new.vendor, &Selector::Id(new.id))? {
            Some(_) => Ok(product::update(self.tx, self.permit, new)?),
            None => Ok(product::insert(self.tx, self.permit, new)?),
        }
    }

    fn upsert_edition(&mut self, new: &Edition) -> Result<(), Error> {
        let named = edition::find(self.tx, new.vendor, Some(new.product), &Selector::Name(new.key.to_string()))?;
        if let Some(other) = named.filter(|other| other.id != new.id) {
            let key = Key::new(&unnamed(other.id)).map_err(Error::internal)?;
            edition::update(self.tx, self.permit, &Edition { key, ..other })?;
        }
        match edition::find(self.tx, new.vendor, None, &Selector::Id(new.id))? {
            Some(_) => Ok(edition::update(self.tx, self.permit, new)?),
            None => Ok(edition::insert(self.tx, self.permit, new)?),
        }
    }

    fn upsert_plan(&mut self, new: &Plan) -> Result<(), Error> {
        let named = plan::find(self.tx, new.vendor, &Selector::Name(new.name.to_string()))?;
        if let Some(other) = named.filter(|other| other.id != new.id) {
            let name = Name::new(&unnamed(other.id)).map_err(Error::internal)?;
            plan::update(self.tx, self.permit, &Plan { name, ..other })?;
        }
        match plan::find(self.tx, new.vendor, &Selector::Id(new.id))? {
            Some(_) => Ok(plan::update(self.tx, self.permit, new)?),
            None => Ok(plan::insert(self.tx, self.permit, new)?),
        }
    }

    fn upsert_offering(&mut self, new: &Offering) -> Result<(), Error> {
        let named = offering::find(self.tx, new.vendor, &Selector::Name(new.sku.to_string()))?;
        if let Some(other) = named.filter(|other| other.id != new.id) {
            let sku = Sku::new(&unnamed(other.id)).map_err(Error::internal)?;
            offering::update(self.tx, self.permit, &Offering { sku, ..other })?;
        }
        match offering::find(self.tx, new.vendor, &Selector::Id(new.id))? {
            Some(_) => Ok(offering::update(self.tx, self.permit, new)?),
            None => Ok(offering::insert(self.tx, self.permit, new)?),
        }
    }

    fn upsert_customer(&mut self, new: &Customer) -> Result<(), Error> {
        if let Some(name) = &new.reference {
            let named = customer::find(self.tx, new.vendor, &Selector::Name(name.to_string()))?;
            if let Some(other) = named.filter(|other| other.id != new.id) {
                customer::update(self.tx, self.permit, &Customer { reference: None, ..other })?;
            }
        }
        match customer::find(self.tx, new.vendor, &Selector::Id(new.id))? {
            Some(_) => Ok(customer::update(self.tx, self.permit, new)?),
            None => Ok(customer::insert(self.tx, self.permit, new)?),
        }
    }

    fn upsert_order(&mut self, new: &Order) -> Result<(), Error> {
        if let Some(name) = &new.reference {
            let named = order::find(self.tx, new.vendor, &Selector::Name(name.to_string()))?;
            if let Some(other) = named.filter(|other| other.id != new.id) {
                order::update(self.tx, self.permit, &Order { reference: None, ..other })?;
            }
        }
        match order::find(self.tx, new.vendor, &Selector::Id(new.id))? {
            Some(_) => Ok(order::update(self.tx, self.permit, new)?),
            None => Ok(order::insert(self.tx, self.permit, new)?),
        }
    }

    /// The codes that lead to the order: those that are not among them any more were revoked.
    fn upsert_codes(&mut self, order: &Order, new: &[ActivationCode]) -> Result<(), Error> {
        let known = activation_code::of_order(self.tx, order.id)?;
        for code in &known {
            let revoked = match new.iter().any(|other| other.id == code.id) {
                true => None,
                false => code.revoked.or(Some(self.now)),
            };
            if revoked != code.revoked {
                activation_code::update(self.tx, self.permit, &ActivationCode { revoked, ..code.clone() })?;
            }
        }
        for code in new.iter().filter(|code| known.iter().all(|other| other.id != code.id)) {
            activation_code::insert(self.tx, self.permit, code)?;
        }
        Ok(())
    }

    /// A secret that was set here counts on, unless a later one comes (SEC-2).
    fn upsert_licensee(&mut self, new: &Licensee) -> Result<(), Error> {
        let named = licensee::find(self.tx, new.vendor, &Selector::Name(new.number.to_string()))?;
        let same = |other: &Licensee| (other.customer, other.product) == (new.customer, new.product);
        if let Some(other) = named.filter(|other| !same(other)) {
            let number = LicenseeNumber::new(&unnamed(other.id)).map_err(Error::internal)?;
            licensee::update(self.tx, self.permit, &Licensee { number, ..other })?;
        }
        let Some(known) = licensee::of(self.tx, new.customer, new.product)? else {
            return licensee::insert(self.tx, self.permit, new).map(drop).map_err(Into::into);
        };
        let newest = |secret: &StoredSecret| secret.since;
        let secret = [&known.secret, &new.secret].into_iter().flatten().max_by_key(|secret| newest(secret)).cloned();
        let after = Licensee { id: known.id, secret, ..new.clone() };
        Ok(licensee::update(self.tx, self.permit, &after)?)
    }
}

/// A name that nobody gives.
fn unnamed(id: impl Id) -> String {
    format!("was-{id}")
}
