//! `edition.read`, of all.

use chancery_domain::{Action, ProductId, Selector};
use chancery_store::{List, PageRequest, edition};

use super::EditionView;
use crate::{Context, Error, System, product};

/// A page of a product's editions.
///
/// # Errors
/// `NotFound` for the product; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    product: Selector<ProductId>,
    page: PageRequest,
) -> Result<List<EditionView>, Error> {
    let permit = context.permit(Action::ReadEdition)?;
    system
        .store()
        .read(move |tx| {
            let product = product::get(tx, &permit, &product)?;
            let List { items, next } = edition::list(tx, &permit, product.id, &page)?;
            let items = items.into_iter().map(|edition| EditionView::of(tx, edition));
            Ok(List { items: items.collect::<Result<_, Error>>()?, next })
        })
        .await
}
