//! The local server that a database is of, as its one row (LLS-2); an authority's has none.
//!
//! Each kind of change writes its own columns: calls that change one do not wait for those that change another.

use chancery_domain::{ActivationId, LocalServerId, Name, Permit, Timestamp, VendorId};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// A local server.
#[derive(Clone)]
pub struct LocalServerRow {
    /// Which it is, for ever.
    pub server: LocalServerId,
    /// Whose.
    pub vendor: VendorId,
    /// What people read.
    pub name: Option<Name>,
    /// The newest trust bundle.
    pub bundle: String,
    /// A revocation list that is newer than that of the bundle.
    pub revocations: Option<String>,
    /// The newest signed instant that was seen: time never runs behind it (OFF-11).
    pub proof: Timestamp,
    /// The machine to which the data is bound, as a line of text (EXP-10).
    pub machine: String,
    /// Whether it was bound to another machine by this one.
    pub moved: bool,
    /// Which of its lives it is in: each restoration that was confirmed begins another (EXP-9).
    pub epoch: u64,
    /// Since when it is known that the database was set back, until that is confirmed (EXP-9).
    pub restored: Option<Timestamp>,
    /// The number of the last usage report.
    pub report_seq: u64,
    /// Its own license.
    pub license: LicenseRow,
    /// When it was set up.
    pub created: Timestamp,
}

/// A local server's own license (OFF-3…8).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LicenseRow {
    /// The seeds of the cycle's keys, encrypted: the one that signs, then the one that opens.
    pub cycle: Option<Vec<u8>>,
    /// The ids of requests that wait for a response, the latest last.
    pub requests: Vec<String>,
    /// The activation.
    pub activation: Option<ActivationId>,
    /// The number of the last token that was applied to it.
    pub seq: u64,
    /// Its lease.
    pub lease: Option<String>,
    /// The token by which the activation was given up.
    pub deactivation: Option<String>,
}

/// How far reports have told of the log: the last row, how many there were, and the hash over all of them (EXP-6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHeadRow {
    /// The last row's number.
    pub seq: i64,
    /// How many rows.
    pub rows: u64,
    /// The hash over all of them.
    pub hash: [u8; 32],
}

fn read(c: &mut Columns<'_>) -> Result<LocalServerRow, StoreError> {
    Ok(LocalServerRow {
        server: c.take()?,
        vendor: c.take()?,
        name: c.take()?,
        bundle: c.take()?,
        revocations: c.take()?,
        proof: c.take()?,
        machine: c.take()?,
        moved: c.take()?,
        epoch: c.take()?,
        restored: c.take()?,
        report_seq: c.take()?,
        license: LicenseRow {
            cycle: c.take()?,
            requests: c.take::<String>()?.split_whitespace().map(str::to_owned).collect(),
            activation: c.take()?,
            seq: c.take()?,
            lease: c.take()?,
            deactivation: c.take()?,
        },
        created: c.take()?,
    })
}

/// The local server that the database is of.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>) -> Result<Option<LocalServerRow>, StoreError> {
    tx.query_opt(
        "SELECT server_id, vendor_id, name, bundle, revocations, proof, machine, moved, epoch, restored, report_seq,
                cycle, requests, activation_id, license_seq, lease, deactivation, created
         FROM local_server WHERE id = 1",
        params![],
        read,
    )
}

/// Makes the database that of a local server.
///
/// # Errors
/// The database's; a constraint if it is one's already.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, row: &LocalServerRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO local_server (id, server_id, vendor_id, name, bundle, revocations, proof, machine, moved, epoch, restored,
                                   report_seq, log_seq, log_rows, log_hash, requests, license_seq, created)
         VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, '', 0, $13)",
        params![
            row.server,
            permit.vendor(),
            row.name.as_ref(),
            &row.bundle,
            row.revocations.as_ref(),
            row.proof,
            &row.machine,
            row.moved,
            int(row.epoch),
            row.restored,
            int(row.report_seq),
            &[0_u8; 32],
            row.created,
        ],
    )?;
    Ok(())
}

/// Writes what is known of the vendor's keys and of the time. The proof of time only rises.
///
/// # Errors
/// The database's.
pub fn update_trust(
    tx: &mut WriteTx<'_>,
    _permit: &Permit,
    bundle: &str,
    revocations: Option<&String>,
    proof: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE local_server SET bundle = $1, revocations = $2, proof = CASE WHEN proof < $3 THEN $3 ELSE proof END
         WHERE id = 1",
        params![bundle, revocations, proof],
    )?;
    Ok(())
}

/// Writes what is proved of the time: it only rises (OFF-11).
///
/// # Errors
/// The database's.
pub fn prove(tx: &mut WriteTx<'_>, _permit: &Permit, proof: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE local_server SET proof = $1 WHERE id = 1 AND proof < $1", params![proof])?;
    Ok(())
}

