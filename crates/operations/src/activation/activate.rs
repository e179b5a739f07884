//! `activation.activate`: a claim on a seat (SEAT-1…5).

use std::sync::Arc;

use chancery_domain::{
    Action, Activation, Candidate, Claim, ClaimRequest, Denied, Device, DeviceClaim, DeviceInfo, EditionId, End,
    Entitlement, LicenseeSecret, LogOperation, Name, Openings, OrderId, Product, Seat, SeatId, SeatNote, Selector,
    Standing, Thumbprint, Timestamp, claim, left_behind,
};
use chancery_store::{activation, edition, entitlement};
use chancery_token::Nonce;

use super::claiming::claiming;
use super::client_code::client_code;
use super::lease::NO_KEY;
use super::{ActivationView, lease};
use crate::credential::Claimant;
use crate::device::{ProofText, ProvedDevice, prove};
use crate::licensee::Guard;
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// A claim on a seat. No `Debug`: it may have a secret (API-7).
#[derive(Clone)]
pub struct NewActivation {
    /// Who claims, and for which product.
    pub claimant: Claimant,
    /// The edition, if one is wanted.
    pub edition: Option<Selector<EditionId>>,
    /// Who is to have the seat.
    pub seat_id: SeatId,
    /// What people read of it.
    pub seat_name: Option<Name>,
    /// When the product's release was made (ENT-5).
    pub release: Option<Timestamp>,
    /// The licensee secret, if the product brings one.
    pub secret: Option<LicenseeSecret>,
    /// The machine.
    pub device: DeviceInfo,
    /// The proof of its key (SEAT-12).
    pub device_proof: Option<ProofText>,
}

/// A seat that was granted.
#[derive(Clone, Debug)]
pub struct Activated {
    /// The activation.
    pub view: ActivationView,
    /// Whether it is a new one.
    pub created: bool,
    /// Its lease, signed.
    pub lease: String,
    /// The latest revocation list, if any key was ever revoked (KEY-5).
    pub revocations: Option<String>,
    /// The token that later calls show.
    pub access_token: String,
    /// The nonce that the next call shows.
    pub nonce: String,
}

/// What was granted, before it is signed.
struct Granted {
    view: ActivationView,
    created: bool,
    jti: String,
}

/// Claims a seat. A seat id that holds one already gets its activation back, with a fresh lease (SEAT-2).
///
/// # Errors
/// `Refused`, after the denial was recorded (SEAT-5); `Token` for a device proof that is none; the database's.
pub async fn activate(system: &System, context: &Context, input: NewActivation) -> Result<Activated, Error> {
    let permit = context.permit(Action::Activate)?;
    let keys = system.vendor_keys(permit.vendor()).await?;
    let input = Arc::new(input);
    // What is wrong with a proof is told only to whom nothing was granted already: a retry may come when its proof has ended.
    let Claimant { caller, product, .. } = &input.claimant;
    let proved = prove(input.device_proof.as_ref(), caller, product.id, Some(&input.seat_id));
    let wanted = Arc::clone(&input);
    let act = move |change: &mut Change<'_, '_>, orders: &[OrderId]| {
        change.once(|change| grant(change, &wanted, orders, proved.clone()?))
    };
    let Granted { view, created, jti } = claiming(system, context, Action::Activate, &input.claimant, act).await?;
    let nonce = Nonce::of(&keys.secret, view.activation.id, view.activation.chain).make(view.activation.counter);
    // As they are after the commit: a key may have been revoked meanwhile (KEY-5).
    let keys = system.vendor_keys(permit.vendor()).await?;
    let lease = keys.sign_lease(&view, &jti)?;
    let access_token = keys.sign_access(&view.activation, &jti)?;
    let revocations = keys.revocations.clone();
    Ok(Activated { view, created, lease, revocations, access_token, nonce })
}

fn grant(
    change: &mut Change<'_, '_>,
    input: &NewActivation,
    orders: &[OrderId],
    proved: Option<ProvedDevice>,
) -> Result<Granted, Error> {
    let key = change.spend(proved)?;
    let request = ClaimRequest {
        seat_id: Some(input.seat_id.clone()),
        edition: edition_id(change, input)?,
        release: input.release,
        device: DeviceClaim::of(&input.claimant.product, key.clone()),
    };
    let product = &input.claimant.product;
    let device = Device { info: input.device, key };
    let candidates = candidates(change.tx, orders, product, request.seat_id.as_ref(), change.now)?;
    let left = left_behind(&candidates, &request, change.now);
    let decided = claim(candidates, &request, change.now);
    let guard = guard(change, input, nearest(&decided))?;
    let (entitlement, activation, created) = match decided {
        Err(denied) => return Err(deny(change, input, *denied)?),
        Ok(Claim::Again(entitlement, held)) => {
            guard.keep(change)?;
            let (entitlement, activation) = seat_again(change, *entitlement, *held, input, device)?;
            (entitlement, activation, false)
        }
        Ok(Claim::New(entitlement, seat)) => {
            guard.keep(change)?;
            leave_behind(change, left)?;
            let (entitlement, activation) = seat_new(change, *entitlement, &seat, input, device)?;
            (entitlement, activation, true)
        }
    };
    change.note(&SeatNote::of(LogOperation::Activate, &activation))?;
    let jti = chancery_token::hash::base64url(&change.random::<16>());
    let view = ActivationView::of(change.tx, activation, entitlement, change.now)?;
    Ok(Granted { view, created, jti })
}

