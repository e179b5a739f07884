//! `signing-key.read`, of all.

use chancery_domain::Action;
use chancery_store::{List, PageRequest, signing_key};

use super::KeyView;
use super::view::root_is_here;
use crate::{Context, Error, System};

/// A page of the caller's vendor's signing keys, those too that do not sign any more.
///
/// # Errors
/// The database's.
pub async fn list(system: &System, context: &Context, page: PageRequest) -> Result<List<KeyView>, Error> {
    let permit = context.permit(Action::ReadSigningKey)?;
    let now = context.now();
    let read = move |tx: &mut chancery_store::ReadTx<'_>| {
        let here = root_is_here(tx, permit.vendor())?;
        let keys = signing_key::list(tx, &permit, &page)?;
        Ok::<_, Error>(keys.map(|key| KeyView { warning: key.warning(here, now), key }))
    };
    system.store().read(read).await
}
