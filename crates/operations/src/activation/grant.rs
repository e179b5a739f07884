//! Carrying out a claim, however it came: which seat it gets, and what is recorded of it (SEAT-1…5, OFF-4).

use chancery_domain::{
    Activation, Candidate, Claim, ClaimRequest, Denied, Device, DeviceClaim, EditionId, End, Entitlement, LeavingWhy,
    LogOperation, Mode, Openings, OrderId, Product, Seat, SeatId, SeatNote, Standing, Thumbprint, Timestamp, claim,
    left_behind,
};
use chancery_store::{activation, edition, entitlement};

use super::client_code::client_code;
use super::{ActivationView, NewActivation};
use crate::licensee::Guard;
use crate::local::{Serials, note_denial};
use crate::{Change, Error};

/// A claim, with the device for which it is made and the way in which its activation is to be kept alive.
struct Claiming<'a> {
    input: &'a NewActivation,
    device: Device,
    mode: Mode,
}

/// Gives a seat of the orders' entitlements to whoever claims, or the one that its seat id holds already. Says whether it is a new
/// one. `key` is that of the device, which was proved.
///
/// # Errors
/// `Refused`, after the denial was recorded (SEAT-5); `Invalid` for an unknown edition; the database's.
pub(crate) fn grant_seat(
    change: &mut Change<'_, '_>,
    input: &NewActivation,
    orders: &[OrderId],
    key: Option<Thumbprint>,
    mode: Mode,
) -> Result<(ActivationView, bool), Error> {
    let product = &input.claimant.product;
    let request = ClaimRequest {
        seat_id: Some(input.seat_id.clone()),
        edition: edition_id(change, input)?,
        release: input.release,
        device: DeviceClaim::of(product, key.clone()),
        mode,
    };
    let claiming = Claiming { input, device: Device { info: input.device, key }, mode };
    let candidates = candidates(change.tx, orders, product, request.seat_id.as_ref(), change.now)?;
    let serials = Serials::of_claim(change, &candidates, orders, product.id)?;
    let left = left_behind(&candidates, &request, change.now);
    let decided = claim(candidates, &request, change.now);
    let guard = claiming.guard(change, nearest(&decided))?;
    let (entitlement, activation, created) = match decided {
        Err(denied) => return Err(claiming.deny(change, *denied)?),
        Ok(Claim::Again(entitlement, held)) => {
            if !held.is_in_use(change.now) {
                claiming.check_confirmed(change, &serials, &entitlement)?;
            }
            guard.keep(change)?;
            let (entitlement, activation) = claiming.seat_again(change, *entitlement, *held, &serials)?;
            (entitlement, activation, false)
        }
        Ok(Claim::New(entitlement, seat)) => {
            claiming.check_confirmed(change, &serials, &entitlement)?;
            guard.keep(change)?;
            leave_behind(change, left)?;
            let (entitlement, activation) = claiming.seat_new(change, *entitlement, &seat, &serials)?;
            (entitlement, activation, true)
        }
    };
    change.note(&SeatNote::of(LogOperation::Activate, &activation))?;
    let view = ActivationView::of(change.tx, activation, entitlement, change.now)?;
    Ok((view, created))
}

fn edition_id(change: &mut Change<'_, '_>, input: &NewActivation) -> Result<Option<EditionId>, Error> {
    let Some(which) = &input.edition else { return Ok(None) };
    let found = edition::find(change.tx, change.permit.vendor(), Some(input.claimant.product.id), which)?;
    let unknown = || Error::invalid("editionId", chancery_domain::Invalid::Unknown, "the product has no such edition");
    Ok(Some(found.ok_or_else(unknown)?.id))
}

/// Tells the store that [`candidates`] will be asked for.
pub(super) fn announce_candidates(
    tx: &mut chancery_store::ReadTx<'_>,
    orders: &[OrderId],
    product: &Product,
    seat_id: Option<&SeatId>,
) -> Result<(), Error> {
    if !tx.announces() {
        return Ok(());
    }
    for order in orders {
        entitlement::announce_of_order(tx, *order, product.id)?;
        seat_id.map_or(Ok(()), |seat_id| activation::announce_seat(tx, *order, product.id, seat_id))?;
    }
    Ok(())
}

/// The orders' entitlements for a product, each with what a claim must know of its seats.
pub(crate) fn candidates(
    tx: &mut chancery_store::ReadTx<'_>,
    orders: &[OrderId],
    product: &Product,
    seat_id: Option<&SeatId>,
    now: Timestamp,
) -> Result<Vec<Candidate>, Error> {
    let (mut candidates, mut entitlements, mut seats) = (Vec::new(), Vec::new(), Vec::new());
    for order in orders {
        entitlements.extend(entitlement::of_order(tx, *order, Some(product.id))?);
        if let Some(seat_id) = seat_id {
            seats.extend(activation::of_seat(tx, *order, product.id, seat_id)?);
        }
    }
    for mut entitlement in entitlements {
        entitlement.as_of(now);
        let held = seats.iter().position(|seat| seat.entitlement == entitlement.id).map(|at| seats.swap_remove(at));
        // Whoever has a seat needs no other, and what cannot be used gives none: nothing is looked up for them.
        // Where held seats are beyond the limit, who comes back late must get in as a new claim does (SEAT-8).
        let enters = held.as_ref().is_none_or(|held| entitlement.is_over_limit() && !held.is_in_use(now));
        let looks = enters && entitlement.check_usable(now, None).is_ok();
        let openings = if looks { activation::openings(tx, &entitlement, now)? } else { Openings::default() };
        candidates.push(Candidate { entitlement, held, openings });
    }
    Ok(candidates)
}

