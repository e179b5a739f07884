//! Export sessions and their tokens, as rows (EXP-1…7).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chancery_domain::{
    CustomerId, Ending, EntitlementId, ExportSession, ExportSessionId, ExportedToken, Hold, HostedFeature, Hosting,
    Key, LocalServerId, OrderId, Permit, ProductId, Quantity, Timestamp, Usage, VendorId, Wish,
};
use serde::{Deserialize, Serialize};

use crate::columns::{from_json, parsed, to_json};
use crate::entitlement::{read_hosting, write_hosting};
use crate::{Columns, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.entitlement_id, t.server_id, t.number, t.seats, t.features, t.delegation, t.give_back,
                t.acknowledged, t.ended, t.ending, t.held_anew, t.usage, t.forgotten, t.reported, t.created, t.updated
         FROM export_sessions t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<ExportSession, StoreError> {
    Ok(ExportSession {
        id: c.take()?,
        vendor: c.take()?,
        entitlement: c.take()?,
        server: c.take()?,
        number: c.take()?,
        wish: Wish { seats: c.take()?, features: features(&c.take::<String>()?)?, delegation: c.take()? },
        give_back: parsed(&c.take::<String>()?)?,
        tokens: Vec::new(),
        acknowledged: c.take()?,
        ending: ending(c)?,
        held_anew: keys(&c.take::<String>()?)?,
        usage: c.take::<Option<String>>()?.map(|text| usage(&text)).transpose()?,
        forgotten: read_hosting(&c.take::<String>()?)?.holds().first().cloned(),
        reported: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

fn ending(c: &mut Columns<'_>) -> Result<Option<Ending>, StoreError> {
    let (at, how): (Option<Timestamp>, Option<String>) = (c.take()?, c.take()?);
    match (at, how.as_deref()) {
        (None, None) => Ok(None),
        (Some(at), Some("returned")) => Ok(Some(Ending::Returned(at))),
        (Some(at), Some("lost")) => Ok(Some(Ending::Lost { at, free: false })),
        (Some(at), Some("freed")) => Ok(Some(Ending::Lost { at, free: true })),
        _ => Err(StoreError::corrupt("how an export session ended")),
    }
}

const fn ending_name(ending: Ending) -> &'static str {
    match ending {
        Ending::Returned(_) => "returned",
        Ending::Lost { free: false, .. } => "lost",
        Ending::Lost { free: true, .. } => "freed",
    }
}

fn keys(text: &str) -> Result<BTreeSet<Key>, StoreError> {
    from_json::<Vec<String>>(text)?.iter().map(|key| parsed(key)).collect()
}

fn write_keys(keys: &BTreeSet<Key>) -> String {
    to_json(&keys.iter().map(Key::as_str).collect::<Vec<_>>())
}

fn write_hold(hold: Option<&Hold>) -> String {
    write_hosting(&Hosting::Here(hold.cloned().into_iter().collect()))
}

fn features(text: &str) -> Result<BTreeMap<Key, Quantity>, StoreError> {
    let amounts: BTreeMap<String, u64> = from_json(text)?;
    amounts.into_iter().map(|(key, amount)| Ok((parsed(&key)?, quantity(amount)?))).collect()
}

fn write_features(features: &BTreeMap<Key, Quantity>) -> String {
    to_json(&features.iter().map(|(key, amount)| (key.as_str(), amount.get())).collect::<BTreeMap<_, _>>())
}

fn quantity(amount: u64) -> Result<Quantity, StoreError> {
    Quantity::new(amount).map_err(|_| StoreError::corrupt("an amount above 2^53 - 1"))
}

fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(micros).map_err(|_| StoreError::corrupt("an instant outside of the years 1 to 9999"))
}

#[derive(Serialize, Deserialize)]
struct UsageDocument {
    seq: u64,
    seats_used: u64,
    running: u64,
    running_until: Option<i64>,
    features: Vec<FeatureDocument>,
    activations: u64,
    denials: u64,
}

#[derive(Serialize, Deserialize)]
struct FeatureDocument {
    key: String,
    used: u64,
    since: i64,
    held: u64,
}

fn usage(text: &str) -> Result<Usage, StoreError> {
    let document: UsageDocument = from_json(text)?;
    let feature = |feature: FeatureDocument| {
        Ok::<_, StoreError>(HostedFeature {
            key: parsed(&feature.key)?,
            used: quantity(feature.used)?,
            since: instant(feature.since)?,
            held: quantity(feature.held)?,
        })
    };
    Ok(Usage {
        seq: document.seq,
        seats_used: document.seats_used,
        running: document.running,
        running_until: document.running_until.map(instant).transpose()?,
        features: document.features.into_iter().map(feature).collect::<Result<_, _>>()?,
        activations: document.activations,
        denials: document.denials,
    })
}

fn write_usage(usage: &Usage) -> String {
    let feature = |feature: &HostedFeature| FeatureDocument {
        key: feature.key.to_string(),
        used: feature.used.get(),
        since: feature.since.as_micros(),
        held: feature.held.get(),
    };
    to_json(&UsageDocument {
        seq: usage.seq,
        seats_used: usage.seats_used,
        running: usage.running,
        running_until: usage.running_until.map(Timestamp::as_micros),
        features: usage.features.iter().map(feature).collect(),
        activations: usage.activations,
        denials: usage.denials,
    })
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn read_token(c: &mut Columns<'_>) -> Result<(ExportSessionId, ExportedToken), StoreError> {
    let session = c.take()?;
    let token = ExportedToken {
        seq: c.take()?,
        id: c.take()?,
        issued: c.take()?,
        seats: c.take()?,
        features: features(&c.take::<String>()?)?,
        until: c.take()?,
        hash: c.take()?,
        state: c.take()?,
    };
    Ok((session, token))
}

macro_rules! tokens {
    ($of:literal) => {
        concat!(
            "SELECT k.session_id, k.seq, k.jti, k.issued, k.seats, k.features, k.until, k.hash, k.state
             FROM export_tokens k JOIN export_sessions t ON t.id = k.session_id WHERE ",
            $of,
            " AND (k.seq >= t.acknowledged OR k.seq = (SELECT MAX(n.seq) FROM export_tokens n WHERE n.session_id = t.id)
                   OR k.until IS NULL OR k.until = (SELECT MAX(n.until) FROM export_tokens n WHERE n.session_id = t.id))
             ORDER BY k.session_id, k.seq"
        )
    };
}

/// Gives sessions their tokens: those that still count, the latest, and those whose delegations end last, by which leases may run.
fn with_tokens(mut sessions: Vec<ExportSession>, tokens: Vec<(ExportSessionId, ExportedToken)>) -> Vec<ExportSession> {
    for (id, token) in tokens {
        if let Some(session) = sessions.iter_mut().find(|session| session.id == id) {
            session.tokens.push(token);
        }
    }
    sessions
}

/// The sessions of an entitlement, the first one first, ended ones too; each with the tokens that its server may have applied.
///
/// # Errors
/// The database's.
pub fn of_entitlement(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    id: EntitlementId,
) -> Result<Vec<ExportSession>, StoreError> {
    let sql = concat!(select!(), " WHERE t.vendor_id = $1 AND t.entitlement_id = $2 ORDER BY t.number");
    let sessions = tx.query(sql, params![vendor, id], read)?;
    if sessions.is_empty() {
        return Ok(sessions);
    }
    let tokens = tx.query(tokens!("t.vendor_id = $1 AND t.entitlement_id = $2"), params![vendor, id], read_token)?;
    Ok(with_tokens(sessions, tokens))
}

/// The open sessions of a local server, in which it hosts something.
///
/// # Errors
/// The database's.
pub fn of_server(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    server: LocalServerId,
) -> Result<Vec<ExportSession>, StoreError> {
    let sql = concat!(select!(), " WHERE t.vendor_id = $1 AND t.server_id = $2 AND t.ended IS NULL ORDER BY t.id");
    let sessions = tx.query(sql, params![vendor, server], read)?;
    let of = tokens!("t.vendor_id = $1 AND t.server_id = $2 AND t.ended IS NULL");
    let tokens = tx.query(of, params![vendor, server], read_token)?;
    Ok(with_tokens(sessions, tokens))
}

/// The ended sessions of a local server of which something may be held still: of entitlements that are there, and that local servers
/// have something of.
///
/// # Errors
/// The database's.
pub fn ended_of_server(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    server: LocalServerId,
) -> Result<Vec<ExportSession>, StoreError> {
    let sql = concat!(
        select!(),
        " WHERE t.vendor_id = $1 AND t.server_id = $2 AND t.ending IN ('returned', 'lost')
           AND EXISTS (SELECT 1 FROM entitlements e WHERE e.id = t.entitlement_id AND e.hosting <> '') ORDER BY t.id"
    );
    let sessions = tx.query(sql, params![vendor, server], read)?;
    let of = tokens!(
        "t.vendor_id = $1 AND t.server_id = $2 AND t.ending IN ('returned', 'lost')
         AND EXISTS (SELECT 1 FROM entitlements e WHERE e.id = t.entitlement_id AND e.hosting <> '')"
    );
    let tokens = tx.query(of, params![vendor, server], read_token)?;
    Ok(with_tokens(sessions, tokens))
}

/// One session.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, id: ExportSessionId) -> Result<Option<ExportSession>, StoreError> {
    let sql = concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2");
    let found = tx.query_opt(sql, params![vendor, id], read)?;
    let tokens = tx.query(tokens!("t.vendor_id = $1 AND t.id = $2"), params![vendor, id], read_token)?;
    Ok(with_tokens(found.into_iter().collect(), tokens).pop())
}

/// Adds a session, without its tokens.
///
/// # Errors
/// The database's; a constraint if its server has an open one of the entitlement.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, session: &ExportSession) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO export_sessions (id, vendor_id, entitlement_id, server_id, number, seats, features, delegation, give_back,
                                      acknowledged, ended, ending, held_anew, usage, forgotten, reported, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        params![
            session.id,
            permit.vendor(),
            session.entitlement,
            session.server,
            int(session.number),
            session.wish.seats,
            write_features(&session.wish.features),
            session.wish.delegation,
            session.give_back.name(),
            int(session.acknowledged),
            session.ending.map(Ending::at),
            session.ending.map(ending_name),
            write_keys(&session.held_anew),
            session.usage.as_ref().map(write_usage),
            write_hold(session.forgotten.as_ref()),
            session.reported,
            session.created,
            session.updated,
        ],
    )?;
    Ok(())
}

