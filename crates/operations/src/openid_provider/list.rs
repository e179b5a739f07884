//! `openid-provider.read`, of all.

use chancery_domain::{Action, OpenIdProvider};
use chancery_store::{List, PageRequest, openid_provider};

use crate::{Context, Error, System};

/// A page of the caller's vendor's registrations.
///
/// # Errors
/// The database's.
pub async fn list(system: &System, context: &Context, page: PageRequest) -> Result<List<OpenIdProvider>, Error> {
    let permit = context.permit(Action::ReadOpenIdProvider)?;
    system.store().read(move |tx| Ok(openid_provider::list(tx, &permit, &page)?)).await
}
