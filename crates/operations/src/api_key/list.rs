//! `api-key.read`, of all.

use chancery_domain::{Action, ApiKey};
use chancery_store::{List, PageRequest, api_key};

use crate::{Context, Error, System};

/// A page of the caller's vendor's API keys.
///
/// # Errors
/// The database's.
pub async fn list(system: &System, context: &Context, page: PageRequest) -> Result<List<ApiKey>, Error> {
    let permit = context.permit(Action::ReadApiKey)?;
    system.store().read(move |tx| Ok(api_key::list(tx, &permit, &page)?)).await
}
