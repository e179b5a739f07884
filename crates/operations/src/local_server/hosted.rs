//! Changes of a local server with all that it hosts: the orders of its sessions, and that of its license, are locked for them.

use chancery_domain::{Action, ExportSession, LocalServer, LocalServerId, OrderId, VendorId};
use chancery_store::{Aggregate, Outcome, ReadTx, StoreError, activation, export_session, local_servers};

use crate::{Change, Context, Error, Remembered, System};

/// How often it begins again because the server hosts something of another order meanwhile.
const TRIES: usize = 16;

/// Makes a change of a local server, with the server, the orders of its sessions and that of its license locked: nothing is exported to
/// it, and no seat of what it hosts or of its license is given or taken, meanwhile.
///
/// # Errors
/// `NotFound`; those of `act`; the database's.
pub(super) async fn with_hosted<T, F>(
    system: &System,
    context: &Context,
    action: Action,
    id: LocalServerId,
    act: F,
) -> Result<T, Error>
where
    T: Remembered + Send + 'static,
    F: Fn(&mut Change<'_, '_>, LocalServer) -> Result<T, Error> + Clone + Send + 'static,
{
    let permit = context.permit(action)?;
    let vendor = permit.vendor();
    for _ in 0..TRIES {
        let read = move |tx: &mut ReadTx<'_>| orders(tx, vendor, id);
        let locked: Vec<OrderId> = system.store().read(read).await?;
        let (permit, context, act) = (permit.clone(), context.clone(), act.clone());
        let aggregates: Vec<Aggregate> = match &locked[..] {
            [] => vec![Aggregate::Vendor(vendor)],
            orders => orders.iter().map(|order| Aggregate::Order(*order)).collect(),
        };
        let work = move |tx: &mut chancery_store::WriteTx<'_>| {
            let mut change = Change::new(tx, &permit, &context);
            local_servers::lock(change.tx, change.permit, id)?;
            if orders(change.tx, vendor, id)?.iter().any(|order| !locked.contains(order)) {
                return Ok(Outcome::Done(None));
            }
            let server = local_servers::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
            change.once(|change| act(change, server)).map(Some).map(Outcome::Done)
        };
        if let Some(done) = system.store().write(aggregates, work).await? {
            return Ok(done);
        }
    }
    let detail = "a local server hosted something of another order each time that all were locked".to_owned();
    Err(StoreError::Unavailable { detail }.into())
}

/// The orders of a server's sessions, and that of its license.
fn orders(tx: &mut ReadTx<'_>, vendor: VendorId, id: LocalServerId) -> Result<Vec<OrderId>, Error> {
    let mut orders = export_session::orders_of_server(tx, vendor, id)?;
    if let Some(server) = local_servers::find(tx, vendor, id)?
        && let Some(license) = activation::find(tx, vendor, server.activation)?
        && !orders.contains(&license.order)
    {
        orders.push(license.order);
    }
    Ok(orders)
}

/// Writes a changed local server, with its journal row.
pub(super) fn write(
    change: &mut Change<'_, '_>,
    before: &LocalServer,
    after: LocalServer,
) -> Result<LocalServer, Error> {
    let after = LocalServer { updated: change.now, ..after };
    local_servers::update(change.tx, change.permit, &after)?;
    change.record(after.id, Some(before), Some(&after))?;
    Ok(after)
}

/// Sessions of a local server that stand; and where what is held shall be free, those that have ended and may hold something.
pub(super) fn sessions(
    change: &mut Change<'_, '_>,
    server: &LocalServer,
    free: bool,
) -> Result<Vec<ExportSession>, Error> {
    let mut sessions = export_session::of_server(change.tx, server.vendor, server.id)?;
    if free {
        sessions.extend(export_session::ended_of_server(change.tx, server.vendor, server.id)?);
    }
    Ok(sessions)
}
