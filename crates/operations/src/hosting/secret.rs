//! First licensee secrets where several hosts could be told one (SEC-2).

use chancery_domain::{Entitlement, Licensee, LocalServerId, Refusal, SecretMode, StoredSecret};
use chancery_store::{export_session, licensee};
use chancery_token::CarriedSecret;

use crate::licensee::{changed, ensure};
use crate::{Change, Error};

/// Checks that a licensee without a secret, of a product that takes the first one that is brought, is served by one local server only:
/// two would take two. The licensee stays locked, so that of two exports by different orders one sees the other.
///
/// # Errors
/// `LicenseeSecretNotSet`; the database's.
pub(crate) fn check_first_secret(
    change: &mut Change<'_, '_>,
    entitlement: &Entitlement,
    server: LocalServerId,
) -> Result<(), Error> {
    if entitlement.secret_mode != SecretMode::Client {
        return Ok(());
    }
    let found = locked(change, entitlement)?;
    let (customer, product) = (entitlement.customer, entitlement.product);
    if found.secret.is_none() && export_session::elsewhere(change.tx, customer, product, server)? {
        return Err(Refusal::LicenseeSecretNotSet.into());
    }
    Ok(())
}

/// Takes the first secret that a local server was told, unless there is one already, or it is one that was taken away since.
///
/// # Errors
/// The database's.
pub(crate) fn take_secret(
    change: &mut Change<'_, '_>,
    entitlement: &Entitlement,
    told: Option<&CarriedSecret>,
) -> Result<(), Error> {
    let Some(told) = told.filter(|_| entitlement.secret_mode == SecretMode::Client) else { return Ok(()) };
    let before = locked(change, entitlement)?;
    let secret = StoredSecret { key: told.key, mac: told.mac, since: told.since };
    if before.takes_first(&secret) {
        changed(change, &before, before.with_secret(secret))?;
    }
    Ok(())
}

fn locked(change: &mut Change<'_, '_>, entitlement: &Entitlement) -> Result<Licensee, Error> {
    let found = ensure(change, entitlement.customer, entitlement.product)?;
    licensee::lock(change.tx, change.permit, found.id)?;
    ensure(change, entitlement.customer, entitlement.product)
}
