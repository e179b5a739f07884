//! What the three calls on features share: reading the counter, writing it, telling the state (FEAT-5).

use chancery_domain::{FeatureState, FeatureUsage, Key, LogOperation, Quantity, SeatNote, Taking};
use chancery_store::usage;

use super::ActivationView;
use super::chain::SeatState;
use crate::receipt::fact;
use crate::{Change, Error, Remembered};

/// The state of a feature after a call, for the seat that called.
pub struct FeatureCall {
    /// The state.
    pub feature: FeatureState,
    /// The next nonce.
    pub nonce: String,
}

pub(super) struct Called {
    pub feature: FeatureState,
    activation: chancery_domain::ActivationId,
}

/// The counter of a feature, after what nobody holds any more was taken out of it.
pub(super) fn counter(change: &mut Change<'_, '_>, seat: &SeatState, key: &Key) -> Result<FeatureUsage, Error> {
    let now = change.now;
    let none = FeatureUsage { used: Quantity::ZERO, since: now };
    let mut used = usage::find(change.tx, seat.entitlement.id, key)?.unwrap_or(none);
    let abandoned = usage::abandoned_by(change.tx, &seat.entitlement, key, seat.activation.id, now)?;
    for (activation, amount) in &abandoned {
        usage::set_holding(change.tx, seat.entitlement.id, *activation, key, Quantity::ZERO)?;
        used.used = used.used.minus(*amount);
        change.note(&SeatNote::returned(seat.entitlement.id, *activation, key, *amount))?;
    }
    // Written at once: it stays so, whether the call is then refused or not.
    if !abandoned.is_empty() {
        usage::set(change.tx, seat.entitlement.id, key, used)?;
    }
    Ok(used)
}

/// What the seat has of a pool.
pub(super) fn held(change: &mut Change<'_, '_>, seat: &SeatState, key: &Key) -> Result<Quantity, Error> {
    Ok(usage::holdings(change.tx, seat.activation.id)?.remove(key).unwrap_or(Quantity::ZERO))
}

/// Writes what a call takes or gives back, and tells the state after it.
pub(super) fn apply(
    change: &mut Change<'_, '_>,
    seat: &SeatState,
    key: &Key,
    amount: Quantity,
    operation: LogOperation,
    taking: Taking,
) -> Result<Called, Error> {
    usage::set(change.tx, seat.entitlement.id, key, taking.usage)?;
    if operation != LogOperation::Use {
        usage::set_holding(change.tx, seat.entitlement.id, seat.activation.id, key, taking.active)?;
    }
    change.note(&SeatNote::of(operation, &seat.activation).with_feature(key, amount))?;
    let view = ActivationView::of(change.tx, seat.activation.clone(), seat.entitlement.clone(), change.now)?;
    called(view, key)
}

fn called(view: ActivationView, key: &Key) -> Result<Called, Error> {
    let activation = view.activation.id;
    let feature = view.features.into_iter().find(|feature| feature.key == *key).ok_or(Error::NotFound)?;
    Ok(Called { feature, activation })
}

impl Remembered for Called {
    fn facts(&self) -> String {
        format!("{} {}", self.activation, self.feature.key)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (id, key) = facts.split_once(' ').ok_or_else(|| Error::internal("a receipt of another form"))?;
        let view = ActivationView::load(change.tx, change.permit, fact(id)?, change.now)?;
        called(view, &fact(key)?)
    }
}

/// Nothing is neither taken nor given back.
pub(super) fn check_amount(amount: Quantity) -> Result<(), Error> {
    if amount == Quantity::ZERO {
        return Err(Error::invalid("amount", chancery_domain::Invalid::OutOfRange, "give 1 or more"));
    }
    Ok(())
}
