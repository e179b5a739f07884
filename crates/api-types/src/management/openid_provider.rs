//! OpenID providers: whose tokens a vendor's products may show.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    AudienceText, ClaimNameText, IssuerText, NameText, OpenIdProviderIdText, Secret, TimestampText, at_least_one,
    present,
};

/// A provider to be registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateOpenIdProvider {
    /// What people read.
    pub name: NameText,
    /// What its tokens name in `iss`; its metadata are at `/.well-known/openid-configuration` below it.
    pub issuer: IssuerText,
    /// For whom its tokens must be: the vendor's client ids. One of them must be in `aud`.
    #[serde(deserialize_with = "at_least_one")]
    #[schema(min_items = 1, max_items = 20)]
    pub audiences: Vec<AudienceText>,
    /// The claim whose value is a contact's address. Default: `email`, of which only what `email_verified` confirms is believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_claim: Option<ClaimNameText>,
}

/// New values for some members of a registration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateOpenIdProvider {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// What its tokens name in `iss`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub issuer: Option<IssuerText>,
    /// For whom its tokens must be.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false, min_items = 1, max_items = 20)]
    pub audiences: Option<Vec<AudienceText>>,
    /// The claim whose value is a contact's address.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub subject_claim: Option<ClaimNameText>,
}

/// A registration of a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenIdProvider {
    /// Its id.
    pub id: OpenIdProviderIdText,
    /// What people read.
    pub name: NameText,
    /// What its tokens name in `iss`.
    pub issuer: IssuerText,
    /// For whom its tokens must be.
    pub audiences: Vec<AudienceText>,
    /// The claim whose value is a contact's address.
    pub subject_claim: ClaimNameText,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// A contact's new password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetContactPassword {
    /// The password: 12 to 256 characters. No call ever returns it.
    pub password: Secret,
}
