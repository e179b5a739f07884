//! Offerings: what is sold.

use crate::named::named;
use crate::{
    EditionId, Fact, Facts, Interval, Metadata, Name, OfferingId, Overdraft, PlanId, PolicyChoice, Quantity, Sku,
    Timestamp, VendorId, fact, optional,
};

named! {
    /// How a seat is held.
    Concurrency {
        /// It is borrowed while leased.
        Concurrent = "concurrent",
        /// It belongs to its seat id until deactivated or released.
        NodeLocked = "nodeLocked",
    }
}

/// An offering: edition × plan, with a SKU, seats and a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offering {
    /// Its id.
    pub id: OfferingId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Its SKU, unique within the vendor.
    pub sku: Sku,
    /// What people read.
    pub name: Name,
    /// The edition that it sells.
    pub edition: EditionId,
    /// The plan by which it sells it.
    pub plan: PlanId,
    /// How many seats it sells, unless an order says otherwise.
    pub seats: Quantity,
    /// How many more may be taken.
    pub overdraft: Overdraft,
    /// How a seat is held.
    pub concurrency: Concurrency,
    /// Whether automatic licensees get it (AUTO-1).
    pub automatic: bool,
    /// How long maintenance lasts from the order on (ENT-5); nothing: it does not end.
    pub maintenance: Option<Interval>,
    /// Where it differs from its product's policy.
    pub policy: PolicyChoice,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Facts for Offering {
    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![
            fact("sku", &self.sku),
            fact("name", &self.name),
            fact("editionId", self.edition),
            fact("planId", self.plan),
            fact("seats", self.seats),
            fact("overdraft", self.overdraft),
            fact("concurrency", self.concurrency),
            fact("automatic", self.automatic),
            optional("maintenance", self.maintenance),
        ];
        facts.extend(self.policy.facts());
        facts.push(fact("metadata", &self.metadata));
        facts
    }
}
