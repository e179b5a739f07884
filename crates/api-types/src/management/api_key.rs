//! API keys (MAN-1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{ApiKeyIdText, KeyScopeText, NameText, Secret, TimestampText, at_least_one};

/// A new API key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiKey {
    /// What people read.
    pub name: NameText,
    /// What it may do: at least one.
    #[serde(deserialize_with = "at_least_one")]
    pub scopes: Vec<KeyScopeText>,
    /// From when on it does not work. Default: it always works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<TimestampText>,
}

/// An API key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyIdText,
    /// The key itself: only in the reply to the request that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// What people read.
    pub name: NameText,
    /// What it may do.
    pub scopes: Vec<KeyScopeText>,
    /// From when on it does not work; null: it always works.
    pub expires: Option<TimestampText>,
    /// When it was last used, to the hour.
    pub last_used: Option<TimestampText>,
    /// When it was made.
    pub created: TimestampText,
}