fn edition_id(change: &mut Change<'_, '_>, input: &NewActivation) -> Result<Option<EditionId>, Error> {
    let Some(which) = &input.edition else { return Ok(None) };
    let found = edition::find(change.tx, change.permit.vendor(), Some(input.claimant.product.id), which)?;
    let unknown = || Error::invalid("editionId", chancery_domain::Invalid::Unknown, "the product has no such edition");
    Ok(Some(found.ok_or_else(unknown)?.id))
}

/// The orders' entitlements for a product, each with what a claim must know of its seats.
pub(crate) fn candidates(
    tx: &mut chancery_store::ReadTx<'_>,
    orders: &[OrderId],
    product: &Product,
    seat_id: Option<&SeatId>,
    now: Timestamp,
) -> Result<Vec<Candidate>, Error> {
    let mut candidates = Vec::new();
    let mut entitlements = Vec::new();
    for order in orders {
        entitlements.extend(entitlement::of_order(tx, *order, Some(product.id))?);
    }
    for entitlement in entitlements {
        let held = match seat_id {
            Some(seat_id) => activation::find_by_seat(tx, entitlement.id, seat_id)?,
            None => None,
        };
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

/// Checks the licensee secret, before any other refusal: whoever does not know it learns nothing of the seats (SEC-1).
fn guard(change: &mut Change<'_, '_>, input: &NewActivation, nearest: Option<&Entitlement>) -> Result<Guard, Error> {
    match Guard::check(change, nearest, input.secret.as_ref()) {
        Err(Error::Refused(refused)) => {
            let entitlement = nearest.cloned().map(Box::new);
            Err(deny(change, input, Denied { entitlement, refusal: refused.refusal })?)
        }
        checked => checked,
    }
}

/// Records a denial (SEAT-5), and gives the error that tells of it.
fn deny(change: &mut Change<'_, '_>, input: &NewActivation, denied: Denied) -> Result<Error, Error> {
    let Denied { entitlement, refusal } = denied;
    if let Some(entitlement) = entitlement {
        let note = SeatNote::denied(entitlement.id, input.seat_id.clone(), input.seat_name.clone(), &refusal);
        change.note(&note)?;
    }
    Ok(refusal.into())
}

fn seat_again(
    change: &mut Change<'_, '_>,
    mut entitlement: Entitlement,
    held: Activation,
    input: &NewActivation,
    device: Device,
) -> Result<(Entitlement, Activation), Error> {
    if held.frees_at <= change.now {
        change.give_back_all(&held)?;
    }
    let before = entitlement.clone();
    let activation = entitlement.seat_again(held, input.seat_name.clone(), device, change.now);
    if entitlement.start != before.start {
        entitlement::update_seats(change.tx, change.permit, &entitlement)?;
        change.record(entitlement.id, Some(&before), Some(&entitlement))?;
    }
    activation::update(change.tx, change.permit, &activation)?;
    Ok((entitlement, activation))
}

fn seat_new(
    change: &mut Change<'_, '_>,
    mut entitlement: Entitlement,
    seat: &Seat,
    input: &NewActivation,
    device: Device,
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
    let holder = (input.seat_id.clone(), input.seat_name.clone());
    let code = client_code(&input.claimant.product, id);
    // Only the first seat changes more than the count of seats, and what it starts is on record (AUD-1).
    let before = entitlement.starts_by_activation().then(|| entitlement.clone());
    let activation = entitlement.seat_new(id, seat, holder, device, code, now);
    entitlement::update_seats(change.tx, change.permit, &entitlement)?;
    if let Some(before) = before {
        change.record(entitlement.id, Some(&before), Some(&entitlement))?;
    }
    activation::insert(change.tx, change.permit, &activation)?;
    Ok((entitlement, activation))
}

/// Ends what the seat id holds of entitlements that cannot be used (SEAT-2).
fn leave_behind(change: &mut Change<'_, '_>, left: Vec<(Entitlement, Activation)>) -> Result<(), Error> {
    for (mut entitlement, mut seat) in left {
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

impl Remembered for Granted {
    fn facts(&self) -> String {
        let Activation { id, chain, counter, lease, device_key, .. } = &self.view.activation;
        let key = device_key.as_ref().map_or(NO_KEY, Thumbprint::as_str);
        let expiry = lease.expiry.map_or(-1, Timestamp::as_micros);
        let number = self.view.activation.seat_number().unwrap_or_default();
        format!(
            "{id} {chain} {counter} {} {expiry} {number} {} {} {key}",
            lease.issued.as_micros(),
            self.jti,
            self.created
        )
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, chain, counter, issued, expiry, number, jti, created, key] = parts[..] else {
            return Err(Error::internal("a receipt of another form"));
        };
        let mut view = ActivationView::load(change.tx, change.permit, fact(id)?, change.now)?;
        view.activation.chain = fact(chain)?;
        view.activation.counter = fact(counter)?;
        view.activation.lease = lease::recall(issued, expiry)?;
        view.activation.standing = Standing::Seated(fact(number)?);
        view.activation.device_key = lease::recall_key(key)?;
        Ok(Self { view, created: fact(created)?, jti: jti.to_owned() })
    }
}
