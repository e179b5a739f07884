//! Checking out, returning and using features (FEAT-1…4).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::activation::ActivationFeature;
use crate::wire::WireQuantity;

/// How much to check out, return or use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeatureRequest {
    /// The amount.
    pub amount: WireQuantity,
}

/// The feature after the call. The header `Chancery-Nonce` goes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeatureReply {
    /// The feature, as this seat has it.
    pub feature: ActivationFeature,
}
