//! Orders, as rows.

use chancery_domain::{ContactId, CustomerId, Order, OrderId, Permit, Selector, VendorId};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.customer_id, t.ref, t.metadata, t.created, t.updated FROM orders t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Order, StoreError> {
    Ok(Order {
        id: c.take()?,
        vendor: c.take()?,
        customer: c.take()?,
        reference: c.take()?,
        contacts: Vec::new(),
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

/// One order of a vendor.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, which: &Selector<OrderId>) -> Result<Option<Order>, StoreError> {
    let order = match which {
        Selector::Id(id) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, *id], read)?
        }
        Selector::Name(reference) => tx.query_opt(
            concat!(select!(), " WHERE t.vendor_id = $1 AND t.ref = $2"),
            params![vendor, reference],
            read,
        )?,
    };
    order.map(|order| with_contacts(tx, order)).transpose()
}

/// A page of a vendor's orders, of one customer if it is named.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    customer: Option<CustomerId>,
    page: &PageRequest,
) -> Result<List<Order>, StoreError> {
    let sql = page.pick(listing!(select, "AND (CAST($3 AS TEXT) IS NULL OR t.customer_id = $3)"));
    let items = tx.query(sql, params![permit.vendor(), page.from(), customer], read)?;
    let mut list = page.cut(items, |order| order.id.to_string());
    for order in &mut list.items {
        order.contacts = contacts(tx, order.id)?;
    }
    Ok(list)
}

fn with_contacts(tx: &mut ReadTx<'_>, mut order: Order) -> Result<Order, StoreError> {
    order.contacts = contacts(tx, order.id)?;
    Ok(order)
}

fn contacts(tx: &mut ReadTx<'_>, order: OrderId) -> Result<Vec<ContactId>, StoreError> {
    tx.query("SELECT contact_id FROM order_contacts WHERE order_id = $1 ORDER BY contact_id", params![order], |c| {
        c.take()
    })
}

/// Adds an order, with its contacts.
///
/// # Errors
/// The database's; a constraint if the ref is taken.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, order: &Order) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO orders (id, vendor_id, customer_id, ref, metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            order.id,
            permit.vendor(),
            order.customer,
            order.reference.as_ref(),
            &order.metadata,
            order.created,
            order.updated,
        ],
    )?;
    insert_contacts(tx, order)
}

fn insert_contacts(tx: &mut WriteTx<'_>, order: &Order) -> Result<(), StoreError> {
    for contact in &order.contacts {
        tx.execute("INSERT INTO order_contacts (order_id, contact_id) VALUES ($1, $2)", params![order.id, *contact])?;
    }
    Ok(())
}

/// Changes an order: its ref, contacts and metadata.
///
/// # Errors
/// The database's; a constraint if the ref is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, order: &Order) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE orders SET ref = $1, metadata = $2, updated = $3 WHERE vendor_id = $4 AND id = $5",
        params![order.reference.as_ref(), &order.metadata, order.updated, permit.vendor(), order.id],
    )?;
    tx.execute("DELETE FROM order_contacts WHERE order_id = $1", params![order.id])?;
    insert_contacts(tx, order)
}
