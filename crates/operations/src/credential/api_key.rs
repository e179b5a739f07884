//! The API key of a vendor's system (MAN-1).

use chancery_domain::{Actor, ApiKey, Interval, Timestamp, Unit, Vendor};
use chancery_store::{Outcome, vendor};
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

/// Recognises an API key. Keys that never were, that are another's and that were deleted look alike (API-2).
///
/// # Errors
/// `Unauthenticated`; the database's.
pub async fn api_key(system: &System, text: &str, clock: Timestamp) -> Result<Authenticated, Error> {
    let invalid = || Error::Unauthenticated(Unauthenticated::Invalid);
    let id = id_of(text).map_err(|_| invalid())?;
    let hash = hash(text);
    let found = system
        .store()
        .glance(move |tx| {
            let key = chancery_store::api_key::find(tx, id)?;
            let vendor = key.as_ref().map(|key| vendor::find(tx, key.vendor)).transpose()?.flatten();
            Ok::<_, Error>(key.zip(vendor))
        })
        .await?;
    let (key, vendor) = found.filter(|(key, _)| equal(&key.hash, &hash)).ok_or_else(invalid)?;
    let now = vendor.now(system.now(clock));
    if let Some(at) = key.expires.filter(|at| *at <= now) {
        return Err(Error::Unauthenticated(Unauthenticated::Expired { at }));
    }
    // That it cannot be noted is no reason to refuse the call: reading goes on when nothing can be written.
    if let Err(error) = note_use(system, &key, now).await {
        tracing::warn!(detail = error.private(), "the use of an API key could not be noted");
    }
    let actor = Actor::ApiKey { id, vendor: vendor.id, scopes: key.scopes };
    Ok(Authenticated { actor, vendor, now })
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
