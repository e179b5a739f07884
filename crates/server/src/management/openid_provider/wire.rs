//! Registrations of OpenID providers between the wire and the domain.

use chancery_api_types::management::{CreateOpenIdProvider, OpenIdProvider, UpdateOpenIdProvider};
use chancery_api_types::wire::AudienceText;
use chancery_domain::{Audience, ClaimName, Invalid};
use chancery_operations::openid_provider::{NewOpenIdProvider, OpenIdProviderEdit};

use crate::problem::{Answer, Failure};

/// The most audiences of a registration.
const MOST_AUDIENCES: usize = 20;

pub(super) fn new_provider(body: CreateOpenIdProvider) -> Answer<NewOpenIdProvider> {
    let subject_claim = match body.subject_claim {
        Some(claim) => claim.0,
        None => ClaimName::email(),
    };
    let audiences = audiences(body.audiences)?;
    Ok(NewOpenIdProvider { name: body.name.0, issuer: body.issuer.0, audiences, subject_claim })
}

pub(super) fn edit(body: UpdateOpenIdProvider) -> Answer<OpenIdProviderEdit> {
    Ok(OpenIdProviderEdit {
        name: body.name.map(|text| text.0),
        issuer: body.issuer.map(|text| text.0),
        audiences: body.audiences.map(audiences).transpose()?,
        subject_claim: body.subject_claim.map(|text| text.0),
    })
}

fn audiences(texts: Vec<AudienceText>) -> Answer<Vec<Audience>> {
    match texts.len() {
        0 => Err(Failure::invalid("audiences", Invalid::Required, "give at least one")),
        1..=MOST_AUDIENCES => Ok(texts.into_iter().map(|text| text.0).collect()),
        _ => Err(Failure::invalid("audiences", Invalid::OutOfRange, "give at most 20")),
    }
}

pub(super) fn provider(provider: chancery_domain::OpenIdProvider) -> OpenIdProvider {
    OpenIdProvider {
        id: provider.id.into(),
        name: provider.name.into(),
        issuer: provider.issuer.into(),
        audiences: provider.audiences.into_iter().map(Into::into).collect(),
        subject_claim: provider.subject_claim.into(),
        created: provider.created.into(),
        updated: provider.updated.into(),
    }
}
