//! `signing-key.rewrap`: everything that is encrypted under the key-encryption key is encrypted under another one (KEY-6).

use std::sync::Arc;

use chancery_domain::{Action, Actor, Fact, Facts, Timestamp, Vendor, VendorId, fact};
use chancery_store::{Aggregate, Outcome, WriteTx, local_server, signing_key, vendor};
use chancery_token::KeyEncryptionKey;

use super::Workshop;
use crate::local::license::CYCLE_PURPOSE;
use crate::vendor_keys::{KEY_PURPOSE, SECRET_PURPOSE};
use crate::{Change, Context, Error, System};

/// Encrypts all vendors' secrets and private keys under another key, in one transaction, and says how many. No server may run on
/// the data meanwhile: it would go on with the old key. This system is of no use afterwards.
///
/// # Errors
/// `Internal` if something cannot be decrypted; the database's. Nothing was changed then.
pub async fn rewrap(system: &System, new: KeyEncryptionKey, clock: Timestamp, seed: [u8; 32]) -> Result<u64, Error> {
    let (workshop, new) = (system.workshop(), Arc::new(new));
    let vendors = crate::vendor::list(system).await?;
    let aggregates: Vec<_> = vendors.iter().map(|vendor| Aggregate::Vendor(vendor.id)).collect();
    let now = system.now(clock);
    let work = move |tx: &mut WriteTx<'_>| {
        let mut count = 0;
        for vendor in vendor::all(tx)? {
            if !vendors.iter().any(|known| known.id == vendor.id) {
                return Err(Error::internal("a vendor was made meanwhile: stop every server, and run it again"));
            }
            count += rewrap_of(tx, &vendor, &workshop, &new, vendor.now(now), seed)?;
        }
        Ok(Outcome::Done(count))
    };
    system.store().write(aggregates, work).await
}

fn rewrap_of(
    tx: &mut WriteTx<'_>,
    owner: &Vendor,
    old: &Workshop,
    new: &KeyEncryptionKey,
    now: Timestamp,
    seed: [u8; 32],
) -> Result<u64, Error> {
    let context = Context::new(Actor::Operator { vendor: owner.id }, now, per_vendor(seed, owner.id));
    let permit = context.permit(Action::RewrapSigningKeys)?;
    let mut change = Change::new(tx, &permit, &context);
    let id = owner.id.to_string();
    let secret = vendor::secret(change.tx, owner.id)?.ok_or(Error::NotFound)?;
    let wrapped = new.wrap(SECRET_PURPOSE, &id, &old.kek.unwrap(SECRET_PURPOSE, &id, &secret)?, change.random())?;
    vendor::update_secret(change.tx, &permit, &wrapped)?;
    let mut count = 1;
    for row in signing_key::of_vendor(change.tx, owner.id)? {
        let Some(private) = &row.private else { continue };
        let kid = &row.record.kid;
        let wrapped = new.wrap(KEY_PURPOSE, kid, &old.kek.unwrap(KEY_PURPOSE, kid, private)?, change.random())?;
        signing_key::update(change.tx, &permit, &row.record, Some(&wrapped))?;
        count += 1;
    }
    if let Some(local) = local_server::find(change.tx)?
        && let Some(cycle) = &local.license.cycle
    {
        let id = local.server.to_string();
        let wrapped = new.wrap(CYCLE_PURPOSE, &id, &old.kek.unwrap(CYCLE_PURPOSE, &id, cycle)?, change.random())?;
        local_server::update_cycle(change.tx, &permit, &wrapped)?;
        count += 1;
    }
    change.record(owner.id, None, Some(&Rewrapped(count)))?;
    Ok(count)
}

/// Nonces under the new key must differ from vendor to vendor.
fn per_vendor(seed: [u8; 32], vendor: VendorId) -> [u8; 32] {
    chancery_token::hash::hmac_sha256(&seed, &[vendor.to_string().as_bytes()])
}

struct Rewrapped(u64);

impl Facts for Rewrapped {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("rewrapped", self.0)]
    }
}
