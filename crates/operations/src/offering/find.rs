//! `offering.read`, of one.

use chancery_domain::{Action, Offering, OfferingId, Permit, ProductId, Selector};
use chancery_store::{ReadTx, edition, offering};

use crate::{Context, Error, System};

/// An offering with the product of its edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferingView {
    /// The offering.
    pub offering: Offering,
    /// The edition's product.
    pub product: ProductId,
}

impl OfferingView {
    pub(super) fn of(tx: &mut ReadTx<'_>, offering: Offering) -> Result<Self, Error> {
        let edition = edition::find(tx, offering.vendor, None, &offering.edition.into())?;
        let product = edition.ok_or_else(|| Error::internal("an offering without its edition"))?.product;
        Ok(Self { offering, product })
    }
}

/// One offering of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, which: Selector<OfferingId>) -> Result<OfferingView, Error> {
    let permit = context.permit(Action::ReadOffering)?;
    system
        .store()
        .read(move |tx| {
            let offering = get(tx, &permit, &which)?;
            OfferingView::of(tx, offering)
        })
        .await
}

/// The offering, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<OfferingId>) -> Result<Offering, Error> {
    offering::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
