//! `offline.refresh`: a new lease is made for a device, to be carried to it (OFF-6).

use chancery_domain::{Action, Activation, ActivationId, Actor, Carried, Entitlement, LogOperation, SeatNote};
use chancery_store::offline_device::OfflineDevice;
use chancery_store::{Aggregate, activation, entitlement, offline_device};
use chancery_token::hash::base64url;
use chancery_token::{Jwk, SealingKey};

use super::answer::Answered;
use super::reach::{check_reach, order_of};
use super::reply::{OfflineReply, reply};
use crate::activation::ActivationView;
use crate::{Change, Context, Error, System};

/// Makes a refresh token: the lease's end is computed anew from now. Before the lease's end, or after it, unless the seat has gone to
/// another.
///
/// # Errors
/// `NotFound`; `Refused`, after that was recorded; the database's.
pub async fn refresh(system: &System, context: &Context, id: ActivationId) -> Result<OfflineReply, Error> {
    let permit = context.permit(Action::RefreshOffline)?;
    let vendor = permit.vendor();
    let order = order_of(system, context, vendor, id).await?;
    let inside = context.clone();
    let done = system
        .store()
        .write(Aggregate::Order(order), move |tx| {
            let mut change = Change::new(tx, &permit, &inside);
            let done = change.once(|change| renew(change, inside.actor(), id));
            change.settle(done)
        })
        .await?;
    let (activation, key) = (done.view.activation.id, done.key.clone());
    let device = system.store().read(move |tx| find(tx, activation, &key)).await?;
    let seal = Jwk::from_text(&device.seal_key).and_then(|jwk| SealingKey::new(jwk).ok());
    let seal = seal.ok_or_else(|| Error::internal("a device's key that is no X25519 key"))?;
    reply(system, context, done, &seal, None).await
}

fn find(
    tx: &mut chancery_store::ReadTx<'_>,
    activation: ActivationId,
    key: &chancery_domain::Thumbprint,
) -> Result<OfflineDevice, Error> {
    offline_device::find(tx, activation, key)?.ok_or_else(|| Error::internal("an offline activation without a device"))
}

fn renew(change: &mut Change<'_, '_>, actor: &Actor, id: ActivationId) -> Result<Answered, Error> {
    let vendor = change.permit.vendor();
    let mut seat = activation::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
    check_reach(change.tx, actor, seat.order)?;
    change.expect_version(&seat)?;
    let mut entitlement = entitlement::find(change.tx, vendor, seat.entitlement)?.ok_or(Error::NotFound)?;
    entitlement.as_of(change.now);
    if let Err(error) = extend(change, &mut seat, &entitlement) {
        if let Error::Refused(refused) = &error {
            change.note(&SeatNote::of(LogOperation::Deny, &seat).because(&refused.refusal))?;
        }
        return Err(error);
    }
    activation::update(change.tx, change.permit, &seat)?;
    change.note(&SeatNote::of(LogOperation::Refresh, &seat))?;
    let key = seat.device_key.clone().ok_or_else(|| Error::internal("an offline activation without a device key"))?;
    let device = find(change.tx, id, &key)?;
    let carried = Carried::next(Some(device.carried), change.now);
    offline_device::put(change.tx, change.permit, &OfflineDevice { carried, ..device })?;
    let jti = base64url(&change.random::<16>());
    let view = ActivationView::of(change.tx, seat, entitlement, change.now)?;
    Ok(Answered { view, created: false, seq: carried.seq, jti, key })
}

fn extend(change: &mut Change<'_, '_>, seat: &mut Activation, entitlement: &Entitlement) -> Result<(), Error> {
    seat.check_offline()?;
    if !seat.is_in_use(change.now) {
        change.check_resumes(entitlement)?;
    }
    Ok(seat.refresh(entitlement, None, change.now)?)
}
