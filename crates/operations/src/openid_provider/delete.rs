//! `openid-provider.delete`.

use chancery_domain::{Action, OpenIdProviderId};
use chancery_store::{Aggregate, openid_provider};

use super::get;
use crate::{Context, Error, System};

/// Removes a registration: nobody claims by this provider's tokens any more. What was activated stays activated.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn delete(system: &System, context: &Context, id: OpenIdProviderId) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteOpenIdProvider, aggregate, move |change| {
            let provider = get(change.tx, change.permit, id)?;
            change.expect_version(&provider)?;
            openid_provider::delete(change.tx, change.permit, id)?;
            change.record(id, Some(&provider), None)
        })
        .await
}
