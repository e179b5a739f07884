//! `offering.read`, of all.

use chancery_domain::{Action, EditionId, Permit, PlanId, ProductId, Selector};
use chancery_store::offering::{self, OfferingFilter};
use chancery_store::{List, PageRequest, ReadTx, product};

use super::OfferingView;
use super::parts;
use crate::{Context, Error, System};

/// Which offerings to list; what is nothing leaves all.
#[derive(Clone, Debug, Default)]
pub struct OfferingQuery {
    /// Those that sell this product.
    pub product: Option<Selector<ProductId>>,
    /// Those that sell this edition; by its key, of the product above, or of the only one that has the key.
    pub edition: Option<Selector<EditionId>>,
    /// Those that sell by this plan.
    pub plan: Option<PlanId>,
}

/// A page of the caller's vendor's offerings.
///
/// # Errors
/// `Invalid` for a product or an edition that does not exist; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    query: OfferingQuery,
    page: PageRequest,
) -> Result<List<OfferingView>, Error> {
    let permit = context.permit(Action::ReadOffering)?;
    system
        .store()
        .read(move |tx| {
            let filter = filter(tx, &permit, &query)?;
            let List { items, next } = offering::list(tx, &permit, &filter, &page)?;
            let items = items.into_iter().map(|offering| OfferingView::of(tx, offering));
            Ok(List { items: items.collect::<Result<_, Error>>()?, next })
        })
        .await
}

fn filter(tx: &mut ReadTx<'_>, permit: &Permit, query: &OfferingQuery) -> Result<OfferingFilter, Error> {
    let mut filter = OfferingFilter { plan: query.plan, ..OfferingFilter::default() };
    if let Some(product) = &query.product {
        let found = product::find(tx, permit.vendor(), product)?;
        let unknown = || vec![parts::unknown("productId", "give the id or key of a product")];
        filter.product = Some(found.ok_or_else(unknown)?.id);
    }
    if let Some(edition) = &query.edition {
        let found = parts::edition(tx, permit, query.product.as_ref(), edition)?;
        filter.edition = Some(found.map_err(|error| vec![error])?.id);
    }
    Ok(filter)
}
