//! What the vendor does for a device: `activation.refresh-seat` and the calls on features, without its nonce and its token.

use chancery_domain::{Action, ActivationId, FeatureState, Key, LogOperation, Quantity, SeatNote};
use chancery_store::{Aggregate, activation, entitlement};

use super::ActivationView;
use super::chain::{SeatState, check_way};
use super::checkout::take;
use super::feature::check_amount;
use super::give_back::put_back;
use super::spend::spend_of;
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// Keeps a seat for its holder as long as a lease of now would last, also one whose lease has ended and whose seat nobody took. The
/// device gets no lease by it: it does when it comes back itself, or when one is carried to it (OFF-6).
///
/// # Errors
/// `NotFound`; `Refused`, after that was recorded; the database's.
pub async fn refresh_seat(system: &System, context: &Context, id: ActivationId) -> Result<ActivationView, Error> {
    let act = |change: &mut Change<'_, '_>, seat: &mut SeatState| {
        if !seat.activation.is_in_use(change.now) {
            change.check_resumes(&seat.entitlement)?;
            change.give_back_all(&seat.activation)?;
        }
        seat.activation.keep_seat(&seat.entitlement, change.now)?;
        change.note(&SeatNote::of(LogOperation::Refresh, &seat.activation))?;
        ActivationView::of(change.tx, seat.activation.clone(), seat.entitlement.clone(), change.now)
    };
    on_behalf(system, context, Action::RefreshActivation, id, act).await
}

/// Takes elements of a pool for a device (FEAT-3).
///
/// # Errors
/// `NotFound`; `Refused`, after that was recorded; the database's.
pub async fn checkout_feature(
    system: &System,
    context: &Context,
    id: ActivationId,
    key: Key,
    amount: Quantity,
) -> Result<FeatureState, Error> {
    check_amount(amount)?;
    let act = move |change: &mut Change<'_, '_>, seat: &mut SeatState| take(change, seat, &key, amount);
    Ok(on_behalf(system, context, Action::CheckoutActivationFeature, id, act).await?.feature)
}

/// Gives back elements of a pool that a device has (FEAT-3).
///
/// # Errors
/// `NotFound`; `Refused`, after that was recorded; the database's.
pub async fn return_feature(
    system: &System,
    context: &Context,
    id: ActivationId,
    key: Key,
    amount: Quantity,
) -> Result<FeatureState, Error> {
    check_amount(amount)?;
    let act = move |change: &mut Change<'_, '_>, seat: &mut SeatState| put_back(change, seat, &key, amount);
    Ok(on_behalf(system, context, Action::ReturnActivationFeature, id, act).await?.feature)
}

/// Spends a counter for a device (FEAT-1, FEAT-2).
///
/// # Errors
/// `NotFound`; `Refused`, after that was recorded; the database's.
pub async fn use_feature(
    system: &System,
    context: &Context,
    id: ActivationId,
    key: Key,
    amount: Quantity,
) -> Result<FeatureState, Error> {
    check_amount(amount)?;
    let act = move |change: &mut Change<'_, '_>, seat: &mut SeatState| spend_of(change, seat, &key, amount);
    Ok(on_behalf(system, context, Action::UseActivationFeature, id, act).await?.feature)
}

/// Makes a call for the device that holds a seat. The chain of its nonces does not turn, so that the device never notices.
async fn on_behalf<T, F>(
    system: &System,
    context: &Context,
    action: Action,
    id: ActivationId,
    act: F,
) -> Result<T, Error>
where
    T: Remembered + Send + 'static,
    F: Fn(&mut Change<'_, '_>, &mut SeatState) -> Result<T, Error> + Send + 'static,
{
    let permit = context.permit(action)?;
    let vendor = permit.vendor();
    let order = system
        .store()
        .read(move |tx| Ok::<_, Error>(activation::find(tx, vendor, id)?.ok_or(Error::NotFound)?.order))
        .await?;
    let context = context.clone();
    system
        .store()
        .write(Aggregate::Order(order), move |tx| {
            let mut change = Change::new(tx, &permit, &context);
            let done = change.once(|change| call(change, id, &act));
            change.settle(done)
        })
        .await
}

fn call<T>(
    change: &mut Change<'_, '_>,
    id: ActivationId,
    act: &impl Fn(&mut Change<'_, '_>, &mut SeatState) -> Result<T, Error>,
) -> Result<T, Error> {
    let vendor = change.permit.vendor();
    let activation = activation::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
    change.expect_version(&activation)?;
    let mut entitlement = entitlement::find(change.tx, vendor, activation.entitlement)?.ok_or(Error::NotFound)?;
    entitlement.as_of(change.now);
    let held = activation.check_held(activation.chain);
    let held = held.and_then(|()| check_way(change.permit.action(), &activation));
    let mut seat = SeatState { activation, entitlement };
    match held.map_err(Error::from).and_then(|()| act(change, &mut seat)) {
        Ok(done) => {
            activation::update(change.tx, change.permit, &seat.activation)?;
            Ok(done)
        }
        Err(Error::Refused(refused)) => {
            let mut note = SeatNote::of(Change::denial(change.permit.action()), &seat.activation);
            note.feature = refused.refusal.feature().cloned();
            change.note(&note.because(&refused.refusal))?;
            Err(Error::Refused(refused))
        }
        Err(error) => Err(error),
    }
}

impl Remembered for ActivationView {
    fn facts(&self) -> String {
        self.activation.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        Self::load(change.tx, change.permit, fact(facts)?, change.now)
    }
}
