//! Delegations by keys that the vendor revoked: they have ended, so that nothing is given by them any more (KEY-5).

use chancery_domain::{Delegation, Entitlement, Hosting, Timestamp};
use chancery_store::{entitlement, hosted_entitlement};
use chancery_token::Trust;

use crate::{Change, Error};

/// Ends the delegations behind which the vendor does not stand any more: products would not believe the leases. A newer token brings
/// another. `proof` is what was proved of the time.
///
/// # Errors
/// The database's.
pub(super) fn end_revoked(change: &mut Change<'_, '_>, trust: &Trust, proof: Timestamp) -> Result<(), Error> {
    // The clock may be ahead, and be set right later: what is proved is past then too (OFF-11).
    let ended = proof.min(change.now);
    for hosted in hosted_entitlement::all(change.tx)? {
        if trust.open_delegation(&hosted.delegation, Timestamp::MAX).is_ok() {
            continue;
        }
        let Some(before) = entitlement::find(change.tx, change.permit.vendor(), hosted.entitlement)? else { continue };
        let known = before.hosting.delegation().copied();
        if let Some(known) = known.filter(|known| known.until.is_none_or(|until| ended < until)) {
            let hosting = Hosting::Delegated(Delegation { until: Some(ended), ..known });
            let after = Entitlement { hosting, ..before.clone() };
            entitlement::update_hosting(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
        }
    }
    Ok(())
}
