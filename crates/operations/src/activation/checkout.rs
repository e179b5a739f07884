//! `feature.checkout`: elements of a pool are taken (FEAT-3).

use chancery_domain::{Action, Key, LogOperation, Quantity, check_checkout};

use super::chain::{ChainCall, SeatState, Turned, turn};
use super::feature::{Called, FeatureCall, apply, check_amount, counter, held};
use crate::{Change, Context, Error, System};

/// Takes elements of a pool for the caller's seat.
///
/// # Errors
/// `Refused`, after that was recorded, with nothing changed (FEAT-4); the database's.
pub async fn checkout(
    system: &System,
    context: &Context,
    call: ChainCall,
    key: Key,
    amount: Quantity,
) -> Result<FeatureCall, Error> {
    check_amount(amount)?;
    let act = move |change: &mut Change<'_, '_>, seat: &mut SeatState| take(change, seat, &key, amount);
    let Turned { result, nonce } = turn(system, context, Action::Checkout, call, act).await?;
    Ok(FeatureCall { feature: result.feature, nonce })
}

/// The decision and what it changes, whoever asks.
pub(super) fn take(
    change: &mut Change<'_, '_>,
    seat: &SeatState,
    key: &Key,
    amount: Quantity,
) -> Result<Called, Error> {
    seat.activation.check_running(&seat.entitlement, change.now)?;
    let used = counter(change, seat, key)?;
    let active = held(change, seat, key)?;
    let taking = check_checkout(&seat.entitlement, key, used, active, amount, change.now)?;
    apply(change, seat, key, amount, LogOperation::Checkout, taking)
}
