//! The journal: one row for each change and each denial, written in the transaction of the change (AUD-1, AUD-2, SEAT-11).
//!
//! Audit, activation log and the feed of events are three views of it. Rows are only ever added, and never changed but for one
//! thing: a purge takes the personal data out of them ([`erase`], ENT-10).

use chancery_domain::{
    Change, EntitlementId, EventId, Id, LogOperation, Permit, Reason, SeatNote, Timestamp, VendorId,
};
use serde::{Deserialize, Serialize};

use crate::columns::{from_json, to_json};
use crate::{Columns, List, PageRequest, ReadTx, StoreError, Value, WriteTx, params};

/// Where a change came from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// From which address.
    pub address: Option<String>,
    /// By which request.
    pub request_id: Option<String>,
}

/// One row of the audit.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// The event's id.
    pub id: EventId,
    /// When.
    pub time: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done, such as `entitlement.renew`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// From where.
    pub address: Option<String>,
    /// By which request.
    pub request_id: Option<String>,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// One row of the activation log.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// When.
    pub time: Timestamp,
    /// From where.
    pub address: Option<String>,
    /// What happened to which seat.
    pub note: SeatNote,
}

#[derive(Serialize, Deserialize)]
struct ChangeDocument {
    field: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    to: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    personal: bool,
}

/// Adds a row for a change of `subject`.
///
/// # Errors
/// The database's.
pub fn record(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    now: Timestamp,
    origin: &Origin,
    subject: &str,
    changes: &[Change],
) -> Result<(), StoreError> {
    tx.send(
        "INSERT INTO journal (vendor_id, time, action, actor, address, request_id, subject, changes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            permit.vendor(),
            now,
            permit.action().name(),
            permit.actor(),
            origin.address.as_ref(),
            origin.request_id.as_ref(),
            subject,
            write_changes(changes),
        ],
    )?;
    Ok(())
}

/// Adds a row for what happened to a seat.
///
/// # Errors
/// The database's.
pub fn note(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    now: Timestamp,
    origin: &Origin,
    note: &SeatNote,
) -> Result<(), StoreError> {
    let subject = note.activation.map_or_else(|| note.entitlement.to_string(), |activation| activation.to_string());
    tx.send(
        "INSERT INTO journal (vendor_id, time, action, actor, address, request_id, subject, changes,
                              entitlement_id, activation_id, seat_id, seat_name, lease_expiry, code, feature, amount, mode)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            permit.vendor(),
            now,
            note.operation.action(),
            permit.actor(),
            origin.address.as_ref(),
            origin.request_id.as_ref(),
            subject,
            write_changes(&note.changes()),
            note.entitlement,
            note.activation,
            note.seat_id.as_ref(),
            note.seat_name.as_ref(),
            note.lease_expiry,
            note.code.as_ref(),
            note.feature.as_ref(),
            note.amount,
            note.mode,
        ],
    )?;
    Ok(())
}

/// What the audit is filtered by.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only this action.
    pub action: Option<String>,
    /// Only what was done to this.
    pub subject: Option<String>,
    /// Only what this one did.
    pub actor: Option<String>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

macro_rules! audit {
    ($compare:literal, $order:literal) => {
        concat!(
            "SELECT seq, time, actor, action, subject, address, request_id, changes, code FROM journal
             WHERE vendor_id = $1 AND seq ",
            $compare,
            " $2 AND (CAST($3 AS TEXT) IS NULL OR action = $3) AND (CAST($4 AS TEXT) IS NULL OR subject = $4)
              AND (CAST($5 AS TEXT) IS NULL OR actor = $5) AND (CAST($6 AS BIGINT) IS NULL OR time >= $6)
              AND (CAST($7 AS BIGINT) IS NULL OR time < $7) ORDER BY seq ",
            $order,
            " LIMIT 101"
        )
    };
}

