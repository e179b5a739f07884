//! `entitlement.read`, of many.

use chancery_domain::Action;
use chancery_store::entitlement::{self, EntitlementFilter};
use chancery_store::{List, PageRequest};

use super::EntitlementView;
use crate::{Context, Error, System};

/// A page of the caller's vendor's entitlements.
///
/// # Errors
/// The database's.
pub async fn list(
    system: &System,
    context: &Context,
    filter: EntitlementFilter,
    page: PageRequest,
) -> Result<List<EntitlementView>, Error> {
    let permit = context.permit(Action::ReadEntitlement)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let List { items, next } = entitlement::list(tx, &permit, &filter, &page)?;
            let items = items.into_iter().map(|e| EntitlementView::of(tx, e, now)).collect::<Result<_, _>>()?;
            Ok::<_, Error>(List { items, next })
        })
        .await
}