/// Changes all that can change of a session but its tokens.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, session: &ExportSession) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE export_sessions SET seats = $1, features = $2, delegation = $3, give_back = $4, acknowledged = $5, ended = $6,
                ending = $7, held_anew = $8, usage = $9, forgotten = $10, reported = $11, updated = $12
         WHERE vendor_id = $13 AND id = $14",
        params![
            session.wish.seats,
            write_features(&session.wish.features),
            session.wish.delegation,
            session.give_back.name(),
            int(session.acknowledged),
            session.ending.map(Ending::at),
            session.ending.map(ending_name),
            write_keys(&session.held_anew),
            session.usage.as_ref().map(write_usage),
            write_hold(session.forgotten.as_ref()),
            session.reported,
            session.updated,
            permit.vendor(),
            session.id,
        ],
    )?;
    Ok(())
}

/// Adds a token to a session of the permit's vendor, with its signed text.
///
/// # Errors
/// The database's; a constraint if its number is taken.
pub fn insert_token(
    tx: &mut WriteTx<'_>,
    _permit: &Permit,
    session: ExportSessionId,
    token: &ExportedToken,
    text: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO export_tokens (session_id, seq, jti, issued, seats, features, until, hash, state, token)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            session,
            int(token.seq),
            &token.id,
            token.issued,
            token.seats,
            write_features(&token.features),
            token.until,
            &token.hash,
            &token.state,
            text,
        ],
    )?;
    Ok(())
}