/// A page of the audit.
///
/// # Errors
/// The database's.
pub fn audit(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<List<AuditEntry>, StoreError> {
    let sql = page.pick((audit!(">", "ASC"), audit!("<", "DESC")));
    let params = params![
        permit.vendor(),
        start(page),
        filter.action.as_ref(),
        filter.subject.as_ref(),
        filter.actor.as_ref(),
        filter.from,
        filter.until,
    ];
    let rows = tx.query(sql, params, |c| {
        let seq = c.take()?;
        let time = c.take()?;
        let entry = AuditEntry {
            id: event_id(time, seq),
            time,
            actor: c.take()?,
            action: c.take()?,
            subject: c.take()?,
            address: c.take()?,
            request_id: c.take()?,
            changes: with_code(changes(&c.take::<String>()?)?, c.take()?),
        };
        Ok((seq, entry))
    })?;
    Ok(page.cut(rows, |(seq, _)| seq.to_string()).map(|(_, entry)| entry))
}

/// What the activation log is filtered by.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// Only this seat id.
    pub seat_id: Option<String>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

macro_rules! log {
    ($compare:literal, $seat:literal, $order:literal) => {
        concat!(
            "SELECT seq, time, address, action, activation_id, seat_id, seat_name, lease_expiry, code, feature, amount, mode,
                    changes
             FROM journal WHERE vendor_id = $1 AND entitlement_id = $2 AND seq ",
            $compare,
            " $3 AND (CAST($4 AS BIGINT) IS NULL OR time >= $4) AND (CAST($5 AS BIGINT) IS NULL OR time < $5) ",
            $seat,
            " ORDER BY seq ",
            $order,
            " LIMIT 101"
        )
    };
}

/// A page of an entitlement's activation log.
///
/// # Errors
/// The database's.
pub fn log(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    entitlement: EntitlementId,
    filter: &LogFilter,
    page: &PageRequest,
) -> Result<List<LogEntry>, StoreError> {
    let mut params: Vec<Value<'_>> =
        params![permit.vendor(), entitlement, start(page), filter.from, filter.until].to_vec();
    let sql = if let Some(seat) = &filter.seat_id {
        params.push(seat.into());
        page.pick((log!(">", "AND seat_id = $6", "ASC"), log!("<", "AND seat_id = $6", "DESC")))
    } else {
        page.pick((log!(">", "", "ASC"), log!("<", "", "DESC")))
    };
    let rows = tx.query(sql, &params, |c| Ok((c.take::<i64>()?, read_log(c, entitlement)?)))?;
    Ok(page.cut(rows, |(seq, _)| seq.to_string()).map(|(_, entry)| entry))
}

fn read_log(c: &mut Columns<'_>, entitlement: EntitlementId) -> Result<LogEntry, StoreError> {
    let (time, address) = (c.take()?, c.take()?);
    let operation = LogOperation::of_action(&c.take::<String>()?)
        .ok_or_else(|| StoreError::corrupt("an action that is not of the activation log"))?;
    let note = SeatNote {
        operation,
        entitlement,
        activation: c.take()?,
        seat_id: c.take()?,
        seat_name: c.take()?,
        lease_expiry: c.take()?,
        code: c.take()?,
        feature: c.take()?,
        amount: c.take()?,
        mode: c.take()?,
        reason: reason(&c.take::<String>()?)?,
    };
    Ok(LogEntry { time, address, note })
}

/// The reason in a row of the activation log: the one thing that its changes can say. A purge may have taken its words.
fn reason(text: &str) -> Result<Option<Reason>, StoreError> {
    let told = changes(text)?.into_iter().find(|change| change.field == "reason").and_then(|change| change.to);
    Ok(told.and_then(|reason| Reason::new(&reason).ok()))
}

/// An event's id is made of its instant and its place, so that no column is needed for it.
fn event_id(time: Timestamp, seq: i64) -> EventId {
    let mut place = [0_u8; 10];
    place[2..].copy_from_slice(&seq.to_be_bytes());
    EventId::new(time, place)
}

fn start(page: &PageRequest) -> i64 {
    let edge = if page.descending { i64::MAX } else { 0 };
    page.after.as_ref().map_or(edge, |after| after.parse().unwrap_or(edge))
}

fn changes(text: &str) -> Result<Vec<Change>, StoreError> {
    let documents: Vec<ChangeDocument> = from_json(text)?;
    let change = |c: ChangeDocument| Change { field: c.field, from: c.from, to: c.to, personal: c.personal };
    Ok(documents.into_iter().map(change).collect())
}

/// What the audit shows of a row: of a denial also why, so that who comes again and again is found among all (OFF-9).
fn with_code(mut changes: Vec<Change>, code: Option<String>) -> Vec<Change> {
    let code = code.map(|code| Change { field: "code".to_owned(), from: None, to: Some(code), personal: false });
    changes.extend(code);
    changes
}

fn write_changes(changes: &[Change]) -> String {
    let document = |c: &Change| {
        let Change { field, from, to, personal } = c.clone();
        ChangeDocument { field, from, to, personal }
    };
    to_json(&changes.iter().map(document).collect::<Vec<_>>())
}

/// What a row tells of a customer, its people and their machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalData {
    /// The row's place.
    pub seq: i64,
    /// Who did it, which is no personal data: all actors are ids.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// By which seat.
    pub seat_id: Option<String>,
    /// What people read of that seat.
    pub seat_name: Option<String>,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// Which rows are about something that is purged.
#[derive(Clone, Debug)]
pub enum About {
    /// What happened to the seats of an entitlement.
    Seats(EntitlementId),
    /// The changes of one thing, by its id.
    Subject(String),
}

macro_rules! personal {
    ($about:literal) => {
        concat!(
            "SELECT seq, actor, address, seat_id, seat_name, changes FROM journal
             WHERE vendor_id = $1 AND ",
            $about,
            " AND seq > $3 AND erased IS NULL ORDER BY seq LIMIT $4"
        )
    };
}

/// The next rows about something from which nothing was taken out yet.
///
/// # Errors
/// The database's.
pub fn personal_data(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    about: &About,
    after: i64,
    most: i64,
) -> Result<Vec<PersonalData>, StoreError> {
    let (sql, id) = match about {
        About::Seats(id) => (personal!("entitlement_id = $2"), id.to_string()),
        About::Subject(id) => (personal!("entitlement_id IS NULL AND subject = $2"), id.clone()),
    };
    tx.query(sql, params![vendor, id, after, most], |c| {
        Ok(PersonalData {
            seq: c.take()?,
            actor: c.take()?,
            address: c.take()?,
            seat_id: c.take()?,
            seat_name: c.take()?,
            changes: changes(&c.take::<String>()?)?,
        })
    })
}

/// Puts what is left of a row's personal data in their place, and notes in it that this was done. What happened, when, to what and
/// by whom stays as it was written (AUD-1).
///
/// # Errors
/// The database's.
pub fn erase(tx: &mut WriteTx<'_>, permit: &Permit, now: Timestamp, left: &PersonalData) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE journal SET address = $1, seat_id = $2, seat_name = $3, changes = $4, erased = $5
         WHERE vendor_id = $6 AND seq = $7",
        params![
            left.address.as_ref(),
            left.seat_id.as_ref(),
            left.seat_name.as_ref(),
            write_changes(&left.changes),
            now,
            permit.vendor(),
            left.seq,
        ],
    )?;
    Ok(())
}
