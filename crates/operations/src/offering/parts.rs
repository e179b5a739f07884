//! What an offering is put together from: an edition and a plan, as a caller points at them.

use chancery_domain::{Edition, EditionId, FieldError, Invalid, Permit, PlanId, ProductId, Selector};
use chancery_store::{ReadTx, catalog_key, edition, plan, product};

use crate::Error;

/// What was found, or why it was not.
pub(super) type Found<T> = Result<T, FieldError>;

/// The edition that a member `editionId` means, beside a member `productId` that may be there.
pub(super) fn edition(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    product: Option<&Selector<ProductId>>,
    which: &Selector<EditionId>,
) -> Result<Found<Edition>, Error> {
    let vendor = permit.vendor();
    let product = match product {
        None => None,
        Some(product) => match product::find(tx, vendor, product)? {
            None => return Ok(Err(unknown("productId", "give the id or key of a product"))),
            Some(product) => Some(product.id),
        },
    };
    let which = match (product, which) {
        (None, Selector::Name(key)) => match catalog_key::editions(tx, vendor, key)?[..] {
            [] => return Ok(Err(no_edition())),
            [only] => Selector::Id(only),
            _ => {
                let right = "several products have an edition of this key: say which product";
                return Ok(Err(FieldError::new("productId", Invalid::Required, right)));
            }
        },
        (_, which) => which.clone(),
    };
    Ok(edition::find(tx, vendor, product, &which)?.ok_or_else(no_edition))
}

fn no_edition() -> FieldError {
    unknown("editionId", "give the id or key of an edition of the product")
}

/// The plan that a member `planId` means.
pub(super) fn plan(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<PlanId>) -> Result<Found<PlanId>, Error> {
    let found = plan::find(tx, permit.vendor(), which)?;
    Ok(found.map(|plan| plan.id).ok_or_else(|| unknown("planId", "give the id of a plan")))
}

/// Both, or all that is wrong with them.
pub(super) fn both<A, B>(a: Found<A>, b: Found<B>) -> Result<(A, B), Error> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(Error::Invalid(a.err().into_iter().chain(b.err()).collect())),
    }
}

pub(super) fn unknown(path: &str, right: &str) -> FieldError {
    FieldError::new(path, Invalid::Unknown, right)
}
