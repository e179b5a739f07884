//! `activation.state`: what the holder of an activation may read (FEAT-5).

use chancery_domain::{Action, Entitlement, Offering, Order, Plan, Product, Selector};
use chancery_store::{offering, order, plan, product};

use super::{ActivationView, ChainCall};
use crate::{Context, Error, System, Unauthenticated};

/// The holder's activation.
///
/// # Errors
/// `Unauthenticated` for one that is not known any more; `Refused` if it has no seat any more, or another machine uses it; the database's.
pub async fn state(system: &System, context: &Context, call: ChainCall) -> Result<ActivationView, Error> {
    let permit = context.permit(Action::ReadState)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            // It was purged, or the database was restored from before it: the way back is to activate (SAFE-3).
            let gone = |error| match error {
                Error::NotFound => Error::Unauthenticated(Unauthenticated::AccessToken),
                other => other,
            };
            let view = ActivationView::load(tx, &permit, call.activation, now).map_err(gone)?;
            view.activation.check_held(call.chain)?;
            Ok(view)
        })
        .await
}

/// What the holder is told of its entitlement: what was sold, by whom to whom.
#[derive(Clone, Debug)]
pub struct EntitlementInfo {
    /// The entitlement.
    pub entitlement: Entitlement,
    /// Its order.
    pub order: Order,
    /// Its product.
    pub product: Product,
    /// Its offering, as the catalog has it now.
    pub offering: Offering,
    /// Its plan, as the catalog has it now.
    pub plan: Plan,
}

/// The entitlement of the holder's activation.
///
/// # Errors
/// As [`state`].
pub async fn entitlement(system: &System, context: &Context, call: ChainCall) -> Result<EntitlementInfo, Error> {
    let entitlement = state(system, context, call).await?.entitlement;
    system
        .store()
        .read(move |tx| {
            let vendor = entitlement.vendor;
            let offering = offering::find(tx, vendor, &Selector::Id(entitlement.offering))?.ok_or(Error::NotFound)?;
            Ok(EntitlementInfo {
                order: order::find(tx, vendor, &Selector::Id(entitlement.order))?.ok_or(Error::NotFound)?,
                product: product::find(tx, vendor, &Selector::Id(entitlement.product))?.ok_or(Error::NotFound)?,
                plan: plan::find(tx, vendor, &Selector::Id(offering.plan))?.ok_or(Error::NotFound)?,
                offering,
                entitlement: entitlement.clone(),
            })
        })
        .await
}
