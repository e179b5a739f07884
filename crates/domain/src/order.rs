//! Orders and the codes that lead to them.

use crate::deletion::first_purged;
use crate::{
    ActivationCodeId, ContactId, CustomerId, Deleted, DeletedWith, Deletion, Fact, Facts, Metadata, OrderId, Reference,
    Timestamp, VendorId, fact, optional,
};

/// One purchase by one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Who bought.
    pub customer: CustomerId,
    /// Its name in the vendor's other systems, unique within the vendor.
    pub reference: Option<Reference>,
    /// Set while it is deleted, which disables all that it granted (ENT-10).
    pub deletion: Option<Deletion>,
    /// Set while its customer is deleted: a fact of the customer alone.
    pub customer_deletion: Option<Deletion>,
    /// The contacts who may act on it.
    pub contacts: Vec<ContactId>,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Order {
    /// That it is deleted, itself or with its customer.
    #[must_use]
    pub fn deleted(&self) -> Option<Deleted> {
        first_purged([
            (self.deletion, DeletedWith::Itself),
            (self.customer_deletion, DeletedWith::Customer(self.customer)),
        ])
    }
}

impl Facts for Order {
    fn facts(&self) -> Vec<Fact> {
        let contacts: Vec<String> = self.contacts.iter().map(ToString::to_string).collect();
        vec![
            fact("customerId", self.customer),
            optional("ref", self.reference.as_ref()).personal(),
            optional("deleted", self.deletion.map(|deletion| deletion.since)),
            optional("purgeAt", self.deletion.map(|deletion| deletion.purge_at)),
            fact("contacts", contacts.join(", ")),
            fact("metadata", &self.metadata).personal(),
        ]
    }
}

/// An activation code as it is stored: never the code itself (LIC-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivationCode {
    /// Its id, by which it is listed and revoked.
    pub id: ActivationCodeId,
    /// Whose it is.
    pub vendor: VendorId,
    /// The order that it leads to.
    pub order: OrderId,
    /// SHA-256 over vendor and code.
    pub hash: [u8; 32],
    /// The last group, for display.
    pub last_group: String,
    /// When it was revoked; a revoked code is as good as unknown.
    pub revoked: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
}

impl Facts for ActivationCode {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("code", self.id),
            fact("orderId", self.order),
            fact("lastGroup", &self.last_group),
            optional("revoked", self.revoked),
        ]
    }
}
