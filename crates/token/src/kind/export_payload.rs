//! What an export carries: all that a local server needs to serve a share of an entitlement (EXP-3).

use std::fmt;

use chancery_domain::{
    ActivationCodeId, CustomerId, DeviceKeys, EditionId, Interval, Key, LicenseStart, LicenseeId, LicenseeNumber, Name,
    OfferingId, OrderId, PlanId, PlanType, ProductId, Reason, Reference, SecretMode, Sku, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::export_terms::{ExportedEntitlement, ExportedPolicy};
use super::usage::CarriedSecret;
use crate::hash::sha256;
use crate::wire::{bytes_32, text, text_or_null};

/// The payload of an export: the rows that the authority has, as far as a local server needs them. Ids and instants are texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportPayload {
    /// The vendor.
    pub vendor: ExportedVendor,
    /// The product.
    pub product: ExportedProduct,
    /// The edition.
    pub edition: ExportedEdition,
    /// The plan.
    pub plan: ExportedPlan,
    /// The offering.
    pub offering: ExportedOffering,
    /// Who bought it.
    pub customer: ExportedCustomer,
    /// The order.
    pub order: ExportedOrder,
    /// The order's activation codes that are not revoked, to recognise them by.
    pub activation_codes: Vec<ExportedCode>,
    /// The customer's standing with the product, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee: Option<ExportedLicensee>,
    /// The share of the entitlement.
    pub entitlement: ExportedEntitlement,
}

impl ExportPayload {
    /// A hash of it: of two payloads whose hashes differ one carries what the other does not.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let text = serde_json::to_vec(self).unwrap_or_default();
        sha256(&[b"chancery export payload\0", &text])
    }
}

/// The vendor of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedVendor {
    /// Its name.
    #[serde(with = "text")]
    pub name: Name,
}

/// The product of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedProduct {
    /// Its id.
    #[serde(with = "text")]
    pub id: ProductId,
    /// Its key.
    #[serde(with = "text")]
    pub key: Key,
    /// Its name.
    #[serde(with = "text")]
    pub name: Name,
    /// The defaults of what it sells.
    pub policy: ExportedPolicy,
    /// Whether its activations must be bound to device keys.
    #[serde(with = "text")]
    pub device_keys: DeviceKeys,
    /// How its licensee secrets are used.
    #[serde(rename = "licenseeSecretMode", with = "text")]
    pub secret_mode: SecretMode,
}

/// The edition of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedEdition {
    /// Its id.
    #[serde(with = "text")]
    pub id: EditionId,
    /// Its key.
    #[serde(with = "text")]
    pub key: Key,
    /// Its name.
    #[serde(with = "text")]
    pub name: Name,
}

/// The plan of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedPlan {
    /// Its id.
    #[serde(with = "text")]
    pub id: PlanId,
    /// Its name.
    #[serde(with = "text")]
    pub name: Name,
    /// What starts its licenses.
    #[serde(with = "text")]
    pub license_start: LicenseStart,
    /// Why its licenses are granted.
    #[serde(with = "text")]
    pub plan_type: PlanType,
    /// How long a subscription lasts; absent for a perpetual license.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text_or_null")]
    pub duration: Option<Interval>,
}

/// The offering of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedOffering {
    /// Its id.
    #[serde(with = "text")]
    pub id: OfferingId,
    /// Its SKU now; the entitlement has that of when it was granted.
    #[serde(with = "text")]
    pub sku: Sku,
    /// Its name.
    #[serde(with = "text")]
    pub name: Name,
}

/// The customer of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedCustomer {
    /// Its id.
    #[serde(with = "text")]
    pub id: CustomerId,
    /// Its name.
    #[serde(with = "text")]
    pub name: Name,
    /// Its name in the vendor's other systems.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none", with = "text_or_null")]
    pub reference: Option<Reference>,
    /// Set while it is disabled (ENT-6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<ExportedDisabled>,
}

/// That something was disabled, when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedDisabled {
    /// Since when.
    #[serde(with = "text")]
    pub since: Timestamp,
    /// Why, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text_or_null")]
    pub reason: Option<Reason>,
}

/// The order of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedOrder {
    /// Its id.
    #[serde(with = "text")]
    pub id: OrderId,
    /// Its name in the vendor's other systems.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none", with = "text_or_null")]
    pub reference: Option<Reference>,
}

/// An activation code, by its hash: never the code (LIC-2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedCode {
    /// Its id.
    #[serde(with = "text")]
    pub id: ActivationCodeId,
    /// Its hash, in base64url.
    #[serde(with = "bytes_32")]
    pub hash: [u8; 32],
    /// Its last group, for people.
    pub last_group: String,
}

/// Without the hash: short codes of a vendor's own could be guessed from it.
impl fmt::Debug for ExportedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportedCode").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The licensee of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedLicensee {
    /// Its id.
    #[serde(with = "text")]
    pub id: LicenseeId,
    /// Its number.
    #[serde(with = "text")]
    pub number: LicenseeNumber,
    /// What is stored of its secret, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<CarriedSecret>,
    /// Since when it has none, if the vendor took it away: a server that has an older one forgets it (SEC-4).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text_or_null")]
    pub secret_cleared: Option<Timestamp>,
}
