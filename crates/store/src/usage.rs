//! Counters of features, and what activations have of pools, as rows.

use std::collections::BTreeMap;

use chancery_domain::{ActivationId, Entitlement, EntitlementId, FeatureUsage, Key, Quantity, Timestamp};

use crate::{Columns, ReadTx, StoreError, WriteTx, params};

/// The counters of an entitlement, by key. A pool's includes what activations hold whose lease has ended.
///
/// # Errors
/// The database's.
pub fn of_entitlement(tx: &mut ReadTx<'_>, id: EntitlementId) -> Result<BTreeMap<Key, FeatureUsage>, StoreError> {
    let rows = tx.query(
        "SELECT key, used, since FROM feature_usage WHERE entitlement_id = $1",
        params![id],
        |c: &mut Columns<'_>| Ok((c.take()?, FeatureUsage { used: c.take()?, since: c.take()? })),
    )?;
    Ok(rows.into_iter().collect())
}

/// What an activation has of each pool.
///
/// # Errors
/// The database's.
pub fn holdings(tx: &mut ReadTx<'_>, id: ActivationId) -> Result<BTreeMap<Key, Quantity>, StoreError> {
    let rows = tx.query(
        "SELECT key, amount FROM feature_holdings WHERE activation_id = $1 ORDER BY key",
        params![id],
        |c: &mut Columns<'_>| Ok((c.take()?, c.take()?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// How much of each pool is held by activations whose seats have come free: it is nobody's any more (FEAT-3).
///
/// # Errors
/// The database's.
pub fn abandoned(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<BTreeMap<Key, Quantity>, StoreError> {
    let rows = tx.query(
        "SELECT h.key, CAST(SUM(h.amount) AS BIGINT)
         FROM feature_holdings h JOIN activations a ON a.id = h.activation_id
         WHERE h.entitlement_id = $1 AND a.frees_at <= $2 GROUP BY h.key",
        params![e.id, now],
        |c: &mut Columns<'_>| Ok((c.take()?, c.take()?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Who else than `caller` holds some of a pool though the seat has come free.
///
/// # Errors
/// The database's.
pub fn abandoned_by(
    tx: &mut ReadTx<'_>,
    e: &Entitlement,
    key: &Key,
    caller: ActivationId,
    now: Timestamp,
) -> Result<Vec<(ActivationId, Quantity)>, StoreError> {
    tx.query(
        "SELECT h.activation_id, h.amount FROM feature_holdings h JOIN activations a ON a.id = h.activation_id
         WHERE h.entitlement_id = $1 AND h.key = $2 AND a.frees_at <= $3 AND a.id <> $4 ORDER BY h.activation_id",
        params![e.id, key, now, caller],
        |c: &mut Columns<'_>| Ok((c.take()?, c.take()?)),
    )
}

/// The counter of one feature.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, id: EntitlementId, key: &Key) -> Result<Option<FeatureUsage>, StoreError> {
    tx.query_opt(
        "SELECT used, since FROM feature_usage WHERE entitlement_id = $1 AND key = $2",
        params![id, key],
        |c: &mut Columns<'_>| Ok(FeatureUsage { used: c.take()?, since: c.take()? }),
    )
}

/// Sets a counter.
///
/// # Errors
/// The database's.
pub fn set(tx: &mut WriteTx<'_>, id: EntitlementId, key: &Key, usage: FeatureUsage) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO feature_usage (entitlement_id, key, used, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (entitlement_id, key) DO UPDATE SET used = excluded.used, since = excluded.since",
        params![id, key, usage.used, usage.since],
    )?;
    Ok(())
}

/// Forgets what all activations of an entitlement have of what is no pool any more.
///
/// # Errors
/// The database's.
pub fn forget_holdings(tx: &mut WriteTx<'_>, id: EntitlementId, key: &Key) -> Result<(), StoreError> {
    tx.execute("DELETE FROM feature_holdings WHERE entitlement_id = $1 AND key = $2", params![id, key])?;
    Ok(())
}

/// Sets what an activation of an entitlement has of a pool; nothing left means no row.
///
/// # Errors
/// The database's.
pub fn set_holding(
    tx: &mut WriteTx<'_>,
    entitlement: EntitlementId,
    id: ActivationId,
    key: &Key,
    amount: Quantity,
) -> Result<(), StoreError> {
    if amount == Quantity::ZERO {
        tx.execute("DELETE FROM feature_holdings WHERE activation_id = $1 AND key = $2", params![id, key])?;
    } else {
        tx.execute(
            "INSERT INTO feature_holdings (activation_id, entitlement_id, key, amount) VALUES ($1, $2, $3, $4)
             ON CONFLICT (activation_id, key) DO UPDATE SET amount = excluded.amount",
            params![id, entitlement, key, amount],
        )?;
    }
    Ok(())
}
