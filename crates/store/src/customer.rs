//! Customers and their contacts, as rows.

use std::collections::BTreeMap;

use chancery_domain::{
    Contact, ContactId, Customer, CustomerId, Disabled, Email, Permit, Reference, Selector, VendorId,
};

use crate::columns::deletion;
use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.name, t.ref, t.disabled_since, t.disabled_reason, t.deleted, t.purge_at, t.notes,
                t.metadata, t.created, t.updated
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
        deletion: deletion(c)?,
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

/// Which customers are listed.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// Those that are deleted; else those that are not.
    pub deleted: bool,
    /// Only the one of this ref.
    pub reference: Option<Reference>,
    /// Only those whose name has this in it, in large or small letters.
    pub name: Option<String>,
    /// Only those with a contact of this address.
    pub email: Option<Email>,
}

/// A name in small letters, of any script, by which it is searched for.
fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// A page of a vendor's customers with their contacts.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    filter: &CustomerFilter,
    page: &PageRequest,
) -> Result<List<Customer>, StoreError> {
    let sql = page.pick(listing!(
        select,
        "AND (t.deleted IS NOT NULL) = $3 AND (CAST($4 AS TEXT) IS NULL OR t.ref = $4)
         AND (CAST($5 AS TEXT) = '' OR REPLACE(t.folded_name, $5, '') <> t.folded_name)
         AND (CAST($6 AS TEXT) IS NULL
              OR EXISTS (SELECT 1 FROM contacts c WHERE c.customer_id = t.id AND c.folded_email = $6))",
        metadata "$7" "$8" "$9"
    ));
    let CustomerFilter { deleted, reference, name, email } = filter;
    let name = folded(name.as_deref().unwrap_or_default());
    let (reference, email) = (reference.as_ref(), email.as_ref().map(Email::folded));
    let params = params![
        permit.vendor(),
        page.from(),
        *deleted,
        reference,
        name,
        email,
        page.member(0),
        page.member(1),
        page.member(2)
    ];
    let items = tx.query(sql, params, read)?;
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
        "INSERT INTO customers (id, vendor_id, name, ref, disabled_since, disabled_reason, deleted, purge_at, notes,
                                metadata, created, updated, folded_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            customer.id,
            permit.vendor(),
            &customer.name,
            customer.reference.as_ref(),
            disabled.map(|disabled| disabled.since),
            disabled.and_then(|disabled| disabled.reason.as_ref()),
            customer.deletion.map(|deletion| deletion.since),
            customer.deletion.map(|deletion| deletion.purge_at),
            &customer.notes,
            &customer.metadata,
            customer.created,
            customer.updated,
            folded(&customer.name.to_string()),
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
        "UPDATE customers SET name = $1, ref = $2, disabled_since = $3, disabled_reason = $4, deleted = $5, purge_at = $6,
                notes = $7, metadata = $8, updated = $9, folded_name = $10
         WHERE vendor_id = $11 AND id = $12",
        params![
            &customer.name,
            customer.reference.as_ref(),
            disabled.map(|disabled| disabled.since),
            disabled.and_then(|disabled| disabled.reason.as_ref()),
            customer.deletion.map(|deletion| deletion.since),
            customer.deletion.map(|deletion| deletion.purge_at),
            &customer.notes,
            &customer.metadata,
            customer.updated,
            folded(&customer.name.to_string()),
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

/// The customer of a vendor at which a contact is, with all its contacts.
///
/// # Errors
/// The database's.
pub fn find_by_contact(tx: &mut ReadTx<'_>, vendor: VendorId, id: ContactId) -> Result<Option<Customer>, StoreError> {
    let sql = concat!(select!(), " JOIN contacts k ON k.customer_id = t.id WHERE t.vendor_id = $1 AND k.id = $2");
    let mut found = tx.query_opt(sql, params![vendor, id], read)?;
    add_contacts(tx, vendor, found.as_mut_slice())?;
    Ok(found)
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

/// Changes a contact of a customer.
///
/// # Errors
/// The database's; a constraint if the customer has another contact of this address.
pub fn update_contact(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    customer: CustomerId,
    contact: &Contact,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE contacts SET name = $1, email = $2, folded_email = $3
         WHERE customer_id IN (SELECT t.id FROM customers t WHERE t.vendor_id = $4 AND t.id = $5) AND id = $6",
        params![&contact.name, &contact.email, contact.email.folded(), permit.vendor(), customer, contact.id],
    )?;
    Ok(())
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
        "INSERT INTO contacts (id, customer_id, name, email, folded_email)
         SELECT CAST($1 AS TEXT), t.id, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT)
         FROM customers t WHERE t.vendor_id = $5 AND t.id = $6",
        params![contact.id, &contact.name, &contact.email, contact.email.folded(), permit.vendor(), customer],
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
