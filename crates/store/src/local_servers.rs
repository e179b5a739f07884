//! The local servers of an authority's customers, as rows (LLS-2, LLS-4).

use chancery_domain::{
    CustomerId, DeclaredLost, LocalServer, LocalServerId, OrderId, Permit, ServerKeys, ServerReport, Thumbprint,
    Timestamp, VendorId,
};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.customer_id, t.name, t.activation_id, t.kid, t.sign_key, t.seal_key, t.machine, t.lost,
                t.lost_reason, t.report_seq, t.reported, t.log_rows, t.log_hash, t.created, t.updated
         FROM local_servers t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<LocalServer, StoreError> {
    Ok(LocalServer {
        id: c.take()?,
        vendor: c.take()?,
        customer: c.take()?,
        name: c.take()?,
        activation: c.take()?,
        keys: ServerKeys { kid: c.take()?, sign: c.take()?, seal: c.take()? },
        machine: c.take()?,
        lost: lost(c)?,
        reported: report(c)?,
        created: c.take()?,
        updated: c.take()?,
    })
}

fn lost(c: &mut Columns<'_>) -> Result<Option<DeclaredLost>, StoreError> {
    let (since, reason) = (c.take::<Option<Timestamp>>()?, c.take()?);
    Ok(since.map(|since| DeclaredLost { since, reason }))
}

fn report(c: &mut Columns<'_>) -> Result<Option<ServerReport>, StoreError> {
    let (seq, at, log_rows, log_hash) = (c.take()?, c.take::<Option<Timestamp>>()?, c.take()?, c.take()?);
    Ok(at.map(|at| ServerReport { seq, at, log_rows, log_hash }))
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One local server of a vendor.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, id: LocalServerId) -> Result<Option<LocalServer>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, id], read)
}

/// The local server of a vendor that signs with a key.
///
/// # Errors
/// The database's.
pub fn of_key(tx: &mut ReadTx<'_>, vendor: VendorId, kid: &Thumbprint) -> Result<Option<LocalServer>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.kid = $2"), params![vendor, kid], read)
}

/// The local servers that an order's entitlements license.
///
/// # Errors
/// The database's.
pub fn of_order(tx: &mut ReadTx<'_>, order: OrderId) -> Result<Vec<LocalServer>, StoreError> {
    let sql = concat!(
        select!(),
        " WHERE t.activation_id IN (SELECT a.id FROM activations a JOIN entitlements e ON e.id = a.entitlement_id
                                    WHERE e.order_id = $1) ORDER BY t.id"
    );
    tx.query(sql, params![order], read)
}

/// The local servers of a customer.
///
/// # Errors
/// The database's.
pub fn of_customer(tx: &mut ReadTx<'_>, vendor: VendorId, id: CustomerId) -> Result<Vec<LocalServer>, StoreError> {
    let sql = concat!(select!(), " WHERE t.vendor_id = $1 AND t.customer_id = $2 ORDER BY t.id");
    tx.query(sql, params![vendor, id], read)
}

/// A page of a vendor's local servers; of one customer's, if it is named.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    customer: Option<CustomerId>,
    page: &PageRequest,
) -> Result<List<LocalServer>, StoreError> {
    let sql = page.pick(listing!(select, "AND (CAST($3 AS TEXT) IS NULL OR t.customer_id = $3)"));
    let items = tx.query(sql, params![permit.vendor(), page.from(), customer], read)?;
    Ok(page.cut(items, |server| server.id.to_string()))
}

/// Adds a local server.
///
/// # Errors
/// The database's; a constraint if its id or its key is another's.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, server: &LocalServer) -> Result<(), StoreError> {
    let report = server.reported.as_ref();
    tx.execute(
        "INSERT INTO local_servers (id, vendor_id, customer_id, name, activation_id, kid, sign_key, seal_key, machine, lost,
                                    lost_reason, report_seq, reported, log_rows, log_hash, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            server.id,
            permit.vendor(),
            server.customer,
            &server.name,
            server.activation,
            &server.keys.kid,
            &server.keys.sign,
            &server.keys.seal,
            server.machine.as_deref(),
            server.lost.as_ref().map(|lost| lost.since),
            server.lost.as_ref().and_then(|lost| lost.reason.as_ref()),
            report.map_or(0, |report| int(report.seq)),
            report.map(|report| report.at),
            report.map_or(0, |report| int(report.log_rows)),
            report.map_or("", |report| report.log_hash.as_str()),
            server.created,
            server.updated,
        ],
    )?;
    Ok(())
}

/// Locks a local server until the transaction ends: what is read of it from now on stays so. Exports to it by other orders, and
/// whoever declares it lost, wait here.
///
/// # Errors
/// The database's.
pub fn lock(tx: &mut WriteTx<'_>, permit: &Permit, id: LocalServerId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE local_servers SET updated = updated WHERE vendor_id = $1 AND id = $2",
        params![permit.vendor(), id],
    )?;
    Ok(())
}

/// Changes all that can change of a local server.
///
/// # Errors
/// The database's.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, server: &LocalServer) -> Result<(), StoreError> {
    let report = server.reported.as_ref();
    tx.execute(
        "UPDATE local_servers SET customer_id = $1, name = $2, activation_id = $3, machine = $4, lost = $5, lost_reason = $6,
                report_seq = $7, reported = $8, log_rows = $9, log_hash = $10, updated = $11
         WHERE vendor_id = $12 AND id = $13",
        params![
            server.customer,
            &server.name,
            server.activation,
            server.machine.as_deref(),
            server.lost.as_ref().map(|lost| lost.since),
            server.lost.as_ref().and_then(|lost| lost.reason.as_ref()),
            report.map_or(0, |report| int(report.seq)),
            report.map(|report| report.at),
            report.map_or(0, |report| int(report.log_rows)),
            report.map_or("", |report| report.log_hash.as_str()),
            server.updated,
            permit.vendor(),
            server.id,
        ],
    )?;
    Ok(())
}

/// Erases a local server, whose customer is purged.
///
/// # Errors
/// The database's.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: LocalServerId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM local_servers WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}
