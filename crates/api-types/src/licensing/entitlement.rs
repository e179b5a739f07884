//! What a product is told of the entitlement behind its seat.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    ConcurrencyText, CustomerIdText, EditionIdText, EnforcementText, EntitlementIdText, EntitlementStatusText,
    LicenseStartText, LicenseTypeText, NameText, OrderIdText, PlanTypeText, ProductIdText, ReferenceText, SkuText,
    TimestampText, WireInterval, WireOverdraft, WirePeriod, WireQuantity,
};

/// The entitlement behind a seat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementReply {
    /// The entitlement.
    pub entitlement: EntitlementInfo,
}

/// An entitlement, as a product sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementInfo {
    /// Its id.
    pub id: EntitlementIdText,
    /// For which product.
    pub product_id: ProductIdText,
    /// In which edition.
    pub edition_id: EditionIdText,
    /// Who bought it.
    pub customer: InfoCustomer,
    /// The order that granted it.
    pub order: InfoOrder,
    /// The offering's SKU when it was granted.
    pub sku: SkuText,
    /// The plan by which it was granted.
    pub plan: InfoPlan,
    /// What it is worth now (ENT-1).
    pub status: EntitlementStatusText,
    /// When it started or starts.
    pub start: Option<TimestampText>,
    /// When it expires; null for a perpetual license, or before the start.
    pub expiry: Option<TimestampText>,
    /// When grace after the expiry ends.
    pub grace_end: Option<TimestampText>,
    /// Releases of the product after it are refused; null: none is.
    pub maintenance_end: Option<TimestampText>,
    /// How many seats were sold.
    pub seats: WireQuantity,
    /// How many more may be taken.
    pub overdraft: WireOverdraft,
    /// How a seat is held.
    pub concurrency: ConcurrencyText,
    /// How long a lease lasts.
    pub lease_period: WirePeriod,
    /// The same for machines that are never connected.
    pub offline_lease_period: Option<WirePeriod>,
    /// How long everything works after the expiry; null: not at all.
    pub grace_period: Option<WireInterval>,
    /// How long after its lease's end a `nodeLocked` product is tolerated; null: not at all.
    pub outage_tolerance: Option<WireInterval>,
    /// What the product does when it is not licensed.
    pub enforcement: EnforcementText,
}

/// A customer, as a product sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InfoCustomer {
    /// Its id.
    pub id: CustomerIdText,
    /// What people read.
    pub name: NameText,
}

/// An order, as a product sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InfoOrder {
    /// Its id.
    pub id: OrderIdText,
    /// Its name in the vendor's other systems.
    #[serde(rename = "ref")]
    pub reference: Option<ReferenceText>,
}

/// A plan, as a product sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InfoPlan {
    /// Whether the license ends.
    pub license_type: LicenseTypeText,
    /// Why it was granted.
    pub plan_type: PlanTypeText,
    /// What starts it.
    pub license_start: LicenseStartText,
    /// How long a subscription lasts, each time.
    pub duration: Option<WireInterval>,
}
