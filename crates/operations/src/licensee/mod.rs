//! Licensees: one customer's standing with one product (licensee.md).

mod automatic;
mod ensure;
mod find;
mod list;
mod prune;
mod reset_secret;
mod secret;
mod set_secret;
mod update;

pub(crate) use automatic::create_automatic;
pub use automatic::{NewLicensee, PER_DAY};
pub(crate) use ensure::ensure;
pub use find::find;
pub(crate) use find::get;
pub use list::{LicenseeFilter, list};
pub use prune::prune;
pub use reset_secret::reset_secret;
pub(crate) use secret::{Guard, decide, seal};
pub use set_secret::set_secret;
pub use update::{LicenseeEdit, update};

use chancery_domain::{Licensee, LicenseeId, Selector};
use chancery_store::licensee;

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

impl Remembered for Licensee {
    fn facts(&self) -> String {
        self.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        get(change.tx, change.permit, &Selector::Id(fact(facts)?))
    }
}

/// The licensee that a change is about, locked: a first secret that a product brings meanwhile waits, or is seen (SEC-2).
fn locked(change: &mut Change<'_, '_>, which: &Selector<LicenseeId>) -> Result<Licensee, Error> {
    let id = get(change.tx, change.permit, which)?.id;
    licensee::lock(change.tx, change.permit, id)?;
    get(change.tx, change.permit, &id.into())
}

/// Writes a changed licensee, with its journal row.
pub(crate) fn changed(change: &mut Change<'_, '_>, before: &Licensee, mut after: Licensee) -> Result<Licensee, Error> {
    after.updated = change.now;
    licensee::update(change.tx, change.permit, &after)?;
    change.record(after.id, Some(before), Some(&after))?;
    Ok(after)
}
