//! Versions of records, so that nobody overwrites what another has changed meanwhile (API-4).

use std::fmt;

use chancery_domain::{
    Activation, ApiKey, AttributeDefinition, Contact, Customer, Entitlement, Fact, Facts, FeatureDefinition, Licensee,
    LocalServer, Offering, OpenIdProvider, Order, Plan, Product, Timestamp, Vendor, fact,
};
use chancery_token::hash::{hex, sha256};

use crate::activation::ActivationView;
use crate::attribute::AttributeView;
use crate::contact::ContactView;
use crate::edition::EditionView;
use crate::entitlement::EntitlementView;
use crate::feature::FeatureView;
use crate::local_server::LocalServerView;
use crate::offering::OfferingView;
use crate::order::OrderView;
use crate::{Error, api_key};

/// One state of one record: another whenever something that was recorded of it is another. What is only computed of it, such as a
/// status, is no part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Version {
    /// Half of a SHA-256 over the facts. Names and lengths separate them.
    fn of(facts: &[Fact]) -> Self {
        let mut text = String::new();
        for Fact { field, value, .. } in facts {
            text.push_str(&format!("{field}:{}:{value}\n", value.len()));
        }
        let hash = sha256(&[b"chancery version\0", text.as_bytes()]);
        Self(hex(hash.get(..16).unwrap_or(&hash)))
    }
}

/// What has a version.
pub trait Versioned {
    /// All that makes one state of it differ from another.
    fn state(&self) -> Vec<Fact>;

    /// Its version.
    fn version(&self) -> Version {
        Version::of(&self.state())
    }
}

/// Which versions a caller will have changed, as it said with its call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whichever there is.
    Any,
    /// One of these.
    OneOf(Vec<String>),
}

impl Expected {
    /// Checks the version that there is; nothing, for what has none: it is none of those that a caller can name.
    pub(crate) fn check(&self, present: Option<Version>) -> Result<(), Error> {
        let matches = match self {
            Self::Any => true,
            Self::OneOf(versions) => present.as_ref().is_some_and(|present| versions.contains(&present.0)),
        };
        if matches { Ok(()) } else { Err(Error::VersionConflict { present }) }
    }
}

/// The facts that a record has, with the instant of its last change: facts leave out what audits must not keep.
fn recorded(record: &impl Facts, updated: Timestamp) -> Vec<Fact> {
    let mut facts = record.facts();
    facts.push(field("updated", updated));
    facts
}

fn field(field: &'static str, value: impl ToString) -> Fact {
    fact(field, value)
}

macro_rules! recorded {
    ($($type:ty),*) => {$(
        impl Versioned for $type {
            fn state(&self) -> Vec<Fact> {
                recorded(self, self.updated)
            }
        }
    )*};
}

/// Versions of what contains a record and shows of it nothing else that is recorded.
macro_rules! within {
    ($($type:ty: $record:ident),*) => {$(
        impl Versioned for $type {
            fn state(&self) -> Vec<Fact> {
                self.$record.state()
            }
        }
    )*};
}

within!(ActivationView: activation, ContactView: contact, api_key::Created: key, EntitlementView: entitlement, LocalServerView: server, OfferingView: offering);
recorded!(Entitlement, Licensee, LocalServer, Offering, Order, Plan, Product, OpenIdProvider, Vendor);

impl Versioned for ApiKey {
    /// Its last use is none of its changes.
    fn state(&self) -> Vec<Fact> {
        self.facts()
    }
}

impl Versioned for Contact {
    /// All of it: facts leave out what audits must not keep.
    fn state(&self) -> Vec<Fact> {
        vec![field("contact", self.id), field("name", &self.name), field("email", &self.email)]
    }
}

impl Versioned for Customer {
    /// With its contacts, which are read and changed under it.
    fn state(&self) -> Vec<Fact> {
        let mut facts = recorded(self, self.updated);
        let mut contacts: Vec<_> = self.contacts.iter().collect();
        contacts.sort_by_key(|contact| contact.id);
        for contact in contacts {
            facts.extend(contact.state());
        }
        facts
    }
}

impl Versioned for OrderView {
    /// With its activation codes, which are read and changed under it. Its entitlements have versions of their own.
    fn state(&self) -> Vec<Fact> {
        let mut facts = self.order.state();
        let mut codes: Vec<_> = self.codes.iter().map(|shown| &shown.code).collect();
        codes.sort_by_key(|code| code.id);
        codes.into_iter().for_each(|code| facts.extend(code.facts()));
        facts
    }
}

impl Versioned for Activation {
    /// Its seat and its lease. Not its chain's nonces: every call of the product turns those.
    fn state(&self) -> Vec<Fact> {
        let name = self.seat_name.as_ref().map(ToString::to_string).unwrap_or_default();
        let lease = self.lease.expiry.map(|expiry| expiry.to_string()).unwrap_or_default();
        vec![
            field("standing", format!("{:?}", self.standing)),
            field("seatId", &self.seat_id),
            field("seatName", name),
            field("mode", self.mode),
            field("chain", self.chain),
            field("leaseExpiry", lease),
        ]
    }
}

impl Versioned for EditionView {
    fn state(&self) -> Vec<Fact> {
        recorded(self, self.edition.updated)
    }
}

impl Versioned for FeatureView {
    /// With the value that holds at its place, and the level that gives it.
    fn state(&self) -> Vec<Fact> {
        let mut facts = recorded(&self.definition, self.definition.updated);
        facts.extend([field("here", self.value), field("valueLevel", self.value_level)]);
        facts
    }
}

impl Versioned for FeatureDefinition {
    /// The same as that of its view where it stands.
    fn state(&self) -> Vec<Fact> {
        let (value, value_level) = (self.value, self.scope.level());
        FeatureView { definition: self.clone(), scope: self.scope, value, value_level }.state()
    }
}

impl Versioned for AttributeView {
    /// With the value that holds at its place, and the level that gives it.
    fn state(&self) -> Vec<Fact> {
        let mut facts = recorded(&self.definition, self.definition.updated);
        let value = self.value.as_ref().map(ToString::to_string).unwrap_or_default();
        facts.extend([field("here", value), field("valueLevel", self.value_level)]);
        facts
    }
}

impl Versioned for AttributeDefinition {
    /// The same as that of its view where it stands.
    fn state(&self) -> Vec<Fact> {
        let (value, value_level) = (self.value.clone(), self.scope.level());
        AttributeView { definition: self.clone(), scope: self.scope, value, value_level }.state()
    }
}
