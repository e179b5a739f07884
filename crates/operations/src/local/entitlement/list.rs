//! `local.entitlement.read`, of all.

use chancery_domain::Action;
use chancery_store::hosted_entitlement;

use super::HostedView;
use crate::{Context, Error, List, PageRequest, System};

/// A page of what is hosted here.
///
/// # Errors
/// The database's.
pub async fn list(system: &System, context: &Context, page: PageRequest) -> Result<List<HostedView>, Error> {
    let permit = context.permit(Action::ReadHosted)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let List { items, next } = hosted_entitlement::list(tx, &page)?;
            let items: Result<_, _> = items.iter().map(|row| HostedView::of(tx, &permit, row, now)).collect();
            Ok(List { items: items?, next })
        })
        .await
}
