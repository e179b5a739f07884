//! `plan.create`.

use chancery_domain::{Action, Interval, LicenseStart, LicenseType, Metadata, Name, Plan, PlanType, Selector};
use chancery_store::{Aggregate, plan};

use super::check_duration;
use crate::{Context, Error, System};

/// A plan to be made.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// What people read, unique within the vendor.
    pub name: Name,
    /// Whether its licenses end.
    pub license_type: LicenseType,
    /// What starts them.
    pub license_start: LicenseStart,
    /// Why they are granted.
    pub plan_type: PlanType,
    /// How long a subscription lasts; nothing for a perpetual license.
    pub duration: Option<Interval>,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Makes a plan.
///
/// # Errors
/// `AlreadyExists` for a name that is taken; `Invalid` for a duration that does not go with the license type; the database's.
pub async fn create(system: &System, context: &Context, input: NewPlan) -> Result<Plan, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreatePlan, aggregate, move |change| {
            let vendor = change.permit.vendor();
            let duration = check_duration(input.license_type, input.duration).map_err(|error| vec![error])?;
            if plan::find(change.tx, vendor, &Selector::Name(input.name.to_string()))?.is_some() {
                return Err(Error::AlreadyExists { field: "name" });
            }
            let plan = Plan {
                id: change.id(),
                vendor,
                name: input.name.clone(),
                license_start: input.license_start,
                plan_type: input.plan_type,
                duration,
                metadata: input.metadata.clone(),
                created: change.now,
                updated: change.now,
            };
            plan::insert(change.tx, change.permit, &plan)?;
            change.record(plan.id, None, Some(&plan))?;
            Ok(plan)
        })
        .await
}