/// The entitlement that serves a claim, or came nearest.
pub(super) fn nearest(decided: &Result<Claim, Box<Denied>>) -> Option<&Entitlement> {
    match decided {
        Ok(Claim::Again(entitlement, _) | Claim::New(entitlement, _)) => Some(entitlement),
        Err(denied) => denied.entitlement.as_deref(),
    }
}

impl Claiming<'_> {
    /// Checks the licensee secret, before any other refusal: whoever does not know it learns nothing of the seats (SEC-1).
    fn guard(&self, change: &mut Change<'_, '_>, nearest: Option<&Entitlement>) -> Result<Guard, Error> {
        match Guard::check(change, nearest, self.input.secret.as_ref()) {
            Err(Error::Refused(refused)) => {
                let entitlement = nearest.cloned().map(Box::new);
                Err(self.deny(change, Denied { entitlement, refusal: refused.refusal })?)
            }
            checked => checked,
        }
    }

    /// Records a denial (SEAT-5), and gives the error that tells of it.
    fn deny(&self, change: &mut Change<'_, '_>, denied: Denied) -> Result<Error, Error> {
        let Denied { entitlement, refusal } = denied;
        if let Some(entitlement) = entitlement {
            let who = (self.input.seat_id.clone(), self.input.seat_name.clone());
            change.note(&SeatNote::denied(entitlement.id, who, self.mode, &refusal))?;
            if entitlement.hosting.delegation().is_some() {
                note_denial(change, &entitlement)?;
            }
        }
        Ok(refusal.into())
    }

    /// No new seat while it is known that the database was set back (EXP-9).
    fn check_confirmed(&self, change: &mut Change<'_, '_>, serials: &Serials, e: &Entitlement) -> Result<(), Error> {
        match serials.check_confirmed(e.id) {
            Ok(()) => Ok(()),
            Err(refusal) => Err(self.deny(change, Denied { entitlement: Some(Box::new(e.clone())), refusal })?),
        }
    }

    fn seat_again(
        &self,
        change: &mut Change<'_, '_>,
        mut entitlement: Entitlement,
        held: Activation,
        serials: &Serials,
    ) -> Result<(Entitlement, Activation), Error> {
        // Offline nothing of it could be given back (OFF-10).
        if held.frees_at <= change.now || self.mode == Mode::Offline {
            change.give_back_all(&held)?;
        }
        let before = entitlement.clone();
        let (name, device) = (self.input.seat_name.clone(), self.device.clone());
        let mut activation = entitlement.seat_again(held, name, device, self.mode, change.now)?;
        activation.lease.mark = serials.next(change, entitlement.id)?;
        if entitlement.start != before.start {
            entitlement::update_seats(change.tx, change.permit, &entitlement)?;
            change.record(entitlement.id, Some(&before), Some(&entitlement))?;
        }
        activation::update(change.tx, change.permit, &activation)?;
        Ok((entitlement, activation))
    }

    fn seat_new(
        &self,
        change: &mut Change<'_, '_>,
        mut entitlement: Entitlement,
        seat: &Seat,
        serials: &Serials,
    ) -> Result<(Entitlement, Activation), Error> {
        change.end_what_ran_out(&mut entitlement)?;
        match seat {
            Seat::Replacing(ended) => replace(change, ended.activation)?,
            Seat::Free(number) | Seat::Overdraft(number) if *number <= entitlement.counter.highest => {
                activation::take_number(change.tx, entitlement.id, *number)?;
            }
            Seat::Free(_) | Seat::Overdraft(_) => {}
        }
        let (id, now) = (change.id(), change.now);
        let holder = (self.input.seat_id.clone(), self.input.seat_name.clone());
        let code = client_code(&self.input.claimant.product, id);
        // Only the first seat changes more than the count of seats, and what it starts is on record (AUD-1).
        let before = entitlement.starts_by_activation().then(|| entitlement.clone());
        let mut activation = entitlement.seat_new(id, seat, holder, self.device.clone(), code, self.mode, now)?;
        activation.lease.mark = serials.next(change, entitlement.id)?;
        entitlement::update_seats(change.tx, change.permit, &entitlement)?;
        if let Some(before) = before {
            change.record(entitlement.id, Some(&before), Some(&entitlement))?;
        }
        activation::insert(change.tx, change.permit, &activation)?;
        Ok((entitlement, activation))
    }
}

/// Gives up what the seat id holds of entitlements that cannot serve it (SEAT-2).
fn leave_behind(change: &mut Change<'_, '_>, left: Vec<(Entitlement, Activation, LeavingWhy)>) -> Result<(), Error> {
    for (mut entitlement, mut seat, why) in left {
        if let LeavingWhy::Held(_) = why {
            change.release_seat(&mut entitlement, &mut seat, why, None)?;
            continue;
        }
        change.end_seat(&mut entitlement, &mut seat, End::Replaced)?;
        change.note(&SeatNote::of(LogOperation::Replace, &seat))?;
    }
    Ok(())
}

/// Ends the one whose seat goes to another: its number stays taken.
fn replace(change: &mut Change<'_, '_>, id: chancery_domain::ActivationId) -> Result<(), Error> {
    let vendor = change.permit.vendor();
    let mut old = activation::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
    change.give_back_all(&old)?;
    let how = if matches!(old.standing, Standing::Held(_)) { End::Released } else { End::Replaced };
    old.end(how);
    activation::update(change.tx, change.permit, &old)?;
    change.note(&SeatNote::of(LogOperation::Replace, &old))
}
