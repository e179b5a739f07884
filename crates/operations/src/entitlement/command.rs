//! What the commands on an entitlement share: lock its order, change it by a rule, write what changed.

use chancery_domain::{Action, Entitlement, EntitlementId};
use chancery_store::{Aggregate, entitlement};

use super::EntitlementView;
use crate::{Change, Context, Error, System};

/// Changes an entitlement by a rule. Its order is locked: that is what claims on its seats lock too.
pub(super) async fn command<F>(
    system: &System,
    context: &Context,
    action: Action,
    id: EntitlementId,
    rule: F,
) -> Result<EntitlementView, Error>
where
    F: Fn(&mut Change<'_, '_>, &mut Entitlement) -> Result<(), Error> + Send + 'static,
{
    let permit = context.permit(action)?;
    // An entitlement stays with its order, so this can be read before the order is locked.
    let order = system
        .store()
        .read(move |tx| Ok::<_, Error>(entitlement::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)?.order))
        .await?;
    system
        .change(context, action, Aggregate::Order(order), move |change| {
            let before = entitlement::find(change.tx, change.permit.vendor(), id)?.ok_or(Error::NotFound)?;
            let mut after = before.clone();
            rule(change, &mut after)?;
            after.updated = change.now;
            entitlement::update(change.tx, change.permit, &after)?;
            change.record(id, Some(&before), Some(&after))?;
            EntitlementView::of(change.tx, after, change.now)
        })
        .await
}
