//! Plans, as rows.

use chancery_domain::{Permit, Plan, PlanId, Selector, VendorId};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.name, t.license_start, t.plan_type, t.duration, t.metadata, t.created, t.updated
         FROM plans t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Plan, StoreError> {
    Ok(Plan {
        id: c.take()?,
        vendor: c.take()?,
        name: c.take()?,
        license_start: c.take()?,
        plan_type: c.take()?,
        duration: c.take()?,
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

/// One plan of a vendor, by its id or its name.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, which: &Selector<PlanId>) -> Result<Option<Plan>, StoreError> {
    match which {
        Selector::Id(id) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, *id], read)
        }
        Selector::Name(name) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.name = $2"), params![vendor, name], read)
        }
    }
}

/// A page of a vendor's plans.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut ReadTx<'_>, permit: &Permit, page: &PageRequest) -> Result<List<Plan>, StoreError> {
    let sql = page.pick(listing!(select, "", metadata "$3" "$4" "$5"));
    let items =
        tx.query(sql, params![permit.vendor(), page.from(), page.member(0), page.member(1), page.member(2)], read)?;
    Ok(page.cut(items, |plan| plan.id.to_string()))
}

/// Adds a plan.
///
/// # Errors
/// The database's; a constraint if the name is taken.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, plan: &Plan) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO plans (id, vendor_id, name, license_start, plan_type, duration, metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            plan.id,
            permit.vendor(),
            &plan.name,
            plan.license_start,
            plan.plan_type,
            plan.duration,
            &plan.metadata,
            plan.created,
            plan.updated,
        ],
    )?;
    Ok(())
}

/// Changes a plan.
///
/// # Errors
/// The database's; a constraint if the name is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, plan: &Plan) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE plans SET name = $1, license_start = $2, plan_type = $3, duration = $4, metadata = $5, updated = $6
         WHERE vendor_id = $7 AND id = $8",
        params![
            &plan.name,
            plan.license_start,
            plan.plan_type,
            plan.duration,
            &plan.metadata,
            plan.updated,
            permit.vendor(),
            plan.id,
        ],
    )?;
    Ok(())
}

/// Removes a plan that nothing refers to.
///
/// # Errors
/// The database's; a constraint if something does.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: PlanId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM plans WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}

/// What refers to a plan, with how many there are of each kind; nothing: it can be removed.
///
/// # Errors
/// The database's.
pub fn references(tx: &mut ReadTx<'_>, vendor: VendorId, id: PlanId) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let offerings: i64 = tx.query_one(
        "SELECT COUNT(*) FROM offerings WHERE vendor_id = $1 AND plan_id = $2",
        params![vendor, id],
        |c| c.take(),
    )?;
    Ok([("offering", offerings)].into_iter().filter(|(_, count)| *count > 0).collect())
}
