//! `signing-key.renew`: certificates near their end are renewed by themselves, while the root is there (KEY-3).

use chancery_domain::{Action, Actor, KeyRecord, KeyWarning, Refusal, Timestamp, Vendor};
use chancery_store::{Aggregate, ReadTx, signing_key};
use chancery_token::Jwk;

use super::view::root_is_here;
use super::{Authority, Workshop};
use crate::{Change, Context, Error, System};

/// A key about which somebody must do something.
#[derive(Clone, Debug)]
pub struct Attention {
    /// Whose it is.
    pub vendor: Vendor,
    /// Which.
    pub key: KeyRecord,
    /// What is to be done.
    pub warning: KeyWarning,
}

/// Renews what ends soon, of every vendor, and tells of what it could not renew.
///
/// # Errors
/// The database's.
pub async fn renew(system: &System, clock: Timestamp, seed: [u8; 32]) -> Result<Vec<Attention>, Error> {
    let mut attention = Vec::new();
    for vendor in system.vendors() {
        let now = system.vendor_now(&vendor, clock).await?;
        if wanting(system, &vendor, now).await? {
            match renew_of(system, &vendor, now, seed).await {
                Ok(()) => {}
                Err(Error::Refused(refused)) if refused.refusal == Refusal::RootKeyRemoved => {}
                Err(error) => return Err(error),
            }
        }
        attention.extend(warnings(system, &vendor, now).await?);
    }
    Ok(attention)
}

async fn wanting(system: &System, vendor: &Vendor, now: Timestamp) -> Result<bool, Error> {
    let vendor = vendor.clone();
    let read = move |tx: &mut ReadTx<'_>| {
        let keys = signing_key::of_vendor(tx, vendor.id)?;
        Ok::<_, Error>(keys.iter().any(|row| row.record.wants_renewal(&vendor, now)))
    };
    system.store().read(read).await
}

async fn renew_of(system: &System, vendor: &Vendor, now: Timestamp, seed: [u8; 32]) -> Result<(), Error> {
    let context = Context::new(Actor::Operator { vendor: vendor.id }, now, seed);
    let (workshop, owner) = (system.workshop(), vendor.clone());
    let act = move |change: &mut Change<'_, '_>| renewed(change, &workshop, &owner);
    system.change(&context, Action::RenewSigningKey, Aggregate::Vendor(vendor.id), act).await?;
    system.load_keys().await
}

fn renewed(change: &mut Change<'_, '_>, workshop: &Workshop, vendor: &Vendor) -> Result<(), Error> {
    let authority = Authority::of(change, workshop)?;
    // Asked again: another process may have renewed them meanwhile.
    let mut keys = signing_key::of_vendor(change.tx, vendor.id)?;
    keys.retain(|row| row.record.wants_renewal(vendor, change.now));
    if keys.is_empty() {
        return Ok(());
    }
    for row in keys {
        let public = Jwk::from_text(&row.public).ok_or_else(|| Error::internal("a public key that is no JWK"))?;
        let certified_until = Some(authority.certify(change, &row.record, &public)?);
        let after = KeyRecord { certified_until, ..row.record.clone() };
        change.record(after.id, Some(&row.record), Some(&after))?;
    }
    authority.publish(change)
}

async fn warnings(system: &System, vendor: &Vendor, now: Timestamp) -> Result<Vec<Attention>, Error> {
    let vendor = vendor.clone();
    let read = move |tx: &mut ReadTx<'_>| {
        let here = root_is_here(tx, vendor.id)?;
        let keys = signing_key::of_vendor(tx, vendor.id)?.into_iter().map(|row| row.record);
        let warned = keys.filter_map(|key| Some((key.warning(here, now)?, key)));
        Ok::<_, Error>(warned.map(|(warning, key)| Attention { vendor: vendor.clone(), key, warning }).collect())
    };
    system.store().read(read).await
}
