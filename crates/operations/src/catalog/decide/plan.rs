//! Plans: known by their names.

use std::collections::HashMap;

use chancery_domain::{Interval, Invalid, LicenseStart, LicenseType, Metadata, Name, Plan, PlanId, PlanType};
use chancery_store::plan;

use super::super::{ImportKind, Item, Member, PlanMembers};
use super::{About, Draft, Write};

impl Draft<'_> {
    pub(super) fn plans(&mut self, items: &[Item<Name, PlanMembers>]) {
        let ids = self.ids::<PlanId>(items.len());
        let standing: HashMap<&Name, &Plan> = self.present.plans.iter().map(|plan| (&plan.name, plan)).collect();
        let mut seen = HashMap::new();
        for (item, id) in items.iter().zip(ids) {
            let Some(name) = &item.name else {
                (self.complete, self.unnamed_plan) = (false, true);
                let name = Name::new(&item.path).ok();
                name.into_iter().for_each(|name| drop(self.wanted_plan(&name, item, None, id)));
                continue;
            };
            if let Some(first) = seen.insert(name.clone(), item.path.clone()) {
                self.twice(&item.path, "name", &first);
                continue;
            }
            let before = standing.get(name).copied();
            let id = before.map_or(id, |plan| plan.id);
            self.plans.insert(name.clone(), id);
            if let Some(after) = self.wanted_plan(name, item, before, id) {
                let (kind, subject) = (ImportKind::Plan, id.to_string());
                let about = About { kind, key: name.to_string(), path: &item.path, subject };
                let (is_new, record) = (before.is_none(), after.clone());
                let write: Write = Box::new(move |tx, permit| {
                    if is_new { plan::insert(tx, permit, &record) } else { plan::update(tx, permit, &record) }
                });
                self.steps.push(about.record(before, &after, write));
            }
        }
    }

    fn wanted_plan(
        &mut self,
        name: &Name,
        item: &Item<Name, PlanMembers>,
        before: Option<&Plan>,
        id: PlanId,
    ) -> Option<Plan> {
        let (path, members) = (&item.path, &item.members);
        let license_type = self.need(&members.license_type, before.map(Plan::license_type), path, "licenseType")?;
        let duration = self.duration(path, license_type, members, before)?;
        Some(Plan {
            id,
            vendor: self.vendor,
            name: name.clone(),
            license_start: members.license_start.or(before.map_or(LicenseStart::Activation, |one| one.license_start)),
            plan_type: members.plan_type.or(before.map_or(PlanType::Paid, |one| one.plan_type)),
            duration,
            metadata: members.metadata.or(before.map_or_else(Metadata::default, |one| one.metadata.clone())),
            created: before.map_or(self.now, |one| one.created),
            updated: self.now,
        })
    }

    #[allow(clippy::option_option, reason = "nothing for a fault; an inner nothing for a perpetual license")]
    fn duration(
        &mut self,
        path: &str,
        license_type: LicenseType,
        members: &PlanMembers,
        before: Option<&Plan>,
    ) -> Option<Option<Interval>> {
        let wanted = match &members.duration {
            Member::Given(duration) => *duration,
            Member::Faulty => return None,
            // What becomes perpetual leaves its duration behind.
            Member::Absent if license_type == LicenseType::Perpetual => None,
            Member::Absent => before.and_then(|plan| plan.duration),
        };
        let checked = Plan::check_duration(license_type, wanted);
        checked
            .map_err(|invalid| {
                let right = match invalid {
                    Invalid::Required => "give how long a subscription lasts, such as \"1 year\"",
                    _ => "a perpetual license has no duration: leave it out",
                };
                // Where the member is not there, the error is the plan's.
                self.fault(format!("{path}.duration"), invalid, right);
            })
            .ok()
    }
}
