//! `api-key.delete`.

use chancery_domain::{Action, ApiKeyId};
use chancery_store::{Aggregate, api_key};

use crate::{Context, Error, System};

/// Deletes an API key, which does not work any more from then on; the caller's own too.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn delete(system: &System, context: &Context, id: ApiKeyId) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteApiKey, aggregate, move |change| {
            let permit = change.permit;
            let key =
                api_key::find(change.tx, id)?.filter(|key| key.vendor == permit.vendor()).ok_or(Error::NotFound)?;
            change.expect_version(&key)?;
            api_key::delete(change.tx, permit, id)?;
            change.record(id, Some(&key), None)
        })
        .await
}
