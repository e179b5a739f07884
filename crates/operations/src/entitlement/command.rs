//! What the commands on an entitlement share: lock its order, change it by a rule, write what changed.

use chancery_domain::{Action, Entitlement, EntitlementId, OrderId, VendorId, check_not_deleted};
use chancery_store::{Aggregate, ReadTx, entitlement};

use super::EntitlementView;
use crate::{Change, Context, Error, Remembered, System};

/// Changes an entitlement by a rule; one that is deleted is refused (ENT-10). Its order is locked: that is what claims on its seats lock too.
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
    locked(system, context, action, id, by_rule(id, rule)).await
}

/// The same for a rule that reads the catalog, which is locked too: what is taken from it is what it says at one instant.
pub(super) async fn command_by_catalog<F>(
    system: &System,
    context: &Context,
    action: Action,
    id: EntitlementId,
    rule: F,
) -> Result<EntitlementView, Error>
where
    F: Fn(&mut Change<'_, '_>, &mut Entitlement) -> Result<(), Error> + Send + 'static,
{
    locked_with_catalog(system, context, action, id, by_rule(id, rule)).await
}

/// Makes a change with the order of an entitlement locked, and its vendor: the catalog and the customers are what they are at one
/// instant.
pub(super) async fn locked_with_catalog<T, F>(
    system: &System,
    context: &Context,
    action: Action,
    id: EntitlementId,
    act: F,
) -> Result<T, Error>
where
    T: Remembered + Send + 'static,
    F: Fn(&mut Change<'_, '_>) -> Result<T, Error> + Send + 'static,
{
    let vendor = context.permit(action)?.vendor();
    let order = order_of(system, vendor, id).await?;
    let aggregates: Vec<Aggregate> =
        order.map(Aggregate::Order).into_iter().chain([Aggregate::Vendor(vendor)]).collect();
    system.change(context, action, aggregates, act).await
}

fn by_rule<F>(
    id: EntitlementId,
    rule: F,
) -> impl Fn(&mut Change<'_, '_>) -> Result<EntitlementView, Error> + Send + 'static
where
    F: Fn(&mut Change<'_, '_>, &mut Entitlement) -> Result<(), Error> + Send + 'static,
{
    move |change| {
        let before = load(change, id)?;
        check_not_deleted(before.deleted())?;
        let mut after = before.clone();
        rule(change, &mut after)?;
        let after = write(change, &before, after)?;
        EntitlementView::of(change.tx, after, change.now)
    }
}

/// Makes a change with the order of an entitlement locked. One that is unknown locks its vendor: a call that is repeated under its
/// idempotency key is still told what was done (SAFE-1).
pub(super) async fn locked<T, F>(
    system: &System,
    context: &Context,
    action: Action,
    id: EntitlementId,
    act: F,
) -> Result<T, Error>
where
    T: Remembered + Send + 'static,
    F: Fn(&mut Change<'_, '_>) -> Result<T, Error> + Send + 'static,
{
    let vendor = context.permit(action)?.vendor();
    let order = order_of(system, vendor, id).await?;
    let aggregate = order.map_or(Aggregate::Vendor(vendor), Aggregate::Order);
    system.change(context, action, aggregate, act).await
}

/// The order of an entitlement: it stays with it, so this can be read before the order is locked.
pub(super) async fn order_of(system: &System, vendor: VendorId, id: EntitlementId) -> Result<Option<OrderId>, Error> {
    let find = move |tx: &mut ReadTx<'_>| Ok::<_, Error>(entitlement::find(tx, vendor, id)?);
    Ok(system.store().read(find).await?.map(|entitlement| entitlement.order))
}

/// Reads what is to be changed, and checks that it is of the version that the caller expects (API-4).
pub(super) fn load(change: &mut Change<'_, '_>, id: EntitlementId) -> Result<Entitlement, Error> {
    let before = find(change, id)?;
    change.expect_version(&before)?;
    Ok(before)
}

/// Reads it as it is now.
pub(crate) fn find(change: &mut Change<'_, '_>, id: EntitlementId) -> Result<Entitlement, Error> {
    let mut found = entitlement::find(change.tx, change.permit.vendor(), id)?.ok_or(Error::NotFound)?;
    found.as_of(change.now);
    Ok(found)
}

/// Writes what it became, with its row in the journal.
pub(crate) fn write(
    change: &mut Change<'_, '_>,
    before: &Entitlement,
    after: Entitlement,
) -> Result<Entitlement, Error> {
    let after = Entitlement { updated: change.now, ..after };
    entitlement::update(change.tx, change.permit, &after)?;
    change.record(after.id, Some(before), Some(&after))?;
    Ok(after)
}
