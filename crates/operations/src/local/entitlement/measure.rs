//! What is used of a hosted entitlement, as returns and reports tell it (EXP-6, EXP-7).

use chancery_domain::{Entitlement, FeatureType, FeatureUsage, GrantedFeature, Quantity, Timestamp};
use chancery_store::hosted_entitlement::HostedRow;
use chancery_store::{ReadTx, activation, licensee, seat_sample, usage};
use chancery_token::{CarriedSecret, Usage, UsedFeature};

use crate::Error;
use crate::local::sample_seats::hour_of;

/// What is used now. Which leases could still be running is told as of what is proved of the time: a clock that is ahead must not
/// end them (OFF-11).
pub(in crate::local) fn measure(
    tx: &mut ReadTx<'_>,
    e: &Entitlement,
    hosted: &HostedRow,
    (now, proof): (Timestamp, Timestamp),
) -> Result<Usage, Error> {
    let openings = activation::openings_left(tx, e, now)?;
    let (activations, mut running, mut last) = activation::running(tx, e.id, proof)?;
    let forgotten = forgotten(e, hosted).filter(|(_, end)| *end > proof);
    if let Some((seats, end)) = forgotten {
        (running, last) = (running.max(seats), last.max(Some(end)));
    }
    Ok(Usage {
        seats_used: e.seats_used(&openings),
        running,
        running_until: last.map(|last| Some(last).filter(|last| *last < Timestamp::MAX)),
        features: features(tx, e, now, forgotten.is_some())?,
        activations,
        // They are counted by hours, and the first one had begun.
        denials: seat_sample::denials(tx, e.id, hour_of(hosted.since))?,
        licensee_secret: secret(tx, e)?,
    })
}

/// How many seats may be in use of which the record knows nothing, because the database was set back; and when the last of their
/// leases ends, at [`Timestamp::MAX`] for one without end (EXP-9). The delegation that is known cuts none of them: a later one may
/// be forgotten too.
fn forgotten(e: &Entitlement, hosted: &HostedRow) -> Option<(u64, Timestamp)> {
    let forgotten = hosted.forgotten?;
    let end = e.policy.lease_period.end(forgotten.noticed).unwrap_or(Timestamp::MAX);
    Some((forgotten.seats, end))
}

/// What is used of each. Of pools all may be held, where leases are forgotten.
fn features(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp, forgotten: bool) -> Result<Vec<UsedFeature>, Error> {
    let used = usage::of_entitlement(tx, e.id)?;
    let abandoned = usage::abandoned(tx, e, now)?;
    let told = |feature: &GrantedFeature| {
        let pool = feature.kind.feature_type() == FeatureType::ElementPool;
        // With its overdraft; what is unlimited is not split.
        let all = e.limit_here(feature).filter(|_| pool && forgotten).unwrap_or(Quantity::ZERO);
        let begun = || (all > Quantity::ZERO).then_some(FeatureUsage { used: Quantity::ZERO, since: now });
        let counter = used.get(&feature.key).copied().or_else(begun)?;
        let left = abandoned.get(&feature.key).copied().unwrap_or(Quantity::ZERO);
        let (used, since) = if pool {
            (counter.used.minus(left), counter.since)
        } else {
            let now = counter.current(e, feature, now);
            (now.used, now.since)
        };
        let held = if pool { used.max(all).get() } else { 0 };
        Some(UsedFeature { key: feature.key.to_string(), used: used.get(), since: Some(since), held })
    };
    Ok(e.features.iter().filter(|feature| feature.is_counted()).filter_map(told).collect())
}

/// The secret that a client may have set here (SEC-2).
fn secret(tx: &mut ReadTx<'_>, e: &Entitlement) -> Result<Option<CarriedSecret>, Error> {
    let secret = licensee::of(tx, e.customer, e.product)?.and_then(|licensee| licensee.secret);
    Ok(secret.map(|secret| CarriedSecret { key: secret.key, mac: secret.mac, since: secret.since }))
}
