//! API keys (MAN-1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{ApiKeyIdText, ContactIdText, KeyScopeText, NameText, Secret, TimestampText};

/// A new API key: for a system of the vendor, with `scopes`; or for a contact, with `contactId`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiKey {
    /// What people read.
    pub name: NameText,
    /// What a system may do by it on the management API: at least one. A contact's key has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<KeyScopeText>>,
    /// The contact whose key it shall be: it works on the portal API alone, for the orders that name the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactIdText>,
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
    /// What it may do on the management API; none, if it is a contact's.
    pub scopes: Vec<KeyScopeText>,
    /// The contact whose key it is; null: a system of the vendor uses it.
    pub contact_id: Option<ContactIdText>,
    /// From when on it does not work; null: it always works.
    pub expires: Option<TimestampText>,
    /// When it was last used, to the hour.
    pub last_used: Option<TimestampText>,
    /// When it was made.
    pub created: TimestampText,
}
