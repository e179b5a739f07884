//! Registrations of OpenID providers, as rows.

use chancery_domain::{Audience, OpenIdProvider, OpenIdProviderId, Permit, VendorId};

use crate::columns::parsed;
use crate::paging::listing;
use crate::{Columns, List, PageRequest, ReadTx, StoreError, WriteTx, params};

macro_rules! select {
    () => {
        "SELECT t.id, t.vendor_id, t.name, t.issuer, t.audiences, t.subject_claim, t.created, t.updated
         FROM openid_providers t"
    };
}

fn read(c: &mut Columns<'_>) -> Result<OpenIdProvider, StoreError> {
    Ok(OpenIdProvider {
        id: c.take()?,
        vendor: c.take()?,
        name: c.take()?,
        issuer: parsed(&c.take::<String>()?)?,
        audiences: c.take::<String>()?.split(' ').map(parsed).collect::<Result<_, _>>()?,
        subject_claim: parsed(&c.take::<String>()?)?,
        created: c.take()?,
        updated: c.take()?,
    })
}

/// An audience has no blank in it.
fn audiences(provider: &OpenIdProvider) -> String {
    provider.audiences.iter().map(Audience::as_str).collect::<Vec<_>>().join(" ")
}

/// One registration of a vendor.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut ReadTx<'_>, vendor: VendorId, id: OpenIdProviderId) -> Result<Option<OpenIdProvider>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.id = $2"), params![vendor, id], read)
}

/// The registration of an issuer at a vendor.
///
/// # Errors
/// The database's.
pub fn of_issuer(tx: &mut ReadTx<'_>, vendor: VendorId, issuer: &str) -> Result<Option<OpenIdProvider>, StoreError> {
    tx.query_opt(concat!(select!(), " WHERE t.vendor_id = $1 AND t.issuer = $2"), params![vendor, issuer], read)
}

/// A page of a vendor's registrations.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut ReadTx<'_>, permit: &Permit, page: &PageRequest) -> Result<List<OpenIdProvider>, StoreError> {
    let sql = page.pick(listing!(select, ""));
    let items = tx.query(sql, params![permit.vendor(), page.from()], read)?;
    Ok(page.cut(items, |provider| provider.id.to_string()))
}

/// Adds a registration.
///
/// # Errors
/// The database's; a constraint if the issuer is registered.
pub fn insert(tx: &mut WriteTx<'_>, permit: &Permit, provider: &OpenIdProvider) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO openid_providers (id, vendor_id, name, issuer, audiences, subject_claim, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            provider.id,
            permit.vendor(),
            &provider.name,
            provider.issuer.as_str(),
            audiences(provider),
            provider.subject_claim.as_str(),
            provider.created,
            provider.updated,
        ],
    )?;
    Ok(())
}

/// Changes a registration.
///
/// # Errors
/// The database's; a constraint if the issuer is registered.
pub fn update(tx: &mut WriteTx<'_>, permit: &Permit, provider: &OpenIdProvider) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE openid_providers SET name = $1, issuer = $2, audiences = $3, subject_claim = $4, updated = $5
         WHERE vendor_id = $6 AND id = $7",
        params![
            &provider.name,
            provider.issuer.as_str(),
            audiences(provider),
            provider.subject_claim.as_str(),
            provider.updated,
            permit.vendor(),
            provider.id,
        ],
    )?;
    Ok(())
}

/// Removes a registration.
///
/// # Errors
/// The database's.
pub fn delete(tx: &mut WriteTx<'_>, permit: &Permit, id: OpenIdProviderId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM openid_providers WHERE vendor_id = $1 AND id = $2", params![permit.vendor(), id])?;
    Ok(())
}
