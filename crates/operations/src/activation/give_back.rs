//! `feature.return`: elements of a pool are given back (FEAT-3).

use chancery_domain::{Action, Key, LogOperation, Quantity, check_return};

use super::chain::{ChainCall, SeatState, Turned, turn};
use super::feature::{Called, FeatureCall, apply, check_amount, counter, held};
use crate::{Change, Context, Error, System};

/// Gives back elements of a pool that the caller's seat has.
///
/// # Errors
/// `Refused`, after that was recorded, with nothing changed (FEAT-4); the database's.
pub async fn give_back(
    system: &System,
    context: &Context,
    call: ChainCall,
    key: Key,
    amount: Quantity,
) -> Result<FeatureCall, Error> {
    check_amount(amount)?;
    let act = move |change: &mut Change<'_, '_>, seat: &mut SeatState| put_back(change, seat, &key, amount);
    let Turned { result, nonce } = turn(system, context, Action::Return, call, act).await?;
    Ok(FeatureCall { feature: result.feature, nonce })
}

/// The decision and what it changes, whoever asks.
pub(super) fn put_back(
    change: &mut Change<'_, '_>,
    seat: &SeatState,
    key: &Key,
    amount: Quantity,
) -> Result<Called, Error> {
    let used = counter(change, seat, key)?;
    let active = held(change, seat, key)?;
    let taking = check_return(&seat.entitlement, key, used, active, amount)?;
    apply(change, seat, key, amount, LogOperation::Return, taking)
}
