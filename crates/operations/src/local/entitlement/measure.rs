//! What is used of a hosted entitlement, as returns and reports tell it (EXP-6, EXP-7).

use chancery_domain::{Entitlement, FeatureType, GrantedFeature, Quantity, Timestamp};
use chancery_store::hosted_entitlement::HostedRow;
use chancery_store::{ReadTx, activation, licensee, seat_sample, usage};
use chancery_token::{CarriedSecret, Usage, UsedFeature};

use crate::Error;

/// What is used now. Which leases could still be running is told as of what is proved of the time: a clock that is ahead must not
/// end them (OFF-11).
pub(in crate::local) fn measure(
    tx: &mut ReadTx<'_>,
    e: &Entitlement,
    hosted: &HostedRow,
    (now, proof): (Timestamp, Timestamp),
) -> Result<Usage, Error> {
    let openings = activation::openings_left(tx, e, now)?;
    let (activations, running, last) = activation::running(tx, e.id, proof)?;
    Ok(Usage {
        seats_used: e.seats_used(&openings),
        running,
        running_until: last.map(|last| Some(last).filter(|last| *last < Timestamp::MAX)),
        features: features(tx, e, now)?,
        activations,
        denials: seat_sample::denials(tx, e.id, hosted.since)?,
        licensee_secret: secret(tx, e)?,
    })
}

fn features(tx: &mut ReadTx<'_>, e: &Entitlement, now: Timestamp) -> Result<Vec<UsedFeature>, Error> {
    let used = usage::of_entitlement(tx, e.id)?;
    let abandoned = usage::abandoned(tx, e, now)?;
    let told = |feature: &GrantedFeature| {
        let counter = *used.get(&feature.key)?;
        let pool = feature.kind.feature_type() == FeatureType::ElementPool;
        let left = abandoned.get(&feature.key).copied().unwrap_or(Quantity::ZERO);
        let (used, since) = if pool {
            (counter.used.minus(left), counter.since)
        } else {
            let now = counter.current(e, feature, now);
            (now.used, now.since)
        };
        let held = if pool { used.get() } else { 0 };
        Some(UsedFeature { key: feature.key.to_string(), used: used.get(), since: Some(since), held })
    };
    Ok(e.features.iter().filter(|feature| feature.is_counted()).filter_map(told).collect())
}

/// The secret that a client may have set here (SEC-2).
fn secret(tx: &mut ReadTx<'_>, e: &Entitlement) -> Result<Option<CarriedSecret>, Error> {
    let secret = licensee::of(tx, e.customer, e.product)?.and_then(|licensee| licensee.secret);
    Ok(secret.map(|secret| CarriedSecret { key: secret.key, mac: secret.mac, since: secret.since }))
}
