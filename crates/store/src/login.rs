//! Contacts as those who sign in: by their address, and the hash of their password.

use chancery_domain::{ContactId, CustomerId, Email, OrderId, Permit, ProductId, VendorId};

use crate::{ReadTx, StoreError, WriteTx, params};

/// A contact who may sign in.
#[derive(Clone)]
pub struct Login {
    /// The contact.
    pub contact: ContactId,
    /// The hash of the password, if one is set.
    pub password: Option<String>,
}

/// The contacts of a vendor with an address, in large or small letters; one person may be a contact of several customers. Those who
/// have a password come first.
///
/// # Errors
/// The database's.
pub fn by_email(tx: &mut ReadTx<'_>, vendor: VendorId, email: &Email) -> Result<Vec<Login>, StoreError> {
    tx.query(
        "SELECT k.id, k.password FROM contacts k JOIN customers t ON t.id = k.customer_id
         WHERE k.folded_email = $1 AND t.vendor_id = $2
         ORDER BY CASE WHEN k.password IS NULL THEN 1 ELSE 0 END, k.id",
        params![email.folded(), vendor],
        |c| Ok(Login { contact: c.take()?, password: c.take()? }),
    )
}

/// Sets or removes a contact's password. Says whether there is such a contact.
///
/// # Errors
/// The database's.
pub fn set_password(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    customer: CustomerId,
    id: ContactId,
    hash: Option<&str>,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE contacts SET password = $1
         WHERE customer_id IN (SELECT t.id FROM customers t WHERE t.vendor_id = $2 AND t.id = $3) AND id = $4",
        params![hash, permit.vendor(), customer, id],
    )?;
    Ok(changed > 0)
}

/// Whether a contact has a password.
///
/// # Errors
/// The database's.
pub fn has_password(tx: &mut ReadTx<'_>, id: ContactId) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM contacts WHERE id = $1 AND password IS NOT NULL";
    let found: i64 = tx.query_one(sql, params![id], |c| c.take())?;
    Ok(found > 0)
}

/// The orders that a contact may act on and that have something of a product, sorted.
///
/// # Errors
/// The database's.
pub fn orders(tx: &mut ReadTx<'_>, contact: ContactId, product: ProductId) -> Result<Vec<OrderId>, StoreError> {
    tx.query(
        "SELECT DISTINCT e.order_id FROM order_contacts k JOIN entitlements e ON e.order_id = k.order_id
         WHERE k.contact_id = $1 AND e.product_id = $2 ORDER BY e.order_id",
        params![contact, product],
        |c| c.take(),
    )
}
