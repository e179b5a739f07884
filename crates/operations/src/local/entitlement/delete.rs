//! `local.entitlement.delete`: an entitlement's data go, and a token says so to the vendor (EXP-7).

use chancery_domain::{Action, Entitlement, EntitlementId};
use chancery_store::closed_session::{self, ClosedSessionRow};
use chancery_store::hosted_entitlement::{self, HostedRow};
use chancery_store::{Aggregate, customer, entitlement, licensee, order, purge};
use chancery_token::{Entropy, ExportReturnClaims, ReportedSession};

use super::measure;
use super::upsert::Codes;
use crate::leaving::Fate;
use crate::local::here::{Here, changed, row};
use crate::local::license::Made;
use crate::{Change, Context, Error, System};

/// What is left of an entitlement that was deleted here.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// The deactivation confirmation token.
    pub token: String,
}

/// Deletes an entitlement's data, its activations with them, and makes the token by which the vendor gets its share back: signed by
/// this server, with what was used and until when leases run. Again it tells the same token, for ever.
///
/// # Errors
/// `NotFound` for what was never here; `LocalServerNotActive` on another machine; `NoSigningKey` if the trust bundle has no key to seal
/// to; the database's.
pub async fn delete(system: &System, context: &Context, id: EntitlementId) -> Result<Deleted, Error> {
    context.permit(Action::DeleteHosted)?;
    let here = Here::of(system, context).await?;
    let vendor = context.actor().vendor();
    let order = system.store().read(move |tx| Ok::<_, Error>(entitlement::find(tx, vendor, id)?)).await?;
    let order = order.map(|entitlement| entitlement.order);
    let mut aggregates = vec![Aggregate::Vendor(vendor)];
    aggregates.extend(order.map(Aggregate::Order));
    let seed = context.entropy("entitlement return").bytes::<32>();
    let done = system.change(context, Action::DeleteHosted, aggregates, move |change| {
        // What was imported since the call came, its order is not locked for: the call was before that.
        let hosted = hosted_entitlement::find(change.tx, id)?.filter(|hosted| order == Some(hosted.order));
        let Some(hosted) = hosted else { return told(change, id) };
        let entitlement = entitlement::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
        change.expect_version(&entitlement)?;
        let token = confirmation(change, &here, &entitlement, &hosted, Entropy::new(seed))?;
        change.seats_leave(&entitlement, Fate::RunsOut)?;
        erase(change, &entitlement)?;
        let HostedRow { session, number, .. } = hosted;
        let closed =
            ClosedSessionRow { session, entitlement: id, number, closed: change.now, token: Some(token.clone()) };
        closed_session::insert(change.tx, change.permit, &closed)?;
        change.record(id, Some(&entitlement), None)?;
        changed(change)?;
        Ok(Made(token))
    });
    let Made(token) = done.await?;
    system.load_keys().await?;
    Ok(Deleted { token })
}

/// The token of the session that ended last.
fn told(change: &mut Change<'_, '_>, id: EntitlementId) -> Result<Made, Error> {
    let closed = closed_session::of_entitlement(change.tx, id)?;
    closed.into_iter().find_map(|row| row.token).map(Made).ok_or(Error::NotFound)
}

fn confirmation(
    change: &mut Change<'_, '_>,
    here: &Here,
    e: &Entitlement,
    hosted: &HostedRow,
    mut entropy: Entropy,
) -> Result<String, Error> {
    let (vendor, row) = (here.vendor_key(change.now)?, row(change)?);
    let claims = ExportReturnClaims {
        // Made once and for ever, it must not be spoilt by a clock that is ahead: what is proved is past everywhere (OFF-11).
        issued: here.issued(row.proof, &mut entropy),
        audience: vendor.kid().to_owned(),
        server: row.server,
        says: ReportedSession {
            session: hosted.session,
            entitlement: e.id,
            seq: hosted.seq,
            usage: measure(change.tx, e, hosted, (change.now, row.proof))?,
        },
    };
    Ok(claims.seal(here.keys.issuing()?, &vendor, &mut entropy)?)
}

/// Takes out all that hangs on the entitlement; its order and customer too, if nothing else is theirs, with licensees. What things are
/// called stays.
fn erase(change: &mut Change<'_, '_>, e: &Entitlement) -> Result<(), Error> {
    hosted_entitlement::delete(change.tx, change.permit, e.id)?;
    while !purge::entitlement_rows(change.tx, change.permit, e.id)? {}
    purge::entitlement(change.tx, change.permit, e.id)?;
    if entitlement::of_order(change.tx, e.order, None)?.is_empty() {
        erase_order(change, e)?;
    }
    if purge::all_orders_of(change.tx, e.vendor, e.customer)?.is_empty() {
        erase_customer(change, e)?;
    }
    Ok(())
}

fn erase_order(change: &mut Change<'_, '_>, e: &Entitlement) -> Result<(), Error> {
    let before = order::find(change.tx, e.vendor, &e.order.into())?.ok_or(Error::NotFound)?;
    let codes = Codes::of(change, e.order)?;
    purge::order(change.tx, change.permit, e.order)?;
    change.record(e.order, Some(&before), None)?;
    change.record(e.order, Some(&codes), Some(&Codes::default()))
}

fn erase_customer(change: &mut Change<'_, '_>, e: &Entitlement) -> Result<(), Error> {
    let before = customer::find(change.tx, e.vendor, &e.customer.into())?.ok_or(Error::NotFound)?;
    for id in purge::licensees_of(change.tx, e.vendor, e.customer)? {
        let licensee = licensee::find(change.tx, e.vendor, &id.into())?.ok_or(Error::NotFound)?;
        change.record(id, Some(&licensee), None)?;
    }
    customer::delete(change.tx, change.permit, e.customer)?;
    change.record(e.customer, Some(&before), None)
}
