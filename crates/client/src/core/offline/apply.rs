//! `apply_offline`: what the vendor made, a response or a refresh (OFF-5, OFF-7).

use chancery_domain::ActivationId;
use chancery_token::{
    Entropy, Lease, LeaseExpectation, OfflineRefresh, OfflineReply, OfflineResponse, Recipient, TokenError, Tolerance,
};

use super::Expected;
use crate::Error;
use crate::core::Core;
use crate::core::locked::Locked;
use crate::state::device::DeviceKeys;
use crate::state::record::{Held, Link, Offline};

pub(super) fn apply(
    core: &Core,
    locked: &mut Locked,
    token: &str,
    kind: Expected,
    entropy: &mut Entropy,
) -> Result<(), Error> {
    let reply = open(core, locked, token, entropy)?;
    let wrong = |expected| Err(Error::Carried(TokenError::WrongType { expected }));
    match (kind, &reply) {
        (Expected::Response, OfflineReply::Refresh(_)) => return wrong("chancery-offline-response+jwt"),
        (Expected::Refresh, OfflineReply::Response(_)) => return wrong("chancery-offline-refresh+jwt"),
        _ => {}
    }
    // What it takes back counts for the lease in it too (KEY-5), and stays taken back whatever becomes of the rest.
    if let Some(list) = reply.revocations()
        && core.is_news(list)?
    {
        locked.learn(&core.store, list)?;
    }
    match reply {
        OfflineReply::Response(response) => respond(core, locked, &response),
        OfflineReply::Refresh(refresh) => renew(core, locked, &refresh),
    }
}

/// Opens it with the keys of any cycle of this folder. Without keys, or with others, a key that nobody has tells what else is wrong.
fn open(core: &Core, locked: &Locked, token: &str, entropy: &mut Entropy) -> Result<OfflineReply, Error> {
    let trust = core.trust()?;
    let nobodys = DeviceKeys::new(entropy);
    let mut refused = TokenError::WrongRecipient(Recipient::Device);
    for keys in locked.keys.all().chain([&nobodys]) {
        match trust.open_offline_reply(token, &keys.opening()?, core.now()) {
            Err(TokenError::WrongRecipient(Recipient::Device)) => {}
            Err(error) => {
                refused = error;
                break;
            }
            Ok(reply) => return Ok(reply),
        }
    }
    Err(Error::Carried(refused))
}

/// A response must answer a request that is waited for, with a lease for the seat and the keys of that request (OFF-5).
fn respond(core: &Core, locked: &mut Locked, response: &OfflineResponse) -> Result<(), Error> {
    let asked = locked.record.requests.iter().find(|request| request.id == response.request_id);
    let seat_id = asked.ok_or(Error::Unasked)?.seat_id.clone();
    let lease = open_lease(core, locked, &response.lease, None, &seat_id)?;
    let id = lease.activation.ok_or(Error::Carried(TokenError::WrongRecipient(Recipient::Activation)))?;
    check_newer(core, locked, id, response.seq)?;
    let link = Link::Offline(Offline { seq: response.seq });
    core.saw(response.issued.at);
    locked.replace(&core.store, Held { id: id.to_string(), seat_id, lease: response.lease.clone(), link })
}

/// A refresh may have come meanwhile that is newer than the response: then it would take back what that brought (OFF-7). Numbers of
/// an activation whose keys were lost here say nothing, for other keys have numbers of their own.
fn check_newer(core: &Core, locked: &Locked, id: ActivationId, seq: u64) -> Result<(), Error> {
    let Some(held @ Held { link: Link::Offline(Offline { seq: applied }), .. }) = &locked.record.held else {
        return Ok(());
    };
    if seq <= *applied && held.id == id.to_string() && core.held_lease(held).is_ok() {
        return Err(Error::Carried(TokenError::Superseded { number: seq, seen: *applied }));
    }
    Ok(())
}

/// A refresh must be for the activation that is held, and newer than all that was applied to it (OFF-7).
fn renew(core: &Core, locked: &mut Locked, refresh: &OfflineRefresh) -> Result<(), Error> {
    let held = locked.record.held.clone().ok_or(Error::NotActivated)?;
    let Link::Offline(Offline { seq: applied }) = held.link else {
        return Err(Error::WrongMode { mode: held.mode(), instead: "refresh" });
    };
    if held.activation()? != refresh.activation {
        return Err(Error::Carried(TokenError::WrongRecipient(Recipient::Activation)));
    }
    if refresh.seq <= applied {
        return Err(Error::Carried(TokenError::Superseded { number: refresh.seq, seen: applied }));
    }
    open_lease(core, locked, &refresh.lease, Some(refresh.activation), &held.seat_id)?;
    let link = Link::Offline(Offline { seq: refresh.seq });
    core.saw(refresh.issued.at);
    // Requests that were made since its lease ended go on waiting: a response to them is newer still.
    locked.record.held = Some(Held { lease: refresh.lease.clone(), link, ..held });
    locked.save(&core.store)
}

/// The lease in a reply: one that runs, and that is bound to the keys of its seat here.
fn open_lease(
    core: &Core,
    locked: &Locked,
    lease: &str,
    activation: Option<ActivationId>,
    seat_id: &str,
) -> Result<Lease, Error> {
    let elsewhere = || Error::Carried(TokenError::WrongRecipient(Recipient::Device));
    let device = locked.keys.of(seat_id).ok_or_else(elsewhere)?.thumbprint()?;
    let expected = LeaseExpectation {
        activation,
        seat_id: Some(seat_id),
        device: Some(&device),
        tolerance: Tolerance::CarriedFromVendor,
        ..LeaseExpectation::online(core.product.id(), core.now())
    };
    let lease = core.trust()?.open_lease(lease, &expected).map_err(Error::Carried)?;
    // Online a lease may be good for any device; what is carried never is.
    lease.confirmation.as_ref().ok_or_else(elsewhere)?;
    core.saw(lease.issued.at);
    Ok(lease)
}
