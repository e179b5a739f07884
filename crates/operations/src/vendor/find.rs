//! `vendor.read`.

use chancery_domain::{Action, Vendor};
use chancery_store::vendor;

use crate::{Context, Error, System};

/// The caller's vendor.
///
/// # Errors
/// The database's.
pub async fn find(system: &System, context: &Context) -> Result<Vendor, Error> {
    let permit = context.permit(Action::ReadVendor)?;
    system.store().read(move |tx| vendor::find(tx, permit.vendor())?.ok_or(Error::NotFound)).await
}
