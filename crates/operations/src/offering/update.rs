//! `offering.update`.

use chancery_domain::{
    Action, Concurrency, EditionId, Enforcement, FieldError, Interval, Invalid, Metadata, Name, Offering, OfferingId,
    Overdraft, Period, PlanId, PolicyChoice, ProductId, Quantity, Selector, Sku,
};
use chancery_store::{Aggregate, offering};

use super::{OfferingView, get, parts};
use crate::{Change, Context, Error, System};

/// New values for some members of an offering. An absent one stays; the inner `None` is an explicit null.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the offering's members")]
pub struct OfferingEdit {
    pub sku: Option<Sku>,
    pub name: Option<Name>,
    /// Another edition of the same product.
    pub edition: Option<Selector<EditionId>>,
    pub plan: Option<Selector<PlanId>>,
    pub seats: Option<Quantity>,
    pub overdraft: Option<Overdraft>,
    pub concurrency: Option<Concurrency>,
    pub automatic: Option<bool>,
    pub maintenance: Option<Option<Interval>>,
    pub policy: PolicyEdit,
    pub metadata: Option<Metadata>,
}

/// New choices for some members of the policy; the inner `None` leaves it to the product again.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the policy's members")]
pub struct PolicyEdit {
    pub lease_period: Option<Option<Period>>,
    pub offline_lease_period: Option<Option<Period>>,
    pub grace_period: Option<Option<Interval>>,
    pub outage_tolerance: Option<Option<Interval>>,
    pub enforcement: Option<Option<Enforcement>>,
}

impl PolicyEdit {
    fn apply(&self, choice: &mut PolicyChoice) {
        choice.lease_period = self.lease_period.unwrap_or(choice.lease_period);
        choice.offline_lease_period = self.offline_lease_period.unwrap_or(choice.offline_lease_period);
        choice.grace_period = self.grace_period.unwrap_or(choice.grace_period);
        choice.outage_tolerance = self.outage_tolerance.unwrap_or(choice.outage_tolerance);
        choice.enforcement = self.enforcement.unwrap_or(choice.enforcement);
    }
}

impl OfferingEdit {
    fn apply(&self, offering: &mut Offering) {
        offering.seats = self.seats.unwrap_or(offering.seats);
        offering.overdraft = self.overdraft.unwrap_or(offering.overdraft);
        offering.concurrency = self.concurrency.unwrap_or(offering.concurrency);
        offering.automatic = self.automatic.unwrap_or(offering.automatic);
        offering.maintenance = self.maintenance.unwrap_or(offering.maintenance);
        self.policy.apply(&mut offering.policy);
        if let Some(sku) = &self.sku {
            offering.sku = sku.clone();
        }
        if let Some(name) = &self.name {
            offering.name = name.clone();
        }
        if let Some(metadata) = &self.metadata {
            offering.metadata = metadata.clone();
        }
    }

    /// The edition and the plan that it sells from now on.
    fn parts(
        &self,
        change: &mut Change<'_, '_>,
        offering: &Offering,
        product: ProductId,
    ) -> Result<(EditionId, PlanId), Error> {
        let edition = match &self.edition {
            None => Ok(offering.edition),
            Some(wanted) => another_edition(change, wanted, product)?,
        };
        let plan = match &self.plan {
            None => Ok(offering.plan),
            Some(wanted) => parts::plan(change.tx, change.permit, wanted)?,
        };
        parts::both(edition, plan)
    }
}

fn another_edition(
    change: &mut Change<'_, '_>,
    wanted: &Selector<EditionId>,
    product: ProductId,
) -> Result<parts::Found<EditionId>, Error> {
    // A key means this product's edition; an id may mean another product's, which the caller is told.
    let within = matches!(wanted, Selector::Name(_)).then_some(Selector::Id(product));
    Ok(parts::edition(change.tx, change.permit, within.as_ref(), wanted)?.and_then(|edition| {
        let right = "an offering stays with its product: give one of its editions, or make another offering";
        let same = edition.product == product;
        if same { Ok(edition.id) } else { Err(FieldError::new("editionId", Invalid::NotAllowed, right)) }
    }))
}

/// Changes an offering. What was sold by it stays as it was sold (CAT-3).
///
/// # Errors
/// `NotFound`; `Invalid` for an edition or a plan that cannot be taken; `AlreadyExists` for a SKU that is taken; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    which: Selector<OfferingId>,
    edit: OfferingEdit,
) -> Result<OfferingView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateOffering, aggregate, move |change| {
            let before = get(change.tx, change.permit, &which)?;
            change.expect_version(&before)?;
            let OfferingView { offering: mut after, product } = OfferingView::of(change.tx, before.clone())?;
            (after.edition, after.plan) = edit.parts(change, &before, product)?;
            edit.apply(&mut after);
            if after.sku != before.sku {
                let named = Selector::Name(after.sku.to_string());
                if offering::find(change.tx, before.vendor, &named)?.is_some() {
                    return Err(Error::AlreadyExists { field: "sku" });
                }
            }
            after.updated = change.now;
            offering::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(OfferingView { offering: after, product })
        })
        .await
}
