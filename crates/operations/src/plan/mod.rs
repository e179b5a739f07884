//! Plans: license type, start, duration, plan type.

mod create;
mod delete;
mod find;
mod list;
mod update;

pub use create::{NewPlan, create};
pub use delete::delete;
pub use find::find;
pub(crate) use find::get;
pub use list::list;
pub use update::{PlanEdit, update};

use chancery_domain::{FieldError, Interval, Invalid, LicenseType, Plan, Selector};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

impl Remembered for Plan {
    fn facts(&self) -> String {
        self.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        get(change.tx, change.permit, &Selector::Id(fact(facts)?))
    }
}

/// Checks that a duration goes with a license type.
fn check_duration(license_type: LicenseType, duration: Option<Interval>) -> Result<Option<Interval>, FieldError> {
    Plan::check_duration(license_type, duration).map_err(|invalid| {
        let right = match invalid {
            Invalid::Required => "a subscription lasts for some time: give its duration",
            _ => "a perpetual license has no duration: give null, or leave it out of a new plan",
        };
        FieldError::new("duration", invalid, right)
    })
}
