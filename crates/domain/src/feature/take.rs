//! The three calls on a feature, decided (FEAT-1…4, FEAT-6).

use crate::{Entitlement, FeatureType, FeatureUsage, FeatureValue, GrantedFeature, Key, Quantity, Refusal, Timestamp};

/// What a call changes: the entitlement's counter, and what the seat has of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taking {
    /// The entitlement's counter after it.
    pub usage: FeatureUsage,
    /// What the seat has after it; nothing changes there for what is spent.
    pub active: Quantity,
}

/// Finds a feature.
fn find<'a>(entitlement: &'a Entitlement, key: &Key) -> Result<&'a GrantedFeature, Refusal> {
    let not_licensed = || Refusal::FeatureNotLicensed { feature: key.clone() };
    let feature = entitlement.features.iter().find(|feature| feature.key == *key).ok_or_else(not_licensed)?;
    if feature.value() == FeatureValue::Bool(false) { Err(not_licensed()) } else { Ok(feature) }
}

fn take(
    entitlement: &Entitlement,
    feature: &GrantedFeature,
    usage: FeatureUsage,
    amount: Quantity,
    now: Timestamp,
) -> Result<FeatureUsage, Refusal> {
    let usage = usage.current(entitlement, feature, now);
    if !feature.is_counted() {
        return Ok(usage);
    }
    let total = entitlement.limit_here(feature);
    let available = total.unwrap_or(Quantity::MAX).minus(usage.used);
    if amount > available {
        return Err(Refusal::FeatureExhausted { feature: feature.key.clone(), requested: amount, available, total });
    }
    Ok(FeatureUsage { used: usage.used.plus(amount), since: usage.since })
}

/// `use(n)` spends a `usageCount` for good (FEAT-2); of a `bool` it only records the use (FEAT-1).
///
/// # Errors
/// `FeatureNotLicensed`, `FeatureExhausted`, or that a pool is checked out, not used.
pub fn check_use(
    entitlement: &Entitlement,
    key: &Key,
    usage: FeatureUsage,
    amount: Quantity,
    now: Timestamp,
) -> Result<Taking, Refusal> {
    let feature = find(entitlement, key)?;
    if feature.kind.feature_type() == FeatureType::ElementPool {
        return Err(Refusal::NotUsable { feature: key.clone() });
    }
    let usage = take(entitlement, feature, usage, amount, now)?;
    Ok(Taking { usage, active: Quantity::ZERO })
}

/// `checkout(n)` takes elements of a pool, for this seat (FEAT-3).
///
/// # Errors
/// `FeatureNotLicensed`, `FeatureExhausted`, or that the feature is not a pool.
pub fn check_checkout(
    entitlement: &Entitlement,
    key: &Key,
    usage: FeatureUsage,
    active: Quantity,
    amount: Quantity,
    now: Timestamp,
) -> Result<Taking, Refusal> {
    let feature = find(entitlement, key)?;
    if feature.kind.feature_type() != FeatureType::ElementPool {
        return Err(Refusal::NotReturnable { feature: key.clone() });
    }
    let usage = take(entitlement, feature, usage, amount, now)?;
    Ok(Taking { usage, active: active.plus(amount) })
}

/// `return(n)` gives back what this seat took of a pool (FEAT-3).
///
/// # Errors
/// `NotReturnable` for what is spent for good, `ReturnedMoreThanTaken` beyond what this seat has.
pub fn check_return(
    entitlement: &Entitlement,
    key: &Key,
    usage: FeatureUsage,
    active: Quantity,
    amount: Quantity,
) -> Result<Taking, Refusal> {
    let not_licensed = || Refusal::FeatureNotLicensed { feature: key.clone() };
    let feature = entitlement.features.iter().find(|feature| feature.key == *key).ok_or_else(not_licensed)?;
    if feature.kind.feature_type() != FeatureType::ElementPool {
        return Err(Refusal::NotReturnable { feature: key.clone() });
    }
    if amount > active {
        return Err(Refusal::ReturnedMoreThanTaken { feature: key.clone(), requested: amount, taken: active });
    }
    Ok(Taking {
        usage: FeatureUsage { used: usage.used.minus(amount), since: usage.since },
        active: active.minus(amount),
    })
}
