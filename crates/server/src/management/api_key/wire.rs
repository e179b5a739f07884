//! API keys between the wire and the domain.

use chancery_api_types::management::{ApiKey, CreateApiKey};
use chancery_operations::api_key::{Created, NewApiKey};

pub(super) fn new_api_key(body: CreateApiKey) -> NewApiKey {
    NewApiKey {
        name: body.name.0,
        scopes: body.scopes.into_iter().map(|scope| scope.0).collect(),
        expires: body.expires.map(|instant| instant.0),
    }
}

pub(super) fn api_key(key: chancery_domain::ApiKey) -> ApiKey {
    ApiKey {
        id: key.id.into(),
        key: None,
        name: key.name.into(),
        scopes: key.scopes.into_iter().map(Into::into).collect(),
        expires: key.expires.map(Into::into),
        last_used: key.last_used.map(Into::into),
        created: key.created.into(),
    }
}

pub(super) fn created(made: Created) -> ApiKey {
    ApiKey { key: Some(made.secret.into()), ..api_key(made.key) }
}
