//! The licensee secret of a validating call: checked before anything else, and stored if it is the first (SEC-1…3).

use chancery_domain::{
    Entitlement, Licensee, LicenseeSecret, Refusal, SecretMode, SecretStep, StoredSecret, Timestamp,
};
use chancery_store::{ReadTx, licensee};
use chancery_token::hash::{equal, hmac_sha256};

use super::{changed, ensure};
use crate::{Change, Error};

/// What is stored of a secret (SEC-3). The key is random, and new with each secret.
pub(crate) fn seal(secret: &LicenseeSecret, key: [u8; 32], since: Timestamp) -> StoredSecret {
    StoredSecret { key, mac: mac(&key, secret), since }
}

fn mac(key: &[u8; 32], secret: &LicenseeSecret) -> [u8; 32] {
    hmac_sha256(key, &[secret.expose().as_bytes()])
}

fn step(
    mode: SecretMode,
    licensee: Option<&Licensee>,
    brought: Option<&LicenseeSecret>,
) -> Result<SecretStep, Refusal> {
    let same = |stored: &StoredSecret, brought: &LicenseeSecret| equal(&stored.mac, &mac(&stored.key, brought));
    mode.decide(licensee.and_then(|licensee| licensee.secret.as_ref()), brought, same)
}

/// Decides about the secret that a call brings to an entitlement, and changes nothing.
///
/// # Errors
/// `Refused`, as SEC-1 says; the database's.
pub(crate) fn decide(
    tx: &mut ReadTx<'_>,
    entitlement: &Entitlement,
    brought: Option<&LicenseeSecret>,
) -> Result<SecretStep, Error> {
    let licensee = match entitlement.secret_mode {
        SecretMode::Disabled | SecretMode::Key => None,
        SecretMode::Predefined | SecretMode::Client => licensee::of(tx, entitlement.customer, entitlement.product)?,
    };
    Ok(step(entitlement.secret_mode, licensee.as_ref(), brought)?)
}

/// That a call's secret is right; with the secret, if it is the first and is to be stored once nothing else refuses the call.
#[must_use]
pub(crate) struct Guard(Option<(Licensee, LicenseeSecret)>);

impl Guard {
    /// Checks the secret that a call brings to an entitlement, if it leads to any. If it would be the first, the licensee is
    /// locked, so that of several first ones, of whichever orders and servers, the others wait and then find this one (SEC-2).
    ///
    /// # Errors
    /// As those of [`decide`].
    pub(crate) fn check(
        change: &mut Change<'_, '_>,
        entitlement: Option<&Entitlement>,
        brought: Option<&LicenseeSecret>,
    ) -> Result<Self, Error> {
        let Some(entitlement) = entitlement else { return Ok(Self(None)) };
        let (SecretStep::Store, Some(secret)) = (decide(change.tx, entitlement, brought)?, brought) else {
            return Ok(Self(None));
        };
        let found = ensure(change, entitlement.customer, entitlement.product)?;
        licensee::lock(change.tx, change.permit, found.id)?;
        let found = ensure(change, entitlement.customer, entitlement.product)?;
        Ok(Self(match step(entitlement.secret_mode, Some(&found), brought)? {
            SecretStep::Pass => None,
            SecretStep::Store => Some((found, secret.clone())),
        }))
    }

    /// Stores what is to be stored. Called when nothing refuses the call any more: a refused call changes nothing (SEC-1).
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn keep(self, change: &mut Change<'_, '_>) -> Result<(), Error> {
        let Self(Some((before, secret))) = self else { return Ok(()) };
        let stored = seal(&secret, change.random(), change.now);
        changed(change, &before, before.with_secret(stored))?;
        Ok(())
    }
}
