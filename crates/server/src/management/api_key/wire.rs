//! API keys between the wire and the domain.

use chancery_api_types::management::{ApiKey, CreateApiKey};
use chancery_domain::{Invalid, KeyHolder};
use chancery_operations::api_key::{Created, NewApiKey};

use crate::problem::{Answer, Failure};

pub(super) fn new_api_key(body: CreateApiKey) -> Answer<NewApiKey> {
    let scopes = body.scopes.unwrap_or_default();
    let holder = match body.contact_id {
        Some(_) if !scopes.is_empty() => {
            let detail = "a contact's key has no scopes: give either `scopes` or `contactId`";
            return Err(Failure::invalid("contactId", Invalid::NotAllowed, detail));
        }
        Some(id) => KeyHolder::Contact(id.0),
        None if scopes.is_empty() => {
            let detail = "give at least one scope, or the contact whose key it shall be as `contactId`";
            return Err(Failure::invalid("scopes", Invalid::Required, detail));
        }
        None => KeyHolder::System(scopes.into_iter().map(|scope| scope.0).collect()),
    };
    Ok(NewApiKey { name: body.name.0, holder, expires: body.expires.map(|instant| instant.0) })
}

pub(super) fn api_key(key: chancery_domain::ApiKey) -> ApiKey {
    ApiKey {
        id: key.id.into(),
        key: None,
        name: key.name.into(),
        scopes: key.holder.scopes().into_iter().flatten().copied().map(Into::into).collect(),
        contact_id: key.holder.contact().map(Into::into),
        expires: key.expires.map(Into::into),
        last_used: key.last_used.map(Into::into),
        created: key.created.into(),
    }
}

pub(super) fn created(made: Created) -> ApiKey {
    ApiKey { key: Some(made.secret.into()), ..api_key(made.key) }
}
