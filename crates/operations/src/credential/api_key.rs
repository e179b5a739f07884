//! The API key of a vendor's system, or of a customer's contact (MAN-1).

use chancery_domain::{Actor, ApiKey, ApiKeyId, Customer, Interval, Refusal, Timestamp, Unit, Vendor};
use chancery_store::{Outcome, ReadTx, customer, vendor};
use chancery_token::hash::equal;

use crate::api_key::{hash, id_of};
use crate::{Error, System, Unauthenticated};

/// A caller who was recognised, at its vendor's now.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who.
    pub actor: Actor,
    /// Whose.
    pub vendor: Vendor,
    /// The vendor's now.
    pub now: Timestamp,
}

/// What is known of a key: whose it is, and of a contact's the customer.
struct Known {
    key: ApiKey,
    vendor: Vendor,
    customer: Option<Customer>,
}

/// Recognises an API key. Keys that never were, that are another's and that were deleted look alike (API-2); so do those of the
/// contacts of a customer that is deleted.
///
/// # Errors
/// `Unauthenticated`; `Refused` with `CustomerDisabled` for a contact's; the database's.
pub async fn api_key(system: &System, text: &str, clock: Timestamp) -> Result<Authenticated, Error> {
    let invalid = || Error::Unauthenticated(Unauthenticated::Invalid);
    let id = id_of(text).map_err(|_| invalid())?;
    let hash = hash(text);
    let found = system.store().glance(move |tx| find(tx, id)).await?;
    let Known { key, vendor, customer } = found.filter(|known| equal(&known.key.hash, &hash)).ok_or_else(invalid)?;
    check(customer.as_ref())?;
    let now = vendor.now(system.now(clock));
    if let Some(at) = key.expires.filter(|at| *at <= now) {
        return Err(Error::Unauthenticated(Unauthenticated::Expired { at }));
    }
    // That it cannot be noted is no reason to refuse the call: reading goes on when nothing can be written.
    if let Err(error) = note_use(system, &key, now).await {
        tracing::warn!(detail = error.private(), "the use of an API key could not be noted");
    }
    Ok(Authenticated { actor: key.actor(), vendor, now })
}

fn find(tx: &mut ReadTx<'_>, id: ApiKeyId) -> Result<Option<Known>, Error> {
    let Some(key) = chancery_store::api_key::find(tx, id)? else { return Ok(None) };
    let customer = match key.holder.contact() {
        Some(contact) => customer::find_by_contact(tx, key.vendor, contact)?,
        None => None,
    };
    Ok(vendor::find(tx, key.vendor)?.map(|vendor| Known { key, vendor, customer }))
}

/// A contact's key works as long as its customer does.
fn check(customer: Option<&Customer>) -> Result<(), Error> {
    match customer {
        Some(customer) if customer.deletion.is_some() => Err(Error::Unauthenticated(Unauthenticated::Invalid)),
        Some(customer) if customer.disabled.is_some() => Err(Refusal::CustomerDisabled.into()),
        _ => Ok(()),
    }
}

/// Notes the last use, at most once an hour, so that reading does not become writing.
async fn note_use(system: &System, key: &ApiKey, now: Timestamp) -> Result<(), Error> {
    let hour = Interval::new(Unit::Hour, 1).map_err(Error::internal)?;
    if key.last_used.is_some_and(|last| now < last.plus(hour)) {
        return Ok(());
    }
    let id = key.id;
    system
        .store()
        .write_unlocked(move |tx| {
            chancery_store::api_key::touch(tx, id, now)?;
            Ok::<_, Error>(Outcome::Done(()))
        })
        .await
}
