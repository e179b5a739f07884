//! Orders: one purchase by one customer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ActivationCode, ActivationCodes};
use crate::wire::{
    ContactIdText, CustomerIdText, CustomerRef, EditionIdText, EmptyList, EntitlementIdText, EntitlementStatusText,
    LicenseTypeText, OfferingIdText, OfferingRef, OrderIdText, Patch, ProductIdText, ReferenceText, SkuText,
    TimestampText, WireMetadata, WireQuantity, Zero, at_least_one, present,
};

/// A new order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateOrder {
    /// Who buys.
    pub customer_id: CustomerRef,
    /// Its name in the vendor's other systems, unique within the vendor.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceText>,
    /// What is bought: at least one. Each becomes an entitlement.
    #[serde(deserialize_with = "at_least_one")]
    pub items: Vec<CreateOrderItem>,
    /// How many activation codes to make, or codes of the vendor's own. Default: 1.
    #[serde(default)]
    pub activation_codes: ActivationCodes,
    /// How many signed license keys to make: none yet.
    #[serde(default)]
    pub license_keys: Zero,
    /// The contacts who may act on it.
    #[serde(default)]
    pub contacts: Vec<ContactIdText>,
    /// Dual use: none yet.
    #[serde(default)]
    pub dual_use: EmptyList,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// One line of a new order. Give `sku` or `offeringId`, not both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateOrderItem {
    /// The offering's SKU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<SkuText>,
    /// The offering's id or SKU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offering_id: Option<OfferingRef>,
    /// How many seats, if not as many as the offering says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<WireQuantity>,
    /// When it starts, for a plan with `licenseStart` `custom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<TimestampText>,
    /// When its maintenance ends, if not as the offering says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_end: Option<TimestampText>,
}

/// New values for some members of an order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateOrder {
    /// Its name in the vendor's other systems; null: none.
    #[serde(rename = "ref", default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<ReferenceText>)]
    pub reference: Patch<ReferenceText>,
    /// The contacts who may act on it: the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub contacts: Option<Vec<ContactIdText>>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// More offerings on the same order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtendOrder {
    /// What is bought: at least one. Each becomes an entitlement, to which the order's activation codes lead too.
    #[serde(deserialize_with = "at_least_one")]
    pub items: Vec<CreateOrderItem>,
}

/// Gives an order to another customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveOrder {
    /// Whose it becomes.
    pub customer_id: CustomerRef,
    /// The contacts there who may act on it. Default: none; those of the customer that it leaves do not stay.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub contacts: Option<Vec<ContactIdText>>,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Its id.
    pub id: OrderIdText,
    /// Who bought.
    pub customer_id: CustomerIdText,
    /// Its name in the vendor's other systems.
    #[serde(rename = "ref")]
    pub reference: Option<ReferenceText>,
    /// What it granted, in short.
    pub entitlements: Vec<OrderEntitlement>,
    /// The codes that lead to it. The code itself is shown only when it is made.
    pub activation_codes: Vec<ActivationCode>,
    /// Signed license keys: none yet.
    #[serde(default)]
    pub license_keys: EmptyList,
    /// When it was deleted, itself or with its customer; null: it is not (ENT-10).
    #[serde(default)]
    pub deleted: Option<TimestampText>,
    /// Until when it can be restored; then it is purged.
    #[serde(default)]
    pub purge_at: Option<TimestampText>,
    /// The id of what was deleted, and it with that; null: it was deleted itself, or not at all.
    #[serde(default)]
    pub deleted_with: Option<String>,
    /// The contacts who may act on it.
    pub contacts: Vec<ContactIdText>,
    /// Dual use: none yet.
    #[serde(default)]
    pub dual_use: EmptyList,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// An entitlement as its order shows it; its own page says all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderEntitlement {
    /// Its id.
    pub id: EntitlementIdText,
    /// For which product.
    pub product_id: ProductIdText,
    /// In which edition.
    pub edition_id: EditionIdText,
    /// By which offering.
    pub offering_id: OfferingIdText,
    /// The offering's SKU when it was granted.
    pub sku: SkuText,
    /// What it is worth now.
    pub status: EntitlementStatusText,
    /// Whether it ends.
    pub license_type: LicenseTypeText,
    /// How many seats were sold.
    pub seats: WireQuantity,
    /// When it started or starts; null while that is open.
    pub start: Option<TimestampText>,
    /// When it expires; null for a perpetual license, or before the start.
    pub expiry: Option<TimestampText>,
    /// When it was deleted, itself or with its order or its customer; null: it is not (ENT-10).
    #[serde(default)]
    pub deleted: Option<TimestampText>,
}
