//! `offline.activate`: a request that was carried from a device is answered (OFF-4).

use std::sync::Arc;

use chancery_domain::{Action, Actor, LogOperation, Mode, OrderId, Refusal, SeatNote, Thumbprint};
use chancery_store::offline_device::OfflineDevice;
use chancery_store::{activation, offline_device, offline_request, vendor};
use chancery_token::TokenError;
use chancery_token::hash::base64url;

use super::OpenedRequest;
use super::answer::Answered;
use super::open::Asked;
use super::reach::{check_reach, within_reach};
use super::reply::{OfflineReply, reply};
use crate::activation::{NewActivation, claiming, grant_seat};
use crate::credential::Claimant;
use crate::{Change, Context, Error, System};

/// A request that was opened, and who claims by the credential in it.
pub struct NewOfflineActivation {
    /// The request.
    pub request: OpenedRequest,
    /// Who claims.
    pub claimant: Claimant,
}

/// Answers a request: with a seat, the same one for every request of one seat id and device (SEAT-2, SEAT-12). The same request
/// again is answered alike, however late it comes, as long as the device has its seat.
///
/// # Errors
/// `NotFound` for a contact whom no order of the claim names; `Token` for a request that is older than the vendor lets it be, or for
/// another vendor's product; `Invalid` for what it asks; `Refused`, after the denial was recorded (SEAT-5); the database's.
pub async fn activate(system: &System, context: &Context, input: NewOfflineActivation) -> Result<OfflineReply, Error> {
    let permit = context.permit(Action::ActivateOffline)?;
    let NewOfflineActivation { request, claimant } = input;
    if claimant.caller.vendor.id != permit.vendor() || claimant.product.id != request.product() {
        return Err(Error::Token { error: TokenError::WrongProduct, now: context.now() });
    }
    let asked = Arc::new(request.asked(claimant)?);
    let (wanted, actor) = (Arc::clone(&asked), context.actor().clone());
    let act = move |change: &mut Change<'_, '_>, orders: &[OrderId]| {
        let seat = (wanted.wanted.claimant.product.id, &wanted.wanted.seat_id);
        // Also what was answered is told again only to whom reaches it still.
        let orders = within_reach(change, &actor, orders, seat)?;
        change.once(|change| answer(change, &wanted, &actor, &orders))
    };
    let NewActivation { claimant, seat_id, .. } = &asked.wanted;
    let done = claiming(system, context, Action::ActivateOffline, claimant, Some(seat_id), act).await?;
    reply(system, context, done, &asked.seal, Some(asked.request_id.clone())).await
}

fn answer(change: &mut Change<'_, '_>, asked: &Asked, actor: &Actor, orders: &[OrderId]) -> Result<Answered, Error> {
    let vendor = change.permit.vendor();
    if let Some(known) = offline_request::find(change.tx, vendor, &asked.hash)? {
        let found = activation::find(change.tx, vendor, known.activation)?.ok_or(Error::NotFound)?;
        check_reach(change.tx, actor, found.order)?;
        return Answered::again(change, known, asked.key.clone());
    }
    // That a local server was declared lost says more than that its license was released with it.
    let known = asked.server.as_ref().map(|server| server.check(change, orders)).transpose()?;
    let earlier = offline_device::latest(change.tx, vendor, &asked.key)?;
    check_key(change, &asked.key, earlier.as_ref())?;
    check_age(change, asked)?;
    let key = Some(asked.key.clone());
    let (view, created) = grant_seat(change, &asked.wanted, orders, key, Mode::Offline)?;
    if let (Some(server), Some(known)) = (&asked.server, known) {
        server.record(change, known, &view)?;
    }
    let device = OfflineDevice {
        activation: view.activation.id,
        key: asked.key.clone(),
        seal_key: asked.seal.jwk().to_text(),
        carried: chancery_domain::Carried::next(earlier.map(|device| device.carried), change.now),
    };
    offline_device::put(change.tx, change.permit, &device)?;
    let jti = base64url(&change.random::<16>());
    let done = Answered { view, created, seq: device.carried.seq, jti, key: device.key };
    offline_request::insert(change.tx, change.permit, &asked.hash, &done.answer())?;
    Ok(done)
}

/// A device that gave its seat back, or lost it, gets none again by the same key: an older request or a restored state may be what
/// asks (OFF-9).
fn check_key(change: &mut Change<'_, '_>, key: &Thumbprint, earlier: Option<&OfflineDevice>) -> Result<(), Error> {
    let Some(device) = earlier else { return Ok(()) };
    let vendor = change.permit.vendor();
    let held = activation::find(change.tx, vendor, device.activation)?.ok_or(Error::NotFound)?;
    held.check_key(key).or_else(|refusal: Refusal| {
        change.note(&SeatNote::of(LogOperation::Deny, &held).because(&refusal))?;
        Err(refusal.into())
    })
}

/// How old a request may be, its vendor says (OFF-4).
fn check_age(change: &mut Change<'_, '_>, asked: &Asked) -> Result<(), Error> {
    let vendor = vendor::find(change.tx, change.permit.vendor())?.ok_or(Error::NotFound)?;
    match asked.made.plus(vendor.offline_request_age) {
        at if at <= change.now => Err(Error::Token { error: TokenError::Expired { at }, now: change.now }),
        _ => Ok(()),
    }
}
