//! `activation.read`, of all that are listed.

use std::collections::BTreeMap;

use chancery_domain::{Action, Entitlement, EntitlementId};
use chancery_store::{List, PageRequest, activation, entitlement};

use super::ActivationView;
use crate::{Context, Error, System};

/// A page of the activations of the caller's vendor, of one entitlement if it is named: those with a seat, running or not, and
/// those whose seat is held.
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
            let List { items, next } = activation::list(tx, &permit, of, now, &page)?;
            let mut known: BTreeMap<EntitlementId, Entitlement> = BTreeMap::new();
            let mut views = Vec::with_capacity(items.len());
            for activation in items {
                let entitlement = match known.get(&activation.entitlement) {
                    Some(entitlement) => entitlement.clone(),
                    None => {
                        let found = entitlement::find(tx, permit.vendor(), activation.entitlement)?;
                        found.ok_or(Error::NotFound)?
                    }
                };
                known.insert(entitlement.id, entitlement.clone());
                views.push(ActivationView::of(tx, activation, entitlement, now)?);
            }
            Ok::<_, Error>(List { items: views, next })
        })
        .await
}
