//! `activation.read`, of all that are listed.

use chancery_domain::{Action, EntitlementId};
use chancery_store::{List, PageRequest, activation, entitlement};

use super::ActivationView;
use crate::{Context, Error, System};

/// A page of the activations of the caller's vendor, of one entitlement if it is named: those with a seat, running or not.
///
/// # Errors
/// `NotFound` for an unknown entitlement; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    of: Option<EntitlementId>,
    page: PageRequest,
) -> Result<List<ActivationView>, Error> {
    let permit = context.permit(Action::ReadActivation)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            if let Some(id) = of {
                entitlement::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)?;
            }
            let List { items, next } = activation::list(tx, &permit, of, &page)?;
            let items =
                items.into_iter().map(|a| ActivationView::load(tx, &permit, a.id, now)).collect::<Result<_, _>>()?;
            Ok::<_, Error>(List { items, next })
        })
        .await
}
