//! `api-key.read`, of one.

use chancery_domain::{Action, ApiKey, ApiKeyId};
use chancery_store::api_key;

use crate::{Context, Error, System};

/// One API key of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, id: ApiKeyId) -> Result<ApiKey, Error> {
    let permit = context.permit(Action::ReadApiKey)?;
    system
        .store()
        .read(move |tx| api_key::find(tx, id)?.filter(|key| key.vendor == permit.vendor()).ok_or(Error::NotFound))
        .await
}
