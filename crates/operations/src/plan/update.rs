//! `plan.update`.

use chancery_domain::{Action, Interval, LicenseStart, LicenseType, Metadata, Name, Plan, PlanId, PlanType, Selector};
use chancery_store::{Aggregate, plan};

use super::{check_duration, get};
use crate::{Context, Error, System};

/// New values for some members of a plan. An absent one stays; the inner `None` is an explicit null.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the plan's members")]
pub struct PlanEdit {
    pub name: Option<Name>,
    pub license_type: Option<LicenseType>,
    pub license_start: Option<LicenseStart>,
    pub plan_type: Option<PlanType>,
    pub duration: Option<Option<Interval>>,
    pub metadata: Option<Metadata>,
}

impl PlanEdit {
    fn apply(&self, plan: &mut Plan) -> Result<(), Error> {
        let license_type = self.license_type.unwrap_or(plan.license_type());
        let duration = self.duration.unwrap_or(plan.duration);
        plan.duration = check_duration(license_type, duration).map_err(|error| vec![error])?;
        plan.license_start = self.license_start.unwrap_or(plan.license_start);
        plan.plan_type = self.plan_type.unwrap_or(plan.plan_type);
        if let Some(name) = &self.name {
            plan.name = name.clone();
        }
        if let Some(metadata) = &self.metadata {
            plan.metadata = metadata.clone();
        }
        Ok(())
    }
}

/// Changes a plan. What was sold by it stays as it was sold (CAT-3).
///
/// # Errors
/// `NotFound`; `AlreadyExists` for a name that is taken; `Invalid` for a duration that does not go with the license type; the
/// database's.
pub async fn update(
    system: &System,
    context: &Context,
    which: Selector<PlanId>,
    edit: PlanEdit,
) -> Result<Plan, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdatePlan, aggregate, move |change| {
            let before = get(change.tx, change.permit, &which)?;
            change.expect_version(&before)?;
            let mut after = before.clone();
            edit.apply(&mut after)?;
            if after.name != before.name {
                let named = Selector::Name(after.name.to_string());
                if plan::find(change.tx, before.vendor, &named)?.is_some() {
                    return Err(Error::AlreadyExists { field: "name" });
                }
            }
            after.updated = change.now;
            plan::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
