//! `offline.deactivate`: a device has given its seat up, and the token that says so was carried here (OFF-9).

use chancery_domain::{
    Action, Activation, ActivationId, Actor, End, LogOperation, Refusal, SeatNote, Standing, Thumbprint,
};
use chancery_store::{Aggregate, activation, entitlement, offline_device};
use chancery_token::{KeyFault, OfflineDeactivation, OfflineExpectation, TokenError, carried};

use super::reach::{check_reach, order_of};
use crate::activation::ActivationView;
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// What became of a deactivation token.
#[derive(Clone, Debug)]
pub struct OfflineDeactivated {
    /// The activation.
    pub view: ActivationView,
    /// Whether its seat was gone already: the token was applied before, or the seat was freed or taken over.
    pub already_done: bool,
}

/// Frees the seat of a device that gave it up, by a token as it was carried (TOK-6). Applying the token again is harmless.
///
/// # Errors
/// `Token`, also for a token by a key that no device of the activation has or had; `NotFound`; `Refused` if the seat is another
/// device's meanwhile, after that was recorded; the database's.
pub async fn deactivate(system: &System, context: &Context, token: &str) -> Result<OfflineDeactivated, Error> {
    let permit = context.permit(Action::DeactivateOffline)?;
    let (vendor, now) = (permit.vendor(), context.now());
    let keys = system.vendor_keys(vendor).await?;
    let expected = OfflineExpectation { vendor, sandbox: keys.vendor.is_sandbox(), now };
    let refused = |error| Error::Token { error, now };
    let opened = carried::read(token).and_then(|token| OfflineDeactivation::open(&token, &keys.opening(), &expected));
    let opened = opened.map_err(refused)?;
    let key: Thumbprint = opened.kid().parse().map_err(|_| Error::internal("a thumbprint of another form"))?;
    let id = opened.activation;
    let (order, context) = (order_of(system, context, vendor, id).await?, context.clone());
    system
        .store()
        .write(Aggregate::Order(order), move |tx| {
            let mut change = Change::new(tx, &permit, &context);
            let done = change.once(|change| give_up(change, context.actor(), id, &key));
            change.settle(done)
        })
        .await
}

fn give_up(
    change: &mut Change<'_, '_>,
    actor: &Actor,
    id: ActivationId,
    key: &Thumbprint,
) -> Result<OfflineDeactivated, Error> {
    let vendor = change.permit.vendor();
    let mut seat = activation::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
    check_reach(change.tx, actor, seat.order)?;
    change.expect_version(&seat)?;
    // Whoever knows an id can sign about it: what counts is whose key that is.
    if offline_device::find(change.tx, id, key)?.is_none() {
        let error = TokenError::KeyUnknown(KeyFault::Unknown);
        return Err(Error::Token { error, now: change.now });
    }
    let mut entitlement = entitlement::find(change.tx, vendor, seat.entitlement)?.ok_or(Error::NotFound)?;
    entitlement.as_of(change.now);
    let already_done = matches!(seat.standing, Standing::Ended(_));
    if !already_done {
        check_own(change, &seat, key)?;
        change.note(&SeatNote::of(LogOperation::Deactivate, &seat))?;
        change.end_seat(&mut entitlement, &mut seat, End::Deactivated)?;
    }
    let view = ActivationView::of(change.tx, seat, entitlement, change.now)?;
    Ok(OfflineDeactivated { view, already_done })
}

/// A seat whose device has become another is not the former one's to give up.
fn check_own(change: &mut Change<'_, '_>, seat: &Activation, key: &Thumbprint) -> Result<(), Error> {
    if seat.device_key.as_ref() == Some(key) {
        return Ok(());
    }
    let refusal = Refusal::ActivationSuperseded;
    change.note(&SeatNote::of(LogOperation::Deny, seat).because(&refusal))?;
    Err(refusal.into())
}

impl Remembered for OfflineDeactivated {
    fn facts(&self) -> String {
        format!("{} {}", self.view.activation.id, self.already_done)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (id, already) = facts.split_once(' ').ok_or_else(|| Error::internal("a receipt of another form"))?;
        let view = ActivationView::load(change.tx, change.permit, fact(id)?, change.now)?;
        Ok(Self { view, already_done: fact(already)? })
    }
}
