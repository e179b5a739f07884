//! `licensee.read`, of one.

use chancery_domain::{Action, Licensee, LicenseeId, Permit, Selector};
use chancery_store::{ReadTx, licensee};

use crate::{Context, Error, System};

/// One licensee of the caller's vendor, by its id or its number.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, which: Selector<LicenseeId>) -> Result<Licensee, Error> {
    let permit = context.permit(Action::ReadLicensee)?;
    system.store().read(move |tx| get(tx, &permit, &which)).await
}

/// The licensee, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<LicenseeId>) -> Result<Licensee, Error> {
    licensee::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
