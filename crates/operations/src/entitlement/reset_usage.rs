//! `entitlement.reset-usage`.

use chancery_domain::{
    Action, Entitlement, EntitlementId, Fact, Facts, FeatureType, FeatureUsage, FieldError, Invalid, Key, Quantity,
    fact,
};
use chancery_store::usage;

use super::EntitlementView;
use super::command::command;
use crate::{Change, Context, Error, System};

/// Sets counters back to zero (FEAT-2): those named, or all.
///
/// # Errors
/// `NotFound`; `Invalid` for what is not a counter of the entitlement; the database's.
pub async fn reset_usage(
    system: &System,
    context: &Context,
    id: EntitlementId,
    features: Vec<Key>,
) -> Result<EntitlementView, Error> {
    command(system, context, Action::ResetUsage, id, move |change, entitlement| {
        for key in counters(entitlement, &features)? {
            reset(change, entitlement, &key)?;
        }
        Ok(())
    })
    .await
}

fn counters(entitlement: &Entitlement, wanted: &[Key]) -> Result<Vec<Key>, Error> {
    let of_type = entitlement.features.iter().filter(|f| f.kind.feature_type() == FeatureType::UsageCount);
    let all: Vec<Key> = of_type.map(|feature| feature.key.clone()).collect();
    let wrong = |(i, key): (usize, &Key)| {
        let detail = format!("the entitlement has no counter `{key}`");
        (!all.contains(key)).then(|| FieldError::new(format!("features[{i}]"), Invalid::Unknown, detail))
    };
    let errors: Vec<FieldError> = wanted.iter().enumerate().filter_map(wrong).collect();
    match (errors.is_empty(), wanted.is_empty()) {
        (false, _) => Err(errors.into()),
        (true, true) => Ok(all),
        (true, false) => Ok(wanted.to_vec()),
    }
}

/// Sets one counter back to zero.
pub(crate) fn reset(change: &mut Change<'_, '_>, entitlement: &Entitlement, key: &Key) -> Result<(), Error> {
    let none = FeatureUsage { used: Quantity::ZERO, since: change.now };
    let before = usage::find(change.tx, entitlement.id, key)?.unwrap_or(none);
    usage::set(change.tx, entitlement.id, key, none)?;
    change.record(entitlement.id, Some(&Counter(key, before.used)), Some(&Counter(key, none.used)))
}

struct Counter<'a>(&'a Key, Quantity);

impl Facts for Counter<'_> {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("used", format!("{}={}", self.0, self.1))]
    }
}
