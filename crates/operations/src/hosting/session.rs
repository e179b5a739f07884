//! An export session as it is shown: what it counts with, and whether its server has what is valid here (EXP-6).

use chancery_domain::{Entitlement, ExportSession, Quantity, Timestamp};
use chancery_store::{ReadTx, export_session};

use super::{Here, Present};
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
        Self::by(tx, session, entitlement, &mut None, now)
    }

    /// The sessions of an entitlement in which local servers hold something now: of nearly all entitlements none, and nothing is read.
    pub(crate) fn hosts(tx: &mut ReadTx<'_>, entitlement: &Entitlement, now: Timestamp) -> Result<Vec<Self>, Error> {
        let holds = entitlement.hosting.holds();
        if holds.is_empty() {
            return Ok(Vec::new());
        }
        let sessions = export_session::of_entitlement(tx, entitlement.vendor, entitlement.id)?;
        let holding = sessions.into_iter().filter(|session| holds.iter().any(|hold| hold.session == session.id));
        // What all of them are compared with is read once.
        let mut known = None;
        holding.map(|session| Self::by(tx, session, entitlement, &mut known, now)).collect()
    }

    fn by(
        tx: &mut ReadTx<'_>,
        session: ExportSession,
        entitlement: &Entitlement,
        known: &mut Option<(Here, Present)>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let holds = entitlement.hosting.holds().iter().filter(|hold| hold.session == session.id);
        let seats_held = holds.map(|hold| hold.seats).max().unwrap_or_default();
        let out_of_sync = session.is_open() && is_out_of_sync(tx, &session, entitlement, known, now)?;
        Ok(Self { session, seats_held, out_of_sync })
    }
}

/// Whether the latest token was not acknowledged, or the next one would carry something else.
fn is_out_of_sync(
    tx: &mut ReadTx<'_>,
    session: &ExportSession,
    entitlement: &Entitlement,
    known: &mut Option<(Here, Present)>,
    now: Timestamp,
) -> Result<bool, Error> {
    if !session.is_acknowledged() {
        return Ok(true);
    }
    let (here, mut present) = match known.take() {
        Some(known) => known,
        None => (Here::of(tx, entitlement, now)?, Present::load(tx, entitlement)?),
    };
    let share = session.next_share(entitlement, here.used, &here.counters, now);
    let differs = share.map_or(true, |share| session.is_out_of_sync(&present.state(entitlement, &share)));
    *known = Some((here, present));
    Ok(differs)
}
