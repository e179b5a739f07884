//! Erasing what was deleted (ENT-10): rows and all that hangs on them, some at a time, in the order in which they refer to each
//! other.

use chancery_domain::{CustomerId, EntitlementId, LicenseeId, OrderId, Permit, Timestamp, VendorId};

use crate::{Column, ReadTx, StoreError, WriteTx, params};

/// The most rows that are erased at a time, so that nobody waits long for it.
const MOST: u64 = 500;

/// Which kind of things is due.
macro_rules! due {
    ($($(#[$doc:meta])* $name:ident: $id:ty = $table:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// The database's.
        pub fn $name(tx: &mut ReadTx<'_>, vendor: VendorId, now: Timestamp) -> Result<Vec<$id>, StoreError> {
            let sql = concat!(
                "SELECT id FROM ", $table, " WHERE vendor_id = $1 AND (purge_at <= $2 OR purge_at <= deleted)
                 ORDER BY purge_at, id LIMIT 100"
            );
            tx.query(sql, params![vendor, now], take)
        }
    )*};
}

fn take<T: Column>(c: &mut crate::Columns<'_>) -> Result<T, StoreError> {
    c.take()
}

due! {
    /// Some deleted entitlements whose time is over.
    due_entitlements: EntitlementId = "entitlements";
    /// Some deleted orders whose time is over.
    due_orders: OrderId = "orders";
    /// Some deleted customers whose time is over.
    due_customers: CustomerId = "customers";
}

/// Some orders of a customer.
///
/// # Errors
/// The database's.
pub fn orders_of(tx: &mut ReadTx<'_>, vendor: VendorId, id: CustomerId) -> Result<Vec<OrderId>, StoreError> {
    let sql = "SELECT id FROM orders WHERE vendor_id = $1 AND customer_id = $2 ORDER BY id LIMIT 100";
    tx.query(sql, params![vendor, id], take)
}

/// All orders of a customer.
///
/// # Errors
/// The database's.
pub fn all_orders_of(tx: &mut ReadTx<'_>, vendor: VendorId, id: CustomerId) -> Result<Vec<OrderId>, StoreError> {
    let sql = "SELECT id FROM orders WHERE vendor_id = $1 AND customer_id = $2 ORDER BY id";
    tx.query(sql, params![vendor, id], take)
}

/// The licensees of a customer: at most one for each product.
///
/// # Errors
/// The database's.
pub fn licensees_of(tx: &mut ReadTx<'_>, vendor: VendorId, id: CustomerId) -> Result<Vec<LicenseeId>, StoreError> {
    let sql = "SELECT id FROM licensees WHERE vendor_id = $1 AND customer_id = $2 ORDER BY id";
    tx.query(sql, params![vendor, id], take)
}

/// Some entitlements of an order.
///
/// # Errors
/// The database's.
pub fn entitlements_of(tx: &mut ReadTx<'_>, id: OrderId) -> Result<Vec<EntitlementId>, StoreError> {
    tx.query("SELECT id FROM entitlements WHERE order_id = $1 ORDER BY id LIMIT 100", params![id], take)
}

/// Erases some of what hangs on an entitlement of the permit's vendor. Says whether nothing is left.
///
/// # Errors
/// The database's.
pub fn entitlement_rows(tx: &mut WriteTx<'_>, _permit: &Permit, id: EntitlementId) -> Result<bool, StoreError> {
    tx.execute(
        "DELETE FROM feature_holdings
         WHERE activation_id IN (SELECT id FROM activations WHERE entitlement_id = $1 ORDER BY id LIMIT 500)",
        params![id],
    )?;
    tx.execute(
        "DELETE FROM offline_requests
         WHERE activation_id IN (SELECT id FROM activations WHERE entitlement_id = $1 ORDER BY id LIMIT 500)",
        params![id],
    )?;
    tx.execute(
        "DELETE FROM offline_devices
         WHERE activation_id IN (SELECT id FROM activations WHERE entitlement_id = $1 ORDER BY id LIMIT 500)",
        params![id],
    )?;
    let activations = tx.execute(
        "DELETE FROM activations
         WHERE id IN (SELECT id FROM activations WHERE entitlement_id = $1 ORDER BY id LIMIT 500)",
        params![id],
    )?;
    let numbers = tx.execute(
        "DELETE FROM free_seats WHERE entitlement_id = $1
           AND number IN (SELECT number FROM free_seats WHERE entitlement_id = $1 ORDER BY number LIMIT 500)",
        params![id],
    )?;
    tx.execute("DELETE FROM feature_usage WHERE entitlement_id = $1", params![id])?;
    // Its sessions are remembered (EXP-7), and not whom their tokens were about.
    tx.execute(
        "UPDATE export_tokens SET token = ''
         WHERE session_id IN (SELECT id FROM export_sessions WHERE entitlement_id = $1) AND token <> ''",
        params![id],
    )?;
    Ok(activations < MOST && numbers < MOST)
}

/// Erases an entitlement on which nothing hangs.
///
/// # Errors
/// The database's; a constraint if something does.
pub fn entitlement(tx: &mut WriteTx<'_>, permit: &Permit, id: EntitlementId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM entitlements WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}

/// Erases an order that has no entitlements, with the codes and the contacts that lead to it.
///
/// # Errors
/// The database's; a constraint if it has entitlements.
pub fn order(tx: &mut WriteTx<'_>, permit: &Permit, id: OrderId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM activation_codes WHERE order_id = $1", params![id])?;
    tx.execute("DELETE FROM order_contacts WHERE order_id = $1", params![id])?;
    tx.execute("DELETE FROM orders WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}
