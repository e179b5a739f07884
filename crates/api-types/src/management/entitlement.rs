//! Entitlements as the vendor sees them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    AttributeTypeText, AttributeValueText, ConcurrencyText, CustomerIdText, EditionIdText, EmptyList, EnforcementText,
    EntitlementIdText, EntitlementStatusText, ExportSessionIdText, FeatureTypeText, KeyText, LevelText,
    LicenseStartText, LicenseTypeText, NameText, OfferingIdText, OrderIdText, OverridableText, PlanTypeText,
    ProductIdText, ReasonText, SkuText, TimestampText, UsageResetText, WireFeatureValue, WireInterval, WireMetadata,
    WireOverdraft, WirePeriod, WireQuantity,
};

/// One offering granted by an order; a snapshot of the offering that can be overridden.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entitlement {
    /// Its id.
    pub id: EntitlementIdText,
    /// The order that granted it.
    pub order_id: OrderIdText,
    /// Who bought it.
    pub customer_id: CustomerIdText,
    /// For which product.
    pub product_id: ProductIdText,
    /// In which edition.
    pub edition_id: EditionIdText,
    /// By which offering.
    pub offering_id: OfferingIdText,
    /// The offering's SKU when it was granted.
    pub sku: SkuText,
    /// What it is worth now (ENT-1).
    pub status: EntitlementStatusText,
    /// Whether it ends.
    pub license_type: LicenseTypeText,
    /// Why it was granted.
    pub plan_type: PlanTypeText,
    /// What starts it.
    pub license_start: LicenseStartText,
    /// How long a subscription lasts, each time; null for a perpetual license.
    pub duration: Option<WireInterval>,
    /// When it started or starts; null while that is open.
    pub start: Option<TimestampText>,
    /// When it expires; null for a perpetual license, or before the start.
    pub expiry: Option<TimestampText>,
    /// When grace after the expiry ends, and everything with it.
    pub grace_end: Option<TimestampText>,
    /// Releases of the product after it are refused (ENT-5); null: none is.
    pub maintenance_end: Option<TimestampText>,
    /// How many seats were sold.
    pub seats: WireQuantity,
    /// How many more may be taken.
    pub overdraft: WireOverdraft,
    /// How many seats are used (SEAT-3), those in overdraft included.
    pub seats_used: WireQuantity,
    /// How many of the used seats are in overdraft.
    pub overdraft_used: WireQuantity,
    /// How many of the used seats were released and are held until their leases end (SEAT-9).
    #[serde(default)]
    pub seats_held: WireQuantity,
    /// How many more seats are used than seats and overdraft allow: held ones that a forced reduction left to run out (SEAT-8).
    #[serde(default)]
    pub seats_over: WireQuantity,
    /// How a seat is held.
    pub concurrency: ConcurrencyText,
    /// How long a lease lasts.
    pub lease_period: WirePeriod,
    /// The same for machines that are never connected; null: they cannot be activated.
    pub offline_lease_period: Option<WirePeriod>,
    /// How long everything works after the expiry; null: not at all.
    pub grace_period: Option<WireInterval>,
    /// How long after its lease's end a `nodeLocked` product is tolerated; null: not at all.
    pub outage_tolerance: Option<WireInterval>,
    /// What the product does when it is not licensed.
    pub enforcement: EnforcementText,
    /// One reset for all counters, over what the features say; null: each its own.
    pub usage_reset: Option<UsageResetText>,
    /// Where its seats are enforced.
    pub hosts: Vec<EntitlementHost>,
    /// Its features.
    pub features: Vec<EntitlementFeature>,
    /// Its attributes.
    pub attributes: Vec<EntitlementAttribute>,
    /// Pools of named users or metered time: none yet.
    #[serde(default)]
    pub allotments: EmptyList,
    /// The members that no longer follow the catalog (ENT-7).
    pub overrides: Vec<OverridableText>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Since when it is disabled.
    pub disabled_since: Option<TimestampText>,
    /// Why it is disabled, if it was said.
    pub disabled_reason: Option<ReasonText>,
    /// Whether its customer is disabled.
    pub customer_disabled: bool,
    /// When it was deleted, itself or with its order or its customer; null: it is not (ENT-10).
    #[serde(default)]
    pub deleted: Option<TimestampText>,
    /// Until when it can be restored; then it is purged.
    #[serde(default)]
    pub purge_at: Option<TimestampText>,
    /// The id of what was deleted, and it with that; null: it was deleted itself, or not at all.
    #[serde(default)]
    pub deleted_with: Option<String>,
    /// What the vendor's staff note.
    pub notes: String,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// A share of an entitlement's seats, and where it is enforced: first what is enforced here, then what each local server has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementHost {
    /// `authority`, or the id of a local server.
    pub host: String,
    /// How many seats it has; a local server: by the latest token, and when its session has ended, what is still held.
    pub seats: WireQuantity,
    /// How many of them are used. Only where that is known: not of local servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seats_used: Option<WireQuantity>,
    /// The export session, of a local server; its replies say more of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub session_id: Option<ExportSessionIdText>,
    /// How many seats count as used there, for now: of all tokens that may still be in use the largest share (EXP-6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seats_held: Option<WireQuantity>,
    /// How much of each counted feature it has, by the latest token; where all was exported, with what is left of an overdraft of so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub features: Option<BTreeMap<KeyText, WireQuantity>>,
    /// The number of the latest token in the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seq: Option<u64>,
    /// The token that the server had applied when it told last; 0: none yet. It goes back where the server was set back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_seq: Option<u64>,
    /// Whether a new token shall be carried there (EXP-6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub out_of_sync: Option<bool>,
    /// When the session began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exported: Option<TimestampText>,
    /// When the latest token was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_token: Option<TimestampText>,
    /// When the session ended, of what is held after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended: Option<TimestampText>,
}

/// A feature as an entitlement has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementFeature {
    /// Its key.
    pub key: KeyText,
    /// What people read.
    pub name: NameText,
    /// What it is.
    #[serde(rename = "type")]
    pub feature_type: FeatureTypeText,
    /// The value that holds; null: unlimited.
    pub value: WireFeatureValue,
    /// How much all seats together have taken or spent.
    pub used: WireQuantity,
    /// How much more may be taken.
    pub overdraft: WireOverdraft,
    /// When the counter of a `usageCount` goes back to zero.
    pub usage_reset: UsageResetText,
    /// The level that defines it.
    pub level: LevelText,
    /// The level that gives the value.
    pub value_level: LevelText,
    /// Whether this entitlement gives the value.
    pub overridden: bool,
}

/// An attribute as an entitlement has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementAttribute {
    /// Its key.
    pub key: KeyText,
    /// What people read.
    pub name: NameText,
    /// What its value is.
    #[serde(rename = "type")]
    pub attribute_type: AttributeTypeText,
    /// The value that holds; null where no level gives one.
    pub value: Option<AttributeValueText>,
    /// The level that defines it.
    pub level: LevelText,
    /// The level that gives the value.
    pub value_level: LevelText,
    /// Whether this entitlement gives the value.
    pub overridden: bool,
}
