//! Offerings: what is sold.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    ConcurrencyText, EditionIdText, EditionRef, EmptyList, EnforcementText, NameText, OfferingIdText, Patch,
    PlanIdText, ProductIdText, ProductRef, SkuText, TimestampText, WireInterval, WireMetadata, WireOverdraft,
    WirePeriod, WireQuantity, present,
};

/// A new offering. Where the policy is left out, or null, the product's holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateOffering {
    /// Its SKU, unique within the vendor; it can stand wherever the offering's id can.
    pub sku: SkuText,
    /// What people read.
    pub name: NameText,
    /// The product; needed only where `editionId` is a key that several products have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<ProductRef>,
    /// The edition that it sells.
    pub edition_id: EditionRef,
    /// The plan by which it sells it.
    pub plan_id: PlanIdText,
    /// How many seats it sells, unless an order says otherwise.
    pub seats: WireQuantity,
    /// How many more may be taken. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdraft: Option<WireOverdraft>,
    /// How a seat is held. Default: `concurrent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<ConcurrencyText>,
    /// Whether automatic licensees get it. Default: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic: Option<bool>,
    /// How long maintenance lasts from the order on. Default: it does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<WireInterval>,
    /// See the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_period: Option<WirePeriod>,
    /// See the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_lease_period: Option<WirePeriod>,
    /// See the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_period: Option<WireInterval>,
    /// See the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage_tolerance: Option<WireInterval>,
    /// See the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforcement: Option<EnforcementText>,
    /// Pools of named users or metered time: none yet.
    #[serde(default)]
    pub allotments: EmptyList,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// New values for some members of an offering. What was sold by it stays as it was sold (CAT-3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateOffering {
    /// Its SKU.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub sku: Option<SkuText>,
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// The edition that it sells, of the same product.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub edition_id: Option<EditionRef>,
    /// The plan by which it sells it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub plan_id: Option<PlanIdText>,
    /// How many seats it sells.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub seats: Option<WireQuantity>,
    /// How many more may be taken.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub overdraft: Option<WireOverdraft>,
    /// How a seat is held.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub concurrency: Option<ConcurrencyText>,
    /// Whether automatic licensees get it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub automatic: Option<bool>,
    /// How long maintenance lasts from the order on; null: it does not end.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WireInterval>)]
    pub maintenance: Patch<WireInterval>,
    /// See the product's; null: the product's holds.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WirePeriod>)]
    pub lease_period: Patch<WirePeriod>,
    /// See the product's; null: the product's holds.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WirePeriod>)]
    pub offline_lease_period: Patch<WirePeriod>,
    /// See the product's; null: the product's holds.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WireInterval>)]
    pub grace_period: Patch<WireInterval>,
    /// See the product's; null: the product's holds.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WireInterval>)]
    pub outage_tolerance: Patch<WireInterval>,
    /// See the product's; null: the product's holds.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<EnforcementText>)]
    pub enforcement: Patch<EnforcementText>,
    /// Pools of named users or metered time: none yet.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub allotments: Option<EmptyList>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// An offering: an edition by a plan, with a SKU, seats and a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offering {
    /// Its id.
    pub id: OfferingIdText,
    /// Its SKU, unique within the vendor.
    pub sku: SkuText,
    /// What people read.
    pub name: NameText,
    /// The edition's product.
    pub product_id: ProductIdText,
    /// The edition that it sells.
    pub edition_id: EditionIdText,
    /// The plan by which it sells it.
    pub plan_id: PlanIdText,
    /// How many seats it sells, unless an order says otherwise.
    pub seats: WireQuantity,
    /// How many more may be taken.
    pub overdraft: WireOverdraft,
    /// How a seat is held.
    pub concurrency: ConcurrencyText,
    /// Whether automatic licensees get it.
    pub automatic: bool,
    /// How long maintenance lasts from the order on; null: it does not end.
    pub maintenance: Option<WireInterval>,
    /// Null: the product's holds.
    pub lease_period: Option<WirePeriod>,
    /// Null: the product's holds.
    pub offline_lease_period: Option<WirePeriod>,
    /// Null: the product's holds.
    pub grace_period: Option<WireInterval>,
    /// Null: the product's holds.
    pub outage_tolerance: Option<WireInterval>,
    /// Null: the product's holds.
    pub enforcement: Option<EnforcementText>,
    /// Pools of named users or metered time: none yet.
    #[serde(default)]
    pub allotments: EmptyList,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}
