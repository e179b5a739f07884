//! Writing entitlements.

use chancery_domain::{Entitlement, Permit};

use super::document::{write_attributes, write_features};
use super::hosting::write_hosting;
use crate::columns::to_json;
use crate::{StoreError, Value, WriteTx, params};

fn overrides(entitlement: &Entitlement) -> String {
    entitlement.overrides.iter().map(|member| member.name()).collect::<Vec<_>>().join(" ")
}

fn resets(entitlement: &Entitlement) -> String {
    to_json(&entitlement.renewal_resets.iter().map(|at| at.as_micros()).collect::<Vec<_>>())
}

/// What seats may be numbered up to: the limit, or the highest number that is still taken beyond it.
fn seat_limit(entitlement: &Entitlement) -> i64 {
    let limit = entitlement.seat_limit().get().max(entitlement.counter.highest);
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Adds an entitlement.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, e: &Entitlement) -> Result<(), StoreError> {
    let identity =
        params![e.id, permit.vendor(), e.order, e.customer, e.product, e.edition, e.offering, &e.sku, e.created];
    let params: Vec<Value<'_>> = [identity.as_slice(), &terms(e)].concat();
    tx.execute(
        "INSERT INTO entitlements (id, vendor_id, order_id, customer_id, product_id, edition_id, offering_id, sku, created,
             plan_type, license_start, duration, start, expiry, maintenance_end, seats, overdraft, concurrency, lease_period,
             offline_lease_period, grace_period, outage_tolerance, enforcement, features, attributes, usage_reset,
             renewal_resets, overrides, disabled_since, disabled_reason, deleted, purge_at, seat_limit, highest_seat,
             occupied_seats, hosting, notes, metadata, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                 $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39)",
        &params,
    )?;
    Ok(())
}

/// Changes all that can change of an entitlement.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, e: &Entitlement) -> Result<(), StoreError> {
    let params: Vec<Value<'_>> =
        [terms(e).as_slice(), params![e.edition, e.offering, &e.sku, permit.vendor(), e.id]].concat();
    tx.execute(
        "UPDATE entitlements SET plan_type = $1, license_start = $2, duration = $3, start = $4, expiry = $5,
             maintenance_end = $6, seats = $7, overdraft = $8, concurrency = $9, lease_period = $10,
             offline_lease_period = $11, grace_period = $12, outage_tolerance = $13, enforcement = $14, features = $15,
             attributes = $16, usage_reset = $17, renewal_resets = $18, overrides = $19, disabled_since = $20,
             disabled_reason = $21, deleted = $22, purge_at = $23, seat_limit = $24, highest_seat = $25, occupied_seats = $26,
             hosting = $27, notes = $28, metadata = $29, updated = $30,
             edition_id = $31, offering_id = $32, sku = $33
         WHERE vendor_id = $34 AND id = $35",
        &params,
    )?;
    Ok(())
}

/// Changes what a claim or a deactivation changes: the seats, and the start that a first seat sets (ENT-3). The numbers that may be
/// taken only become fewer by it, as seats beyond the limit run out (SEAT-8); more only where local servers held some until now
/// (EXP-6).
///
/// # Errors
/// The database's; a constraint if more seats would be taken than there are (SEAT-10).
pub fn update_seats(tx: &mut WriteTx<'_>, permit: &Permit, e: &Entitlement) -> Result<(), StoreError> {
    tx.send(
        "UPDATE entitlements SET start = $1, expiry = $2, highest_seat = $3, occupied_seats = $4,
             seat_limit = CASE WHEN hosting <> '' AND seat_limit < $5 THEN $5 WHEN seat_limit < $6 THEN seat_limit ELSE $6 END
         WHERE vendor_id = $7 AND id = $8",
        params![
            e.start,
            e.expiry,
            count(e.counter.highest),
            count(e.counter.occupied),
            count(e.seat_limit().get()),
            seat_limit(e),
            permit.vendor(),
            e.id
        ],
    )?;
    Ok(())
}

/// Changes by what delegation a local server serves it.
///
/// # Errors
/// The database's.
pub fn update_hosting(tx: &mut WriteTx<'_>, permit: &Permit, e: &Entitlement) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE entitlements SET hosting = $1 WHERE vendor_id = $2 AND id = $3",
        params![write_hosting(&e.hosting), permit.vendor(), e.id],
    )?;
    Ok(())
}

fn terms(e: &Entitlement) -> Vec<Value<'_>> {
    params![
        e.plan_type,
        e.license_start,
        e.duration,
        e.start,
        e.expiry,
        e.maintenance_end,
        e.seats,
        e.overdraft,
        e.concurrency,
        e.policy.lease_period,
        e.policy.offline_lease_period,
        e.policy.grace_period,
        e.policy.outage_tolerance,
        e.policy.enforcement,
        write_features(&e.features),
        write_attributes(&e.attributes),
        e.usage_reset,
        resets(e),
        overrides(e),
        e.disabled.as_ref().map(|disabled| disabled.since),
        e.disabled.as_ref().and_then(|disabled| disabled.reason.as_ref()),
        e.deletion.map(|deletion| deletion.since),
        e.deletion.map(|deletion| deletion.purge_at),
        seat_limit(e),
        count(e.counter.highest),
        count(e.counter.occupied),
        write_hosting(&e.hosting),
        &e.notes,
        &e.metadata,
        e.updated,
    ]
    .to_vec()
}
