//! Offerings: known by their SKUs; they refer to an edition and a plan by name.

use std::collections::HashMap;

use chancery_domain::{
    Change as FieldChange, Concurrency, EditionId, Invalid, Key, Metadata, Name, Offering, OfferingId, Overdraft,
    PlanId, PolicyChoice, Sku, changes,
};
use chancery_store::offering;

use super::super::{ImportKind, Item, Member, OfferingContent, OfferingMembers, PolicyMembers};
use super::{About, Draft, Write};

/// The parts of an offering, by id and by name.
struct Parts {
    edition: (EditionId, Key),
    plan: (PlanId, Name),
}

impl Draft<'_> {
    pub(super) fn offerings(&mut self, items: &[Item<Sku, OfferingMembers>]) {
        let ids = self.ids::<OfferingId>(items.len());
        let standing = self.present.offerings.iter().map(|content| (&content.offering.sku, content));
        let standing: HashMap<&Sku, &OfferingContent> = standing.collect();
        let mut seen = HashMap::new();
        for (item, id) in items.iter().zip(ids) {
            let Some(sku) = &item.name else {
                self.complete = false;
                let sku = Sku::new(&item.path).ok();
                sku.into_iter().for_each(|sku| self.offering(&sku, item, None, id));
                continue;
            };
            if let Some(first) = seen.insert(sku.clone(), item.path.clone()) {
                self.twice(&item.path, "sku", &first);
                continue;
            }
            self.offering(sku, item, standing.get(sku).copied(), id);
        }
    }

    fn offering(
        &mut self,
        sku: &Sku,
        item: &Item<Sku, OfferingMembers>,
        content: Option<&OfferingContent>,
        id: OfferingId,
    ) {
        let (path, members) = (&item.path, &item.members);
        let before = content.map(|content| &content.offering);
        let parts = self.parts(path, members, content);
        let name = self.need(&members.name, before.map(|one| one.name.clone()), path, "name");
        let seats = self.need(&members.seats, before.map(|one| one.seats), path, "seats");
        let (Some(parts), Some(name), Some(seats)) = (parts, name, seats) else { return };
        let after = Offering {
            id: before.map_or(id, |one| one.id),
            vendor: self.vendor,
            sku: sku.clone(),
            name,
            edition: parts.edition.0,
            plan: parts.plan.0,
            seats,
            overdraft: members.overdraft.or(before.map_or(Overdraft::None, |one| one.overdraft)),
            concurrency: members.concurrency.or(before.map_or(Concurrency::Concurrent, |one| one.concurrency)),
            automatic: members.automatic.or(before.is_some_and(|one| one.automatic)),
            maintenance: members.maintenance.or(before.and_then(|one| one.maintenance)),
            policy: policy(&members.policy, before.map(|one| one.policy.clone()).unwrap_or_default()),
            metadata: members.metadata.or(before.map_or_else(Metadata::default, |one| one.metadata.clone())),
            created: before.map_or(self.now, |one| one.created),
            updated: self.now,
        };
        let (kind, subject) = (ImportKind::Offering, after.id.to_string());
        let about = About { kind, key: sku.to_string(), path, subject };
        let (is_new, audit) = (before.is_none(), changes(before, Some(&after)));
        let told = told(&audit, content, &parts);
        let write: Write =
            Box::new(
                move |tx, permit| {
                    if is_new { offering::insert(tx, permit, &after) } else { offering::update(tx, permit, &after) }
                },
            );
        let writes = if audit.is_empty() { Vec::new() } else { vec![write] };
        self.steps.push(about.step(is_new, told, audit, writes));
    }

    fn parts(&mut self, path: &str, members: &OfferingMembers, content: Option<&OfferingContent>) -> Option<Parts> {
        let product = self.need(&members.product, content.map(|one| one.product.clone()), path, "product");
        let edition = self.need(&members.edition, content.map(|one| one.edition.clone()), path, "edition");
        let plan = self.need(&members.plan, content.map(|one| one.plan.clone()), path, "plan");
        let plan = plan.and_then(|plan| Some((self.plan_id(path, &plan)?, plan)));
        let product = product.filter(|product| self.stays(path, product, content));
        let (product, edition) = (product?, edition?);
        let edition = (self.edition_id(path, &product, &edition, &members.product)?, edition);
        Some(Parts { edition, plan: plan? })
    }

    fn stays(&mut self, path: &str, product: &Key, content: Option<&OfferingContent>) -> bool {
        let moved = content.filter(|content| content.product != *product);
        if let Some(content) = moved {
            let right = format!("this offering sells {}, and stays with its product: give a new SKU", content.product);
            self.fault(format!("{path}.product"), Invalid::NotAllowed, right);
        }
        moved.is_none()
    }

    fn edition_id(&mut self, path: &str, product: &Key, edition: &Key, given: &Member<Key>) -> Option<EditionId> {
        let Some(here) = self.products.get(product) else {
            if !self.unnamed_product && given.given().is_some() {
                let right = format!("there is no product {product}, neither in the file nor in the catalog");
                self.fault(format!("{path}.product"), Invalid::Unknown, right);
            }
            self.complete = false;
            return None;
        };
        let found = here.editions.get(edition).copied();
        if found.is_none() {
            self.complete = false;
            if !here.unnamed_edition {
                let right = format!("the product {product} has no edition {edition}");
                self.fault(format!("{path}.edition"), Invalid::Unknown, right);
            }
        }
        found
    }

    fn plan_id(&mut self, path: &str, plan: &Name) -> Option<PlanId> {
        let found = self.plans.get(plan).copied();
        if found.is_none() {
            self.complete = false;
            if !self.unnamed_plan {
                let right = format!("there is no plan {plan}, neither in the file nor in the catalog");
                self.fault(format!("{path}.plan"), Invalid::Unknown, right);
            }
        }
        found
    }
}

fn policy(members: &PolicyMembers, standing: PolicyChoice) -> PolicyChoice {
    PolicyChoice {
        lease_period: members.lease_period.or(standing.lease_period),
        offline_lease_period: members.offline_lease_period.or(standing.offline_lease_period),
        grace_period: members.grace_period.or(standing.grace_period),
        outage_tolerance: members.outage_tolerance.or(standing.outage_tolerance),
        enforcement: members.enforcement.or(standing.enforcement),
    }
}

/// What differs, with names in the place of ids: of what is new the ids are not yet anyone's.
fn told(audit: &[FieldChange], content: Option<&OfferingContent>, parts: &Parts) -> Vec<FieldChange> {
    let named = |change: &FieldChange| match change.field.as_str() {
        "editionId" => FieldChange {
            field: "edition".to_owned(),
            from: content.map(|content| content.edition.to_string()),
            to: Some(parts.edition.1.to_string()),
            personal: false,
        },
        "planId" => FieldChange {
            field: "plan".to_owned(),
            from: content.map(|content| content.plan.to_string()),
            to: Some(parts.plan.1.to_string()),
            personal: false,
        },
        _ => change.clone(),
    };
    audit.iter().map(named).collect()
}
