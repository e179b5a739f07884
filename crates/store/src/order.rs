//! Orders, as rows.

use chancery_domain::{ContactId, CustomerId, Order, OrderId, Permit, Reference, Selector, VendorId};

use crate::columns::deletion;
use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.customer_id, t.ref, t.deleted, t.purge_at, u.deleted, u.purge_at, t.metadata, t.created, t.updated
         FROM orders t JOIN customers u ON u.id = t.customer_id"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Order, StoreError> {
    Ok(Order {
        id: c.take()?,
        vendor: c.take()?,
        customer: c.take()?,
        reference: c.take()?,
        deletion: deletion(c)?,
        customer_deletion: deletion(c)?,
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

/// Which orders are listed.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Only this customer's.
    pub customer: Option<CustomerId>,
    /// Only the one of this ref.
    pub reference: Option<Reference>,
    /// Those that are deleted, themselves or with their customer; else those that are not.
    pub deleted: bool,
}

/// A page of a vendor's orders.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    filter: &OrderFilter,
    page: &PageRequest,
) -> Result<List<Order>, StoreError> {
    let sql = page.pick(listing!(
        select,
        "AND (t.deleted IS NOT NULL OR u.deleted IS NOT NULL) = $3 AND (CAST($4 AS TEXT) IS NULL OR t.customer_id = $4)
         AND (CAST($5 AS TEXT) IS NULL OR t.ref = $5)",
        metadata "$6" "$7" "$8"
    ));
    let (customer, reference) = (filter.customer, filter.reference.as_ref());
    let params = params![
        permit.vendor(),
        page.from(),
        filter.deleted,
        customer,
        reference,
        page.member(0),
        page.member(1),
        page.member(2)
    ];
    let items = tx.query(sql, params, read)?;
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
        "INSERT INTO orders (id, vendor_id, customer_id, ref, deleted, purge_at, metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            order.id,
            permit.vendor(),
            order.customer,
            order.reference.as_ref(),
            order.deletion.map(|deletion| deletion.since),
            order.deletion.map(|deletion| deletion.purge_at),
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

/// Changes an order. If its customer changes, that of its entitlements follows (by the schema).
///
/// # Errors
/// The database's; a constraint if the ref is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, order: &Order) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE orders SET customer_id = $1, ref = $2, deleted = $3, purge_at = $4, metadata = $5, updated = $6
         WHERE vendor_id = $7 AND id = $8",
        params![
            order.customer,
            order.reference.as_ref(),
            order.deletion.map(|deletion| deletion.since),
            order.deletion.map(|deletion| deletion.purge_at),
            &order.metadata,
            order.updated,
            permit.vendor(),
            order.id,
        ],
    )?;
    tx.execute("DELETE FROM order_contacts WHERE order_id = $1", params![order.id])?;
    insert_contacts(tx, order)
}
