//! Customers and their contacts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    ContactIdText, CustomerIdText, EmailText, NameText, NotesText, Patch, ReasonText, ReferenceText, TimestampText,
    WireMetadata, present,
};

/// A new customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateCustomer {
    /// What people read.
    pub name: NameText,
    /// Its name in the vendor's other systems, unique within the vendor; it can stand wherever the customer's id can.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceText>,
    /// People there.
    #[serde(default)]
    pub contacts: Vec<CreateContact>,
    /// What the vendor's staff note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<NotesText>,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// New values for some members of a customer. Contacts have their own calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateCustomer {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// Its name in the vendor's other systems; null: none.
    #[serde(rename = "ref", default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<ReferenceText>)]
    pub reference: Patch<ReferenceText>,
    /// What the vendor's staff note.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub notes: Option<NotesText>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// An organisation that buys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Its id.
    pub id: CustomerIdText,
    /// What people read.
    pub name: NameText,
    /// Its name in the vendor's other systems.
    #[serde(rename = "ref")]
    pub reference: Option<ReferenceText>,
    /// Whether it is disabled, which disables all its entitlements (ENT-6).
    pub disabled: bool,
    /// Since when it is disabled.
    pub disabled_since: Option<TimestampText>,
    /// Why it is disabled, if it was said.
    pub disabled_reason: Option<ReasonText>,
    /// When it was deleted; null: it is not (ENT-10).
    #[serde(default)]
    pub deleted: Option<TimestampText>,
    /// Until when it can be restored; then it is purged.
    #[serde(default)]
    pub purge_at: Option<TimestampText>,
    /// People there.
    pub contacts: Vec<Contact>,
    /// What the vendor's staff note.
    pub notes: String,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// A new contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateContact {
    /// The person's name.
    pub name: NameText,
    /// The person's address, unique within the customer.
    pub email: EmailText,
}

/// New values for some members of a contact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateContact {
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// The person's address, unique within the customer.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub email: Option<EmailText>,
}

/// A person at a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Its id.
    pub id: ContactIdText,
    /// The person's name.
    pub name: NameText,
    /// The person's address.
    pub email: EmailText,
}
