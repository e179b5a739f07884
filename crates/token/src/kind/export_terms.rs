//! The terms of an entitlement, as an export carries them (EXP-3).

use chancery_domain::{
    AttributeType, AttributeValue, Concurrency, Enforcement, EntitlementId, FeatureType, Interval, Key, Level,
    LicenseStart, Name, Overdraft, Period, PlanType, Sku, Timestamp, UsageReset,
};
use serde::{Deserialize, Serialize};

use super::export_payload::ExportedDisabled;
use super::lease_parts::FeatureValue;
use crate::wire::{or_null, text, text_or_null, texts};

/// A share of an entitlement: its terms, with the seats and the amounts that are shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedEntitlement {
    /// Its id.
    #[serde(with = "text")]
    pub id: EntitlementId,
    /// The offering's SKU when it was granted.
    #[serde(with = "text")]
    pub sku: Sku,
    /// Why it was granted.
    #[serde(with = "text")]
    pub plan_type: PlanType,
    /// What starts it.
    #[serde(with = "text")]
    pub license_start: LicenseStart,
    /// How long a subscription lasts, each time; `null` for a perpetual license.
    #[serde(with = "text_or_null")]
    pub duration: Option<Interval>,
    /// When it started.
    #[serde(with = "text_or_null")]
    pub start: Option<Timestamp>,
    /// When it expires.
    #[serde(with = "text_or_null")]
    pub expiry: Option<Timestamp>,
    /// Releases after it are refused (ENT-5).
    #[serde(with = "text_or_null")]
    pub maintenance_end: Option<Timestamp>,
    /// How many seats the share has: those of the delegation.
    pub seats: u64,
    /// How many more may be taken at the authority; it is ignored at a local server (EXP-8).
    #[serde(with = "text")]
    pub overdraft: Overdraft,
    /// How a seat is held.
    #[serde(with = "text")]
    pub concurrency: Concurrency,
    /// The policy in force.
    pub policy: ExportedPolicy,
    /// The features, with what the share has of them.
    pub features: Vec<ExportedFeature>,
    /// The attributes.
    pub attributes: Vec<ExportedAttribute>,
    /// One reset for all counters, over what the features say.
    #[serde(with = "text_or_null")]
    pub usage_reset: Option<UsageReset>,
    /// When counters with `onRenewal` reset (ENT-4).
    #[serde(with = "texts")]
    pub renewal_resets: Vec<Timestamp>,
    /// Set while it is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<ExportedDisabled>,
    /// When it was made.
    #[serde(with = "text")]
    pub created: Timestamp,
}

/// A policy: of a product, or of an entitlement. Every member is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedPolicy {
    /// How long a product survives without its server.
    #[serde(with = "text")]
    pub lease_period: Period,
    /// The same for a machine that is never connected; `null`: none can be activated (OFF-1).
    #[serde(with = "text_or_null")]
    pub offline_lease_period: Option<Period>,
    /// How long everything goes on working after a subscription's expiry (ENT-2).
    #[serde(with = "text_or_null")]
    pub grace_period: Option<Interval>,
    /// How long after its lease's end a `nodeLocked` product is tolerated (GUARD-2).
    #[serde(with = "text_or_null")]
    pub outage_tolerance: Option<Interval>,
    /// What a product does when it is not licensed.
    #[serde(with = "text")]
    pub enforcement: Enforcement,
}

/// A feature, with what the share has of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedFeature {
    /// Its key.
    #[serde(with = "text")]
    pub key: Key,
    /// What people read.
    #[serde(with = "text")]
    pub name: Name,
    /// What it is.
    #[serde(rename = "type", with = "text")]
    pub feature_type: FeatureType,
    /// How much more may be taken.
    #[serde(with = "text")]
    pub overdraft: Overdraft,
    /// When its counter resets.
    #[serde(with = "text")]
    pub usage_reset: UsageReset,
    /// The level that defines it.
    #[serde(with = "text")]
    pub level: Level,
    /// The level that gives its value.
    #[serde(with = "text")]
    pub value_level: Level,
    /// On or off, or how many the share has; `null` without bound.
    #[serde(deserialize_with = "or_null")]
    pub value: Option<FeatureValue>,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedAttribute {
    /// Its key.
    #[serde(with = "text")]
    pub key: Key,
    /// What people read.
    #[serde(with = "text")]
    pub name: Name,
    /// What its value is.
    #[serde(rename = "type", with = "text")]
    pub attribute_type: AttributeType,
    /// The level that defines it.
    #[serde(with = "text")]
    pub level: Level,
    /// The level that gives its value.
    #[serde(with = "text")]
    pub value_level: Level,
    /// Its value; `null` where no level gives one.
    #[serde(with = "text_or_null")]
    pub value: Option<AttributeValue>,
}
