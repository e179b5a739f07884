//! What a local server hosts, as rows: of each entitlement the session, and the last token that was imported (EXP-3, EXP-4).

use chancery_domain::{EntitlementId, ExportSessionId, OrderId, Permit, Timestamp};

use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

/// An entitlement that was imported, by its latest token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedRow {
    /// The entitlement.
    pub entitlement: EntitlementId,
    /// Its order: what is locked to change it.
    pub order: OrderId,
    /// The session.
    pub session: ExportSessionId,
    /// The session's number among those of the entitlement.
    pub number: u64,
    /// The token's number in the session.
    pub seq: u64,
    /// The hash of the signed token: the next one names it.
    pub hash: [u8; 32],
    /// When the vendor made the token.
    pub issued: Timestamp,
    /// The vendor's word for this server's key.
    pub delegation: String,
    /// When it was first imported in this session.
    pub since: Timestamp,
    /// When the token was imported.
    pub imported: Timestamp,
    /// What may run of it although nothing is recorded of that.
    pub forgotten: Option<Forgotten>,
}

/// Leases that a database has forgotten, because it was set back (EXP-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// When it was noticed last: all of them were given before.
    pub noticed: Timestamp,
    /// How many seats there were at the most.
    pub seats: u64,
}

macro_rules! select {
    () => {
        "SELECT entitlement_id, order_id, session_id, session_number, seq, hash, issued, delegation, since, imported,
                forgotten, forgotten_seats
         FROM hosted_entitlements"
    };
}

fn read(c: &mut Columns<'_>) -> Result<HostedRow, StoreError> {
    Ok(HostedRow {
        entitlement: c.take()?,
        order: c.take()?,
        session: c.take()?,
        number: c.take()?,
        seq: c.take()?,
        hash: c.take()?,
        issued: c.take()?,
        delegation: c.take()?,
        since: c.take()?,
        imported: c.take()?,
        forgotten: match (c.take()?, c.take()?) {
            (Some(noticed), seats) => Some(Forgotten { noticed, seats }),
            (None, _) => None,
        },
    })
}

/// All that is hosted.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut ReadTx<'_>) -> Result<Vec<HostedRow>, StoreError> {
    tx.query(concat!(select!(), " ORDER BY entitlement_id"), params![], read)
}

/// A page of what is hosted.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut ReadTx<'_>, page: &PageRequest) -> Result<List<HostedRow>, StoreError> {
    let sql = page.pick((
        concat!(select!(), " WHERE entitlement_id > $1 ORDER BY entitlement_id ASC LIMIT 101"),
        concat!(select!(), " WHERE entitlement_id < $1 ORDER BY entitlement_id DESC LIMIT 101"),
    ));
    let items = tx.query(sql, params![page.from()], read)?;
    Ok(page.cut(items, |row| row.entitlement.to_string()))
}

/// One that is hosted.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, id: EntitlementId) -> Result<Option<HostedRow>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE entitlement_id = $1"), params![id], read)
}

/// Writes what was imported last. What may have been forgotten stays so.
///
/// # Errors
/// The database's.
pub fn put(tx: &mut WriteTx<'_>, _permit: &Permit, row: &HostedRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO hosted_entitlements (entitlement_id, order_id, session_id, session_number, seq, hash, issued, delegation,
                                          since, imported, forgotten, forgotten_seats)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (entitlement_id) DO UPDATE SET order_id = excluded.order_id, session_id = excluded.session_id,
             session_number = excluded.session_number, seq = excluded.seq, hash = excluded.hash, issued = excluded.issued,
             delegation = excluded.delegation, since = excluded.since, imported = excluded.imported,
             forgotten = COALESCE(hosted_entitlements.forgotten, excluded.forgotten),
             forgotten_seats = CASE WHEN hosted_entitlements.forgotten_seats < excluded.forgotten_seats
                                    THEN excluded.forgotten_seats ELSE hosted_entitlements.forgotten_seats END",
        params![
            row.entitlement,
            row.order,
            row.session,
            int(row.number),
            int(row.seq),
            &row.hash,
            row.issued,
            &row.delegation,
            row.since,
            row.imported,
            row.forgotten.map(|forgotten| forgotten.noticed),
            int(row.forgotten.map_or(0, |forgotten| forgotten.seats)),
        ],
    )?;
    Ok(())
}

/// Notes that leases of all that is hosted may have been forgotten: of as many seats as there are, or were at such a time before.
///
/// # Errors
/// The database's.
pub fn note_forgotten(tx: &mut WriteTx<'_>, _permit: &Permit, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE hosted_entitlements
         SET forgotten = $1,
             forgotten_seats = (SELECT CASE WHEN e.seats < forgotten_seats THEN forgotten_seats ELSE e.seats END
                                FROM entitlements e WHERE e.id = entitlement_id)",
        params![now],
    )?;
    Ok(())
}

/// Forgets it.
///
/// # Errors
/// The database's.
pub fn delete(tx: &mut WriteTx<'_>, _permit: &Permit, id: EntitlementId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM hosted_entitlements WHERE entitlement_id = $1", params![id])?;
    Ok(())
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
