//! `entitlement.read`, of many.

use chancery_domain::{Action, EntitlementStatus};
use chancery_store::entitlement::{self, EntitlementFilter};
use chancery_store::{List, PageRequest};

use super::EntitlementView;
use crate::{Context, Error, System};

/// A page of the caller's vendor's entitlements; only of those of a status, if one is named. A status is a verdict on each, so that
/// page may be shorter although more come.
///
/// # Errors
/// The database's.
pub async fn list(
    system: &System,
    context: &Context,
    filter: EntitlementFilter,
    status: Option<EntitlementStatus>,
    page: PageRequest,
) -> Result<List<EntitlementView>, Error> {
    let permit = context.permit(Action::ReadEntitlement)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let List { items, next } = match status {
                None => entitlement::list(tx, &permit, &filter, &page)?,
                Some(status) => page.sift(
                    |page| entitlement::list(tx, &permit, &filter, page),
                    |entitlement| entitlement.status(now) == status,
                    |entitlement| entitlement.id.to_string(),
                )?,
            };
            let items = items.into_iter().map(|e| EntitlementView::of(tx, e, now)).collect::<Result<_, _>>()?;
            Ok::<_, Error>(List { items, next })
        })
        .await
}
