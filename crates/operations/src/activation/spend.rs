//! `feature.use`: a counter is spent for good (FEAT-1, FEAT-2).

use chancery_domain::{Action, Key, LogOperation, Quantity, check_use};

use super::chain::{ChainCall, SeatState, Turned, turn};
use super::feature::{Called, FeatureCall, apply, check_amount, counter};
use crate::{Change, Context, Error, System};

/// Spends a counted feature, or records the use of a feature that is on or off.
///
/// # Errors
/// `Refused`, after that was recorded, with nothing changed (FEAT-4); the database's.
pub async fn spend(
    system: &System,
    context: &Context,
    call: ChainCall,
    key: Key,
    amount: Quantity,
) -> Result<FeatureCall, Error> {
    check_amount(amount)?;
    let act = move |change: &mut Change<'_, '_>, seat: &mut SeatState| spend_of(change, seat, &key, amount);
    let Turned { result, nonce } = turn(system, context, Action::Use, call, act).await?;
    Ok(FeatureCall { feature: result.feature, nonce })
}

/// The decision and what it changes, whoever asks.
pub(super) fn spend_of(
    change: &mut Change<'_, '_>,
    seat: &SeatState,
    key: &Key,
    amount: Quantity,
) -> Result<Called, Error> {
    seat.activation.check_running(&seat.entitlement, change.now)?;
    let used = counter(change, seat, key)?;
    let taking = check_use(&seat.entitlement, key, used, amount, change.now)?;
    apply(change, seat, key, amount, LogOperation::Use, taking)
}
