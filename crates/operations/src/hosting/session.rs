//! An export session as it is shown: what it counts with, and whether its server has what is valid here (EXP-6).

use chancery_domain::{Entitlement, ExportSession, Quantity, Timestamp};
use chancery_store::{ReadTx, export_session};

use super::{Here, payload};
use crate::Error;

/// A session, with what is computed of it.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// The session, with its latest token.
    pub session: ExportSession,
    /// How many seats count as used at its server: the most that it may be using, as far as is known here.
    pub seats_held: Quantity,
    /// Whether the server may serve something else than what is valid here, so that a new token shall be carried there. Never of a
    /// session that has ended.
    pub out_of_sync: bool,
}

impl SessionView {
    /// The session of an entitlement, whose `hosting` is that of `now`.
    pub(crate) fn of(
        tx: &mut ReadTx<'_>,
        session: ExportSession,
        entitlement: &Entitlement,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let holds = entitlement.hosting.holds().iter().filter(|hold| hold.session == session.id);
        let seats_held = holds.map(|hold| hold.seats).max().unwrap_or_default();
        let out_of_sync = session.is_open() && is_out_of_sync(tx, &session, entitlement, now)?;
        Ok(Self { session, seats_held, out_of_sync })
    }

    /// The sessions of an entitlement in which local servers hold something now: of nearly all entitlements none, and nothing is read.
    pub(crate) fn hosts(tx: &mut ReadTx<'_>, entitlement: &Entitlement, now: Timestamp) -> Result<Vec<Self>, Error> {
        let holds = entitlement.hosting.holds();
        if holds.is_empty() {
            return Ok(Vec::new());
        }
        let sessions = export_session::of_entitlement(tx, entitlement.vendor, entitlement.id)?;
        let holding = sessions.into_iter().filter(|session| holds.iter().any(|hold| hold.session == session.id));
        holding.map(|session| Self::of(tx, session, entitlement, now)).collect()
    }
}

/// Whether the next token would carry something else than the latest, or the latest was not acknowledged.
fn is_out_of_sync(
    tx: &mut ReadTx<'_>,
    session: &ExportSession,
    entitlement: &Entitlement,
    now: Timestamp,
) -> Result<bool, Error> {
    let here = Here::of(tx, entitlement, now)?;
    let Ok(share) = session.next_share(entitlement, here.used, &here.counters, now) else { return Ok(true) };
    Ok(session.is_out_of_sync(&payload(tx, entitlement, &share)?.digest()))
}
