//! Licensees, as rows; and how many came by themselves on a day.

use chancery_domain::{
    CustomerId, Licensee, LicenseeId, OrderId, Permit, ProductId, Selector, StoredSecret, Timestamp, VendorId,
};

use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.customer_id, t.product_id, p.secret_mode, t.number, t.secret_key, t.secret_mac,
                t.secret_since, t.metadata, t.created, t.updated
         FROM licensees t JOIN products p ON p.id = t.product_id"
    };
}

fn read(c: &mut Columns<'_>) -> Result<Licensee, StoreError> {
    let (id, vendor, customer, product, secret_mode, number) =
        (c.take()?, c.take()?, c.take()?, c.take()?, c.take()?, c.take()?);
    let (secret, secret_cleared) = secret(c)?;
    Ok(Licensee {
        id,
        vendor,
        customer,
        product,
        secret_mode,
        number,
        secret,
        secret_cleared,
        metadata: c.take()?,
        created: c.take()?,
        updated: c.take()?,
    })
}

/// The secret; or since when it is taken away, which has an instant alone.
fn secret(c: &mut Columns<'_>) -> Result<(Option<StoredSecret>, Option<Timestamp>), StoreError> {
    let (key, mac, since): (Option<[u8; 32]>, Option<[u8; 32]>, Option<Timestamp>) = (c.take()?, c.take()?, c.take()?);
    let secret = key.zip(mac).zip(since).map(|((key, mac), since)| StoredSecret { key, mac, since });
    let cleared = since.filter(|_| secret.is_none());
    Ok((secret, cleared))
}

fn secret_since(licensee: &Licensee) -> Option<Timestamp> {
    licensee.secret.as_ref().map(|secret| secret.since).or(licensee.secret_cleared)
}

/// One licensee of a vendor, by its id or its number.
///
/// # Errors
/// The database's.
pub fn find(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    which: &Selector<LicenseeId>,
) -> Result<Option<Licensee>, StoreError> {
    match which {
        Selector::Id(id) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, *id], read)
        }
        Selector::Name(number) => {
            tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.number = $2"), params![vendor, number], read)
        }
    }
}

/// The licensee of a customer for a product.
///
/// # Errors
/// The database's.
pub fn of(tx: &mut ReadTx<'_>, customer: CustomerId, product: ProductId) -> Result<Option<Licensee>, StoreError> {
    let sql = concat!(select!(), " WHERE t.customer_id = $1 AND t.product_id = $2");
    tx.query_opt(sql, params![customer, product], read)
}

/// What licensees are filtered by.
#[derive(Clone, Copy, Debug, Default)]
pub struct LicenseeFilter {
    /// Only this customer's.
    pub customer: Option<CustomerId>,
    /// Only those of this product.
    pub product: Option<ProductId>,
}

/// A page of a vendor's licensees. Those of customers who are deleted are there only where their customer is asked for.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    filter: &LicenseeFilter,
    page: &PageRequest,
) -> Result<List<Licensee>, StoreError> {
    let sql = page.pick(listing!(
        select,
        "AND (CAST($3 AS TEXT) = t.customer_id
              OR $3 IS NULL AND t.customer_id IN (SELECT u.id FROM customers u WHERE u.vendor_id = $1 AND u.deleted IS NULL))
         AND (CAST($4 AS TEXT) IS NULL OR t.product_id = $4)",
        metadata "$5" "$6" "$7"
    ));
    let LicenseeFilter { customer, product } = *filter;
    let (vendor, from, [a, b, c]) = (permit.vendor(), page.from(), [page.member(0), page.member(1), page.member(2)]);
    let items = tx.query(sql, params![vendor, from, customer, product, a, b, c], read)?;
    Ok(page.cut(items, |licensee| licensee.id.to_string()))
}

/// The orders by which a customer has something of a product, sorted.
///
/// # Errors
/// The database's.
pub fn orders(tx: &mut ReadTx<'_>, customer: CustomerId, product: ProductId) -> Result<Vec<OrderId>, StoreError> {
    tx.query(
        "SELECT DISTINCT order_id FROM entitlements WHERE customer_id = $1 AND product_id = $2 ORDER BY order_id",
        params![customer, product],
        |c| c.take(),
    )
}

/// Adds a licensee, unless there is one already of the customer for the product, or of the number. Says whether it did.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, licensee: &Licensee) -> Result<bool, StoreError> {
    let secret = licensee.secret.as_ref();
    let added = tx.execute(
        "INSERT INTO licensees (id, vendor_id, customer_id, product_id, number, secret_key, secret_mac, secret_since,
                                metadata, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT DO NOTHING",
        params![
            licensee.id,
            permit.vendor(),
            licensee.customer,
            licensee.product,
            &licensee.number,
            secret.map(|secret| &secret.key),
            secret.map(|secret| &secret.mac),
            secret_since(licensee),
            &licensee.metadata,
            licensee.created,
            licensee.updated,
        ],
    )?;
    Ok(added > 0)
}

/// Locks a licensee until the transaction ends: what is read of it from now on stays so. Calls of other orders, by other servers,
/// wait here (SEC-2).
///
/// # Errors
/// The database's.
pub fn lock(tx: &mut WriteTx<'_>, permit: &Permit, id: LicenseeId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE licensees SET updated = updated WHERE vendor_id = $1 AND id = $2",
        params![permit.vendor(), id],
    )?;
    Ok(())
}

/// Changes a licensee: its number, secret and metadata.
///
/// # Errors
/// The database's; a constraint if the number is taken.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, licensee: &Licensee) -> Result<(), StoreError> {
    let secret = licensee.secret.as_ref();
    tx.execute(
        "UPDATE licensees SET number = $1, secret_key = $2, secret_mac = $3, secret_since = $4, metadata = $5, updated = $6
         WHERE vendor_id = $7 AND id = $8",
        params![
            &licensee.number,
            secret.map(|secret| &secret.key),
            secret.map(|secret| &secret.mac),
            secret_since(licensee),
            &licensee.metadata,
            licensee.updated,
            permit.vendor(),
            licensee.id,
        ],
    )?;
    Ok(())
}

/// Counts a licensee that comes by itself from an address on a day, if fewer than `most` have (AUTO-1). Says whether it did.
///
/// # Errors
/// The database's.
pub fn count_automatic(
    tx: &mut WriteTx<'_>,
    permit: &Permit,
    address: &str,
    day: i64,
    most: u32,
) -> Result<bool, StoreError> {
    let counted = tx.execute(
        "INSERT INTO automatic_licensees (vendor_id, address, day, made)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT), 1 WHERE CAST($4 AS BIGINT) > 0
         ON CONFLICT (vendor_id, address, day) DO UPDATE SET made = automatic_licensees.made + 1
         WHERE automatic_licensees.made < CAST($4 AS BIGINT)",
        params![permit.vendor(), address, day, most],
    )?;
    Ok(counted > 0)
}

/// Forgets what was counted on days before one: at most 1,000 counts at a time, so that nobody waits for it. Says how many.
///
/// # Errors
/// The database's.
pub fn prune_automatic(tx: &mut WriteTx<'_>, day: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM automatic_licensees WHERE (vendor_id, address, day) IN
         (SELECT vendor_id, address, day FROM automatic_licensees WHERE day < $1 LIMIT 1000)",
        params![day],
    )
}
