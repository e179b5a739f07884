//! `openid-provider.create`.

use chancery_domain::{Action, Audience, ClaimName, Issuer, Name, OpenIdProvider};
use chancery_store::{Aggregate, openid_provider};

use super::check_free;
use crate::{Context, Error, System};

/// A provider to be registered.
#[derive(Clone, Debug)]
pub struct NewOpenIdProvider {
    /// What people read.
    pub name: Name,
    /// What its tokens name in `iss`.
    pub issuer: Issuer,
    /// For whom its tokens must be: at least one.
    pub audiences: Vec<Audience>,
    /// The claim whose value is a contact's address.
    pub subject_claim: ClaimName,
}

/// Registers a provider. From now on contacts claim by its tokens.
///
/// # Errors
/// `AlreadyExists` for an issuer that is registered; the database's.
pub async fn create(system: &System, context: &Context, input: NewOpenIdProvider) -> Result<OpenIdProvider, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateOpenIdProvider, aggregate, move |change| {
            let vendor = change.permit.vendor();
            check_free(change.tx, vendor, &input.issuer)?;
            let provider = OpenIdProvider {
                id: change.id(),
                vendor,
                name: input.name.clone(),
                issuer: input.issuer.clone(),
                audiences: input.audiences.clone(),
                subject_claim: input.subject_claim.clone(),
                created: change.now,
                updated: change.now,
            };
            openid_provider::insert(change.tx, change.permit, &provider)?;
            change.record(provider.id, None, Some(&provider))?;
            Ok(provider)
        })
        .await
}
