//! `offering.create`.

use chancery_domain::{
    Action, Concurrency, EditionId, Interval, Metadata, Name, Offering, Overdraft, PlanId, PolicyChoice, ProductId,
    Quantity, Selector, Sku,
};
use chancery_store::{Aggregate, offering};

use super::{OfferingView, parts};
use crate::{Context, Error, System};

/// An offering to be made.
#[derive(Clone, Debug)]
pub struct NewOffering {
    /// Its SKU, unique within the vendor (CAT-2).
    pub sku: Sku,
    /// What people read.
    pub name: Name,
    /// The product; needed only where the edition's key says too little.
    pub product: Option<Selector<ProductId>>,
    /// The edition that it sells.
    pub edition: Selector<EditionId>,
    /// The plan by which it sells it.
    pub plan: Selector<PlanId>,
    /// How many seats it sells, unless an order says otherwise.
    pub seats: Quantity,
    /// How many more may be taken.
    pub overdraft: Overdraft,
    /// How a seat is held.
    pub concurrency: Concurrency,
    /// Whether automatic licensees get it.
    pub automatic: bool,
    /// How long maintenance lasts from the order on; nothing: it does not end.
    pub maintenance: Option<Interval>,
    /// Where it differs from its product's policy.
    pub policy: PolicyChoice,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Makes an offering.
///
/// # Errors
/// `Invalid` for an edition or a plan that does not exist; `AlreadyExists` for a SKU that is taken; the database's.
pub async fn create(system: &System, context: &Context, input: NewOffering) -> Result<OfferingView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateOffering, aggregate, move |change| {
            let (permit, vendor) = (change.permit, change.permit.vendor());
            let edition = parts::edition(change.tx, permit, input.product.as_ref(), &input.edition)?;
            let plan = parts::plan(change.tx, permit, &input.plan)?;
            let (edition, plan) = parts::both(edition, plan)?;
            if offering::find(change.tx, vendor, &Selector::Name(input.sku.to_string()))?.is_some() {
                return Err(Error::AlreadyExists { field: "sku" });
            }
            let offering = Offering {
                id: change.id(),
                vendor,
                sku: input.sku.clone(),
                name: input.name.clone(),
                edition: edition.id,
                plan,
                seats: input.seats,
                overdraft: input.overdraft,
                concurrency: input.concurrency,
                automatic: input.automatic,
                maintenance: input.maintenance,
                policy: input.policy.clone(),
                metadata: input.metadata.clone(),
                created: change.now,
                updated: change.now,
            };
            offering::insert(change.tx, permit, &offering)?;
            change.record(offering.id, None, Some(&offering))?;
            Ok(OfferingView { offering, product: edition.product })
        })
        .await
}
