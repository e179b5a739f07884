//! The audit (AUD-1), and changes as it and dry runs show them.

use chancery_domain as domain;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::wire::{EventIdText, TimestampText};

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its id.
    pub id: EventIdText,
    /// When.
    pub time: TimestampText,
    /// By whom: the id of a key or an activation, or `operator`.
    pub actor: String,
    /// What was done, such as `entitlement.renew`.
    pub action: String,
    /// To what: an id.
    pub subject: String,
    /// From which network address.
    pub address: Option<String>,
    /// By which request.
    pub request_id: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
}

/// One member that changed. Numbers and truths are such in JSON too; all else is a text as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The member.
    pub field: String,
    /// What it was; null for a new record, and for what was not set.
    pub from: Value,
    /// What it is; null for a record that is gone, and for what is not set.
    pub to: Value,
}

impl From<domain::Change> for Change {
    fn from(change: domain::Change) -> Self {
        let [from, to] =
            [change.from, change.to].map(|text| text.map_or(Value::Null, |text| json(&change.field, text)));
        Self { field: change.field, from, to }
    }
}

/// The domain writes all values as texts. These members are known to be numbers and truths; any other text stays one,
/// whatever it looks like.
fn json(field: &str, text: String) -> Value {
    match field {
        "seats" => text.parse().map_or(Value::String(text), |number: u64| number.into()),
        "automatic" | "disabled" | "licenseeAutoCreate" | "sandbox" => {
            text.parse().map_or(Value::String(text), Value::Bool)
        }
        _ => Value::String(text),
    }
}
