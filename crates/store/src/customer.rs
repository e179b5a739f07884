//! Customers and their contacts, as rows.

use std::collections::BTreeMap;

use chancery_domain::{Contact, ContactId, Customer, CustomerId, Disabled, Permit, Selector, VendorId};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.name, t.ref, t.disabled_since, t.disabled_reason, t.notes, t.metadata, t.created,
                t.updated
         FROM customers t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Customer, StoreError> {
    let (id, vendor, name, reference) = (c.take()?, c.take()?, c.take()?, c.take()?);
    let (since, reason): (Option<_>, _) = (c.take()?, c.take()?);
    Ok(Customer {
        id,
        vendor,
        name,
        reference,
        disabled: since.map(|since| Disabled { since, reason }),
        contacts: Vec::new(),
        notes: c.take()?,
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

fn read_contact(c: &mut Columns<'_>) -> Result<Contact, StoreError> {
    Ok(Contact { id: c.take()?, name: c.take()?, email: c.take()? })
}

/// One customer of a vendor with its contacts, by its id or its ref.
///
/// # Errors
/// The database's.
pub fn find(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    which: &Selector<CustomerId>,
) -> Result<Option<Customer>, StoreError> {
    let mut found = match which {
        Selector::Id(id) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, *id], read)?
        }
        Selector::Name(reference) => tx.query_opt(
            concat!(select!(), " WHERE t.vendor_id = $1 AND t.ref = $2"),
            params![vendor, reference],
            read,
        )?,
    };
    add_contacts(tx, vendor, found.as_mut_slice())?;
    Ok(found)
}

/// A page of a vendor's customers with their contacts.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut ReadTx<'_>, permit: &Permit, page: &PageRequest) -> Result<List<Customer>, StoreError> {
    let sql = page.pick(listing!(select, ""));
    let items = tx.query(sql, params![permit.vendor(), page.from()], read)?;
    let mut list = page.cut(items, |customer| customer.id.to_string());
    add_contacts(tx, permit.vendor(), &mut list.items)?;
    Ok(list)
}

/// Reads the contacts of neighbours (of a page, of one customer) in one query, by the range of their ids.
fn add_contacts(tx: &mut ReadTx<'_>, vendor: VendorId, customers: &mut [Customer]) -> Result<(), StoreError> {
    let ids = || customers.iter().map(|customer| customer.id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok(()) };
    let rows: Vec<(CustomerId, Contact)> = tx.query(
        "SELECT k.customer_id, k.id, k.name, k.email
         FROM contacts k JOIN customers t ON t.id = k.customer_id
         WHERE t.vendor_id = $1 AND t.id >= $2 AND t.id <= $3
         ORDER BY k.id",
        params![vendor, first, last],
        |c| Ok((c.take()?, read_contact(c)?)),
    )?;
    let mut contacts = BTreeMap::<CustomerId, Vec<Contact>>::new();
    for (customer, contact) in rows {
        contacts.entry(customer).or_default().push(contact);
    }
    for customer in customers {
        customer.contacts = contacts.remove(&customer.id).unwrap_or_default();
    }
    Ok(())
}

/// Adds a customer with its contacts.
///
/// # Errors
/// The database's; a constraint if the ref is taken, or two contacts have one address.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, customer: &Customer) -> Result<(), StoreError> {
    let disabled = customer.disabled.as_ref();
    tx.execute(
        "INSERT INTO customers (id, vendor_id, name, ref, disabled_since, disabled_reason, notes, metadata, created,
                                updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            customer.id,
            permit.vendor(),
            &customer.name,
            customer.reference.as_ref(),
            disabled.map(|disabled| disabled.since),
            disabled.and_then(|disabled| disabled.reason.as_ref()),
            &customer.notes,
            &customer.metadata,
            customer.created,
            customer.updated,
        ],
    )?;
    customer.contacts.iter().try_for_each(|contact| insert_contact(tx, permit, customer.id, contact))
}

/// Changes a customer; its contacts stay as they are.
///
/// # Errors
/// The database's; a constraint if the ref is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, customer: &Customer) -> Result<(), StoreError> {
    let disabled = customer.disabled.as_ref();
    tx.execute(
        "UPDATE customers SET name = $1, ref = $2, disabled_since = $3, disabled_reason = $4, notes = $5, metadata = $6,
                updated = $7
         WHERE vendor_id = $8 AND id = $9",
        params![
            &customer.name,
            customer.reference.as_ref(),
            disabled.map(|disabled| disabled.since),
            disabled.and_then(|disabled| disabled.reason.as_ref()),
            &customer.notes,
            &customer.metadata,
            customer.updated,
            permit.vendor(),
            customer.id,
        ],
    )?;
    Ok(())
}

/// Removes a customer that nothing refers to, with its contacts.
///
/// # Errors
/// The database's; a constraint if something refers to it.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: CustomerId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM customers WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}

/// What refers to a customer, with how many there are of each kind; nothing: it can be removed.
///
/// # Errors
/// The database's.
pub fn references(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    id: CustomerId,
) -> Result<Vec<(&'static str, i64)>, StoreError> {
    // An entitlement is its order's customer's, so orders are all that there is to count.
    let orders: i64 = tx.query_one(
        "SELECT COUNT(*) FROM orders WHERE vendor_id = $1 AND customer_id = $2",
        params![vendor, id],
        |c| c.take(),
    )?;
    Ok([("order", orders)].into_iter().filter(|(_, count)| *count > 0).collect())
}

/// One contact of a customer.
///
/// # Errors
/// The database's.
pub fn find_contact(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    customer: CustomerId,
    id: ContactId,
) -> Result<Option<Contact>, StoreError> {
    tx.query_opt(
        "SELECT k.id, k.name, k.email
         FROM contacts k JOIN customers t ON t.id = k.customer_id
         WHERE t.vendor_id = $1 AND t.id = $2 AND k.id = $3",
        params![vendor, customer, id],
        read_contact,
    )
}

/// Adds a contact to a customer; to another vendor's it adds none.
///
/// # Errors
/// The database's; a constraint if the customer has a contact of this address.
pub fn insert_contact(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    customer: CustomerId,
    contact: &Contact,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO contacts (id, customer_id, name, email)
         SELECT CAST($1 AS TEXT), t.id, CAST($2 AS TEXT), CAST($3 AS TEXT)
         FROM customers t WHERE t.vendor_id = $4 AND t.id = $5",
        params![contact.id, &contact.name, &contact.email, permit.vendor(), customer],
    )?;
    Ok(())
}

/// Removes a contact of a customer, also from the orders that name it.
///
/// # Errors
/// The database's.
pub fn delete_contact(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    customer: CustomerId,
    id: ContactId,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM contacts
         WHERE customer_id IN (SELECT t.id FROM customers t WHERE t.vendor_id = $1 AND t.id = $2) AND id = $3",
        params![permit.vendor(), customer, id],
    )?;
    Ok(())
}
