//! Why a seat would be granted or refused (LIC-5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::wire::{ActivationIdText, EntitlementIdText, SeatIdText, TimestampText, WireQuantity};

/// What a claim on a seat would be told now, and by which rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Whose rules are told.
    pub entitlement_id: EntitlementIdText,
    /// Who would claim; null: a newcomer, who holds no seat.
    pub seat_id: Option<SeatIdText>,
    /// The instant for which it holds.
    pub time: TimestampText,
    /// What the claim would be told.
    pub outcome: ExplainedOutcome,
    /// The rules, in the order in which they are asked.
    pub rules: Vec<ExplainedRule>,
}

/// What a claim would be told: by this entitlement, or by another of the same order and product that serves it first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedOutcome {
    /// Whether it would get a seat.
    pub granted: bool,
    /// Which entitlement would give it; of a refusal, the one that came nearest.
    pub entitlement_id: Option<EntitlementIdText>,
    /// Why the seat can be had; null when it is refused.
    pub how: Option<ExplainedHow>,
    /// The number of the seat; null when it is refused.
    pub seat_number: Option<WireQuantity>,
    /// The activation that goes on (`again`), or whose seat is taken over (`replacing`).
    pub activation_id: Option<ActivationIdText>,
    /// The code of the problem; null when it is granted.
    pub code: Option<String>,
}

/// Why a seat can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExplainedHow {
    /// The seat id holds it already.
    Again,
    /// Nobody holds it.
    Free,
    /// The lease of its holder has ended.
    Replacing,
    /// It is beyond those sold, and the overdraft allows it.
    Overdraft,
}

/// What one rule says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRule {
    /// Its number in the rules of Chancery, such as `ENT-6`.
    pub rule: String,
    /// What it says.
    pub verdict: ExplainedVerdict,
    /// What that means here; of a rule that was not reached, what it would ask.
    pub text: String,
    /// What it looked at, by name; null is what is not set.
    pub facts: BTreeMap<String, Value>,
}

/// What a rule can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExplainedVerdict {
    /// Nothing against it.
    Passed,
    /// No.
    Refused,
    /// Nothing: it was not asked, since another had decided.
    NotReached,
}
