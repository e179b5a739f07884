//! The members of a lease's claims. Texts are the wire names of the API.

use chancery_domain::{CustomerId, EntitlementId, LocalServerId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::wire::{or_null, text, text_or_null};

/// The seat that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseSeat {
    /// The seat id: a device, a user, a workload.
    pub id: String,
    /// Its name, if the product gave one.
    #[serde(deserialize_with = "or_null")]
    pub name: Option<String>,
    /// The seat's number within the entitlement.
    pub number: u64,
}

/// The entitlement as it was when the lease was issued (TOK-7); every instant is exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaseEntitlement {
    /// Its id.
    #[serde(with = "text")]
    pub id: EntitlementId,
    /// Its status then.
    pub status: String,
    /// When it expires.
    #[serde(with = "text_or_null")]
    pub expiry: Option<Timestamp>,
    /// When its grace ends.
    #[serde(with = "text_or_null")]
    pub grace_end: Option<Timestamp>,
    /// When nothing of it works any more.
    #[serde(with = "text_or_null")]
    pub hard_stop: Option<Timestamp>,
    /// Releases after this instant are not covered (ENT-5).
    #[serde(with = "text_or_null")]
    pub maintenance_end: Option<Timestamp>,
}

/// A feature and what the seat may do with it (FEAT-5). Every member is there; `null` amounts have no limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseFeature {
    /// Its key.
    pub key: String,
    /// `bool`, `usageCount`, `elementPool`.
    #[serde(rename = "type")]
    pub kind: String,
    /// On or off, or how many.
    #[serde(deserialize_with = "or_null")]
    pub value: Option<FeatureValue>,
    /// How many there are, with the overdraft.
    #[serde(deserialize_with = "or_null")]
    pub total: Option<u64>,
    /// How many this seat holds or has used.
    #[serde(deserialize_with = "or_null")]
    pub active: Option<u64>,
    /// How many others could still take.
    #[serde(deserialize_with = "or_null")]
    pub available: Option<u64>,
    /// What its counter counts in.
    #[serde(deserialize_with = "or_null")]
    pub period: Option<FeaturePeriod>,
}

/// A feature's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FeatureValue {
    /// Of a `bool`.
    Switch(bool),
    /// Of the others.
    Amount(u64),
}

/// The time in which a `usageCount` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeaturePeriod {
    /// When the counter was last set to zero.
    #[serde(with = "text_or_null")]
    pub start: Option<Timestamp>,
    /// When it will be next.
    #[serde(with = "text_or_null")]
    pub end: Option<Timestamp>,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseAttribute {
    /// Its key.
    pub key: String,
    /// `string`, `number`, `date`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value, as text.
    #[serde(deserialize_with = "or_null")]
    pub value: Option<String>,
}

/// To whom it is licensed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseCustomer {
    /// The customer.
    #[serde(with = "text")]
    pub id: CustomerId,
    /// Its name.
    pub name: String,
}

/// The device key that the activation is bound to (SEAT-12; RFC 7800).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseConfirmation {
    /// The key's RFC 7638 thumbprint.
    pub jkt: String,
}

/// The local server that issued the lease, and where it then was in its own history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseHost {
    /// The server.
    #[serde(with = "text")]
    pub id: LocalServerId,
    /// How often its state was begun anew.
    pub epoch: u64,
    /// The lease's number in this epoch.
    pub serial: u64,
}