/// Writes its own license, and what it is called.
///
/// # Errors
/// The database's.
pub fn update_license(
    tx: &mut WriteTx<'_>,
    _permit: &Permit,
    name: Option<&Name>,
    license: &LicenseRow,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE local_server SET name = $1, cycle = $2, requests = $3, activation_id = $4, license_seq = $5, lease = $6,
                deactivation = $7
         WHERE id = 1",
        params![
            name,
            license.cycle.as_ref(),
            license.requests.join(" "),
            license.activation,
            int(license.seq),
            license.lease.as_ref(),
            license.deactivation.as_ref(),
        ],
    )?;
    Ok(())
}

/// Binds the data to a machine (EXP-10).
///
/// # Errors
/// The database's.
pub fn bind(tx: &mut WriteTx<'_>, _permit: &Permit, machine: &str, moved: bool) -> Result<(), StoreError> {
    tx.execute("UPDATE local_server SET machine = $1, moved = $2 WHERE id = 1", params![machine, moved])?;
    Ok(())
}

/// Notes since when it is known that the database was set back (EXP-9); the first instant stays. Says whether it is news.
///
/// # Errors
/// The database's.
pub fn set_restored(tx: &mut WriteTx<'_>, _permit: &Permit, now: Timestamp) -> Result<bool, StoreError> {
    let noted = tx.execute("UPDATE local_server SET restored = $1 WHERE id = 1 AND restored IS NULL", params![now])?;
    Ok(noted > 0)
}

/// Goes on in this epoch, if it is a later one (EXP-9).
///
/// # Errors
/// The database's.
pub fn set_epoch(tx: &mut WriteTx<'_>, _permit: &Permit, epoch: u64) -> Result<(), StoreError> {
    tx.execute("UPDATE local_server SET epoch = $1 WHERE id = 1 AND epoch < $1", params![int(epoch)])?;
    tx.execute("UPDATE lease_serials SET epoch = $1 WHERE epoch < $1", params![int(epoch)])?;
    Ok(())
}

/// Forgets that the database was set back: an administrator has confirmed it (EXP-9).
///
/// # Errors
/// The database's.
pub fn confirm_restored(tx: &mut WriteTx<'_>, _permit: &Permit) -> Result<(), StoreError> {
    tx.execute("UPDATE local_server SET restored = NULL WHERE id = 1", params![])?;
    Ok(())
}

/// How far reports have told of the log.
///
/// # Errors
/// The database's.
pub fn log_head(tx: &mut ReadTx<'_>) -> Result<LogHeadRow, StoreError> {
    tx.query_one("SELECT log_seq, log_rows, log_hash FROM local_server WHERE id = 1", params![], |c| {
        Ok(LogHeadRow { seq: c.take()?, rows: c.take()?, hash: c.take()? })
    })
}

/// Writes the number of the last report, and how far it told of the log.
///
/// # Errors
/// The database's.
pub fn set_reported(tx: &mut WriteTx<'_>, _permit: &Permit, report: u64, head: &LogHeadRow) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE local_server SET report_seq = $1, log_seq = $2, log_rows = $3, log_hash = $4 WHERE id = 1",
        params![int(report), head.seq, int(head.rows), &head.hash],
    )?;
    Ok(())
}

/// The number of the last row of the journal that is to be seen. On PostgreSQL rows before it may still come: see
/// [`Store::settle_journal`](crate::Store::settle_journal).
///
/// # Errors
/// The database's.
pub fn log_end(tx: &mut ReadTx<'_>) -> Result<i64, StoreError> {
    tx.query_one("SELECT COALESCE(MAX(seq), 0) FROM journal", params![], |c| c.take())
}

/// Some rows of the activation log after one and up to another, the earliest first, each as a text that holds all that reports vouch
/// for.
///
/// # Errors
/// The database's.
pub fn log_between(tx: &mut ReadTx<'_>, after: i64, last: i64, most: u64) -> Result<Vec<(i64, String)>, StoreError> {
    tx.query(
        "SELECT seq, CAST(seq AS TEXT) || ' ' || CAST(time AS TEXT) || ' ' || action || ' ' || subject || ' '
                || COALESCE(activation_id, '') || ' ' || COALESCE(seat_id, '') || ' ' || COALESCE(code, '')
         FROM journal WHERE seq > $1 AND seq <= $2 AND entitlement_id IS NOT NULL ORDER BY seq LIMIT $3",
        params![after, last, int(most)],
        |c| Ok((c.take()?, c.take()?)),
    )
}

/// Writes the encrypted seeds of the cycle's keys, encrypted anew.
///
/// # Errors
/// The database's.
pub fn update_cycle(tx: &mut WriteTx<'_>, _permit: &Permit, cycle: &[u8]) -> Result<(), StoreError> {
    tx.execute("UPDATE local_server SET cycle = $1 WHERE id = 1", params![cycle])?;
    Ok(())
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
