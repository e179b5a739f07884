//! Customers and their contacts.

use crate::{
    ContactId, CustomerId, Deleted, DeletedWith, Deletion, Email, Fact, Facts, Metadata, Name, Reason, Reference,
    Timestamp, VendorId, fact, optional,
};

/// An organisation that buys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Whose customer it is.
    pub vendor: VendorId,
    /// What people read.
    pub name: Name,
    /// Its name in the vendor's other systems, unique within the vendor.
    pub reference: Option<Reference>,
    /// Set while it is disabled, which disables all its entitlements (ENT-6).
    pub disabled: Option<Disabled>,
    /// Set while it is deleted, which disables all that it bought (ENT-10).
    pub deletion: Option<Deletion>,
    /// People there.
    pub contacts: Vec<Contact>,
    /// What the vendor's staff note.
    pub notes: String,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// That something was disabled, when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// Since when.
    pub since: Timestamp,
    /// Why, if it was said.
    pub reason: Option<Reason>,
}

/// A person at a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The person's name.
    pub name: Name,
    /// The person's address, unique within the customer.
    pub email: Email,
}

impl Customer {
    /// That it is deleted.
    #[must_use]
    pub fn deleted(&self) -> Option<Deleted> {
        self.deletion.map(|deletion| Deleted { deletion, with: DeletedWith::Itself })
    }
}

impl Facts for Customer {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("name", &self.name).personal(),
            optional("ref", self.reference.as_ref()).personal(),
            fact("disabled", self.disabled.is_some()),
            optional("disabledReason", self.disabled.as_ref().and_then(|disabled| disabled.reason.as_ref())).personal(),
            optional("deleted", self.deletion.map(|deletion| deletion.since)),
            optional("purgeAt", self.deletion.map(|deletion| deletion.purge_at)),
            fact("contacts", self.contacts.len()),
            fact("notes", &self.notes).personal(),
            fact("metadata", &self.metadata).personal(),
        ]
    }
}

impl Facts for Contact {
    fn facts(&self) -> Vec<Fact> {
        // The person's name and address stay out of the audit: it is never erased (ENT-10).
        vec![fact("contact", self.id)]
    }
}