/// The tokens of a session from one number to before another that delegate something after an instant, whether they count still or not.
///
/// # Errors
/// The database's.
pub fn tokens_of(
    tx: &mut ReadTx<'_>,
    session: ExportSessionId,
    seqs: Range<u64>,
    now: Timestamp,
) -> Result<Vec<ExportedToken>, StoreError> {
    let sql = "SELECT session_id, seq, jti, issued, seats, features, until, hash, state FROM export_tokens
               WHERE session_id = $1 AND seq >= $2 AND seq < $3 AND (until IS NULL OR until > $4) ORDER BY seq";
    let tokens = tx.query(sql, params![session, int(seqs.start), int(seqs.end), now], read_token)?;
    Ok(tokens.into_iter().map(|(_, token)| token).collect())
}

/// The signed text of a token; empty when nobody may ask for it again.
///
/// # Errors
/// The database's.
pub fn token_text(tx: &mut ReadTx<'_>, session: ExportSessionId, seq: u64) -> Result<Option<String>, StoreError> {
    tx.query_opt(
        "SELECT token FROM export_tokens WHERE session_id = $1 AND seq = $2",
        params![session, int(seq)],
        |c| c.take(),
    )
}

/// Forgets the texts of some tokens that were issued before an instant, which hold hashes of codes and secrets: at most 1,000 at a
/// time, so that nobody waits for it. Says how many.
///
/// # Errors
/// The database's.
pub fn forget_texts(tx: &mut WriteTx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE export_tokens SET token = '' WHERE (session_id, seq) IN
             (SELECT session_id, seq FROM export_tokens WHERE token <> '' AND issued < $1 ORDER BY issued LIMIT 1000)",
        params![before],
    )
}

