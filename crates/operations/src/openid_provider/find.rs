//! `openid-provider.read`, of one.

use chancery_domain::{Action, OpenIdProvider, OpenIdProviderId, Permit};
use chancery_store::{ReadTx, openid_provider};

use crate::{Context, Error, System};

/// One registration of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, id: OpenIdProviderId) -> Result<OpenIdProvider, Error> {
    let permit = context.permit(Action::ReadOpenIdProvider)?;
    system.store().read(move |tx| get(tx, &permit, id)).await
}

/// The registration, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, id: OpenIdProviderId) -> Result<OpenIdProvider, Error> {
    openid_provider::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)
}
