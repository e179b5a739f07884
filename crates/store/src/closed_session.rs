//! Export sessions that have ended on a local server, as rows: they are remembered after everything else is gone (EXP-7).

use chancery_domain::{EntitlementId, ExportSessionId, Permit, Timestamp};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// A session that has ended here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedSessionRow {
    /// The session.
    pub session: ExportSessionId,
    /// Of which entitlement.
    pub entitlement: EntitlementId,
    /// Its number among those of the entitlement.
    pub number: u64,
    /// When it ended.
    pub closed: Timestamp,
    /// The token that says so to the vendor; none, where a newer session took its place.
    pub token: Option<String>,
}

macro_rules! select {
    () => {
        "SELECT session_id, entitlement_id, number, closed, token FROM closed_sessions"
    };
}

fn read(c: &mut Columns<'_>) -> Result<ClosedSessionRow, StoreError> {
    Ok(ClosedSessionRow {
        session: c.take()?,
        entitlement: c.take()?,
        number: c.take()?,
        closed: c.take()?,
        token: c.take()?,
    })
}

/// The sessions of an entitlement that have ended, the latest first.
///
/// # Errors
/// The database's.
pub fn of_entitlement(tx: &mut ReadTx<'_>, id: EntitlementId) -> Result<Vec<ClosedSessionRow>, StoreError> {
    tx.query(concat!(select!(), " WHERE entitlement_id = $1 ORDER BY number DESC"), params![id], read)
}

/// Adds a session that ends.
///
/// # Errors
/// The database's; a constraint if it has ended already.
pub fn insert(tx: &mut WriteTx<'_>, _permit: &Permit, row: &ClosedSessionRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO closed_sessions (session_id, entitlement_id, number, closed, token) VALUES ($1, $2, $3, $4, $5)",
        params![
            row.session,
            row.entitlement,
            i64::try_from(row.number).unwrap_or(i64::MAX),
            row.closed,
            row.token.as_ref()
        ],
    )?;
    Ok(())
}