/// Whether a customer has open sessions of a product's entitlements at another local server than this one.
///
/// # Errors
/// The database's.
pub fn elsewhere(
    tx: &mut ReadTx<'_>,
    customer: CustomerId,
    product: ProductId,
    server: LocalServerId,
) -> Result<bool, StoreError> {
    tx.query_one(
        "SELECT COUNT(*) > 0 FROM entitlements e JOIN export_sessions t ON t.entitlement_id = e.id
         WHERE e.customer_id = $1 AND e.product_id = $2 AND t.server_id <> $3 AND t.ended IS NULL",
        params![customer, product, server],
        |c| c.take(),
    )
}

macro_rules! open_of {
    ($of:literal) => {
        concat!(
            "SELECT t.id, t.server_id FROM entitlements e JOIN export_sessions t ON t.entitlement_id = e.id WHERE ",
            $of,
            " AND t.ended IS NULL ORDER BY t.id"
        )
    };
}

fn read_open(c: &mut Columns<'_>) -> Result<(ExportSessionId, LocalServerId), StoreError> {
    Ok((c.take()?, c.take()?))
}

/// The open sessions of an order's entitlements, and their servers.
///
/// # Errors
/// The database's.
pub fn open_of_order(tx: &mut ReadTx<'_>, order: OrderId) -> Result<Vec<(ExportSessionId, LocalServerId)>, StoreError> {
    tx.query(open_of!("e.order_id = $1"), params![order], read_open)
}

/// The open sessions of a customer's entitlements, and their servers.
///
/// # Errors
/// The database's.
pub fn open_of_customer(
    tx: &mut ReadTx<'_>,
    customer: CustomerId,
) -> Result<Vec<(ExportSessionId, LocalServerId)>, StoreError> {
    tx.query(open_of!("e.customer_id = $1"), params![customer], read_open)
}

/// The orders of what a local server hosts, and of what may be held of it still: those that a change of it concerns.
///
/// # Errors
/// The database's.
pub fn orders_of_server(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    server: LocalServerId,
) -> Result<Vec<OrderId>, StoreError> {
    tx.query(
        "SELECT DISTINCT e.order_id FROM export_sessions t JOIN entitlements e ON e.id = t.entitlement_id
         WHERE t.vendor_id = $1 AND t.server_id = $2 AND (t.ended IS NULL OR t.ending <> 'freed' AND e.hosting <> '')
         ORDER BY e.order_id",
        params![vendor, server],
        |c| c.take(),
    )
}
