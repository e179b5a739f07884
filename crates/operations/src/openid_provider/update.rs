//! `openid-provider.update`.

use chancery_domain::{Action, Audience, ClaimName, Issuer, Name, OpenIdProvider, OpenIdProviderId};
use chancery_store::{Aggregate, openid_provider};

use super::{check_free, get};
use crate::{Context, Error, System};

/// New values for some members of a registration. An absent one stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the registration's members")]
pub struct OpenIdProviderEdit {
    pub name: Option<Name>,
    pub issuer: Option<Issuer>,
    pub audiences: Option<Vec<Audience>>,
    pub subject_claim: Option<ClaimName>,
}

impl OpenIdProviderEdit {
    fn apply(&self, provider: &mut OpenIdProvider) {
        if let Some(name) = &self.name {
            provider.name = name.clone();
        }
        if let Some(issuer) = &self.issuer {
            provider.issuer = issuer.clone();
        }
        if let Some(audiences) = &self.audiences {
            provider.audiences.clone_from(audiences);
        }
        if let Some(claim) = &self.subject_claim {
            provider.subject_claim = claim.clone();
        }
    }
}

/// Changes a registration.
///
/// # Errors
/// `NotFound`; `AlreadyExists` for an issuer that is registered; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    id: OpenIdProviderId,
    edit: OpenIdProviderEdit,
) -> Result<OpenIdProvider, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateOpenIdProvider, aggregate, move |change| {
            let before = get(change.tx, change.permit, id)?;
            change.expect_version(&before)?;
            let mut after = before.clone();
            edit.apply(&mut after);
            if after.issuer != before.issuer {
                check_free(change.tx, before.vendor, &after.issuer)?;
            }
            after.updated = change.now;
            openid_provider::update(change.tx, change.permit, &after)?;
            change.record(id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
