//! `vendor.update`.

use chancery_domain::{Action, Interval, Vendor};
use chancery_store::{Aggregate, vendor};

use crate::{Change, Context, Error, Remembered, System};

/// New values for some members of a vendor. An absent one stays. Its name stands in trust bundles that products carry: it stays too.
#[derive(Clone, Debug, Default)]
pub struct VendorEdit {
    /// The oldest request for an offline activation that it answers (OFF-4).
    pub offline_request_age: Option<Interval>,
    /// Whether contacts export what the orders that name them granted, and carry what comes of it.
    pub contact_exports: Option<bool>,
}

/// Changes the caller's vendor.
///
/// # Errors
/// The database's.
pub async fn update(system: &System, context: &Context, edit: VendorEdit) -> Result<Vendor, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateVendor, aggregate, move |change| {
            let before = load(change)?;
            change.expect_version(&before)?;
            let offline_request_age = edit.offline_request_age.unwrap_or(before.offline_request_age);
            let contact_exports = edit.contact_exports.unwrap_or(before.contact_exports);
            let after = Vendor { offline_request_age, contact_exports, updated: change.now, ..before.clone() };
            vendor::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}

fn load(change: &mut Change<'_, '_>) -> Result<Vendor, Error> {
    vendor::find(change.tx, change.permit.vendor())?.ok_or(Error::NotFound)
}

/// There is one.
impl Remembered for Vendor {
    fn facts(&self) -> String {
        String::new()
    }

    fn recall(change: &mut Change<'_, '_>, _: &str, _: Option<String>) -> Result<Self, Error> {
        load(change)
    }
}
