//! `activation.activate`: a claim on a seat (SEAT-1…5).

use chancery_domain::{
    Action, Activation, Candidate, Claim, ClaimRequest, Denied, DeviceInfo, EditionId, End, Entitlement, LogOperation,
    Name, Openings, OrderId, Product, Seat, SeatId, SeatNote, Selector, Standing, Timestamp, claim,
};
use chancery_store::{Aggregate, Outcome, activation, edition, entitlement};
use chancery_token::Nonce;

use super::ActivationView;
use super::client_code::client_code;
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// A claim on a seat. Order and product are those that the credential led to.
#[derive(Clone, Debug)]
pub struct NewActivation {
    /// The order.
    pub order: OrderId,
    /// The product.
    pub product: Product,
    /// The edition, if one is wanted.
    pub edition: Option<Selector<EditionId>>,
    /// Who is to have the seat.
    pub seat_id: SeatId,
    /// What people read of it.
    pub seat_name: Option<Name>,
    /// When the product's release was made (ENT-5).
    pub release: Option<Timestamp>,
    /// The machine.
    pub device: DeviceInfo,
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
/// `Refused`, after the denial was recorded (SEAT-5); the database's.
pub async fn activate(system: &System, context: &Context, input: NewActivation) -> Result<Activated, Error> {
    let permit = context.permit(Action::Activate)?;
    let keys = system.vendor_keys(permit.vendor()).await?;
    let (order, inner) = (input.order, context.clone());
    let granted = system
        .store()
        .write(Aggregate::Order(order), move |tx| {
            let mut change = Change::new(tx, &permit, &inner);
            match change.once(|change| grant(change, &input)) {
                Ok(granted) => Ok(Outcome::Done(granted)),
                // A denial is recorded, and that record is kept.
                Err(refused @ Error::Refused(_)) => Ok(Outcome::Refused(refused)),
                Err(error) => Err(error),
            }
        })
        .await?;
    let Granted { view, created, jti } = granted;
    let nonce = Nonce::of(&keys.secret, view.activation.id, view.activation.chain).make(view.activation.counter);
    let lease = keys.sign_lease(&view, &jti)?;
    let access_token = keys.sign_access(&view.activation, &jti)?;
    Ok(Activated { view, created, lease, access_token, nonce })
}

fn grant(change: &mut Change<'_, '_>, input: &NewActivation) -> Result<Granted, Error> {
    let request = ClaimRequest {
        seat_id: Some(input.seat_id.clone()),
        edition: edition_id(change, input)?,
        release: input.release,
    };
    let candidates = candidates(change.tx, input.order, &input.product, request.seat_id.as_ref(), change.now)?;
    let decided = claim(candidates, &request, change.now).map_err(|denied| deny(change, input, *denied));
    let (entitlement, activation, created) = match decided {
        Err(denied) => return Err(denied?),
        Ok(Claim::Again(entitlement, held)) => {
            let (entitlement, activation) = seat_again(change, *entitlement, *held, input)?;
            (entitlement, activation, false)
        }
        Ok(Claim::New(entitlement, seat)) => {
            let (entitlement, activation) = seat_new(change, *entitlement, &seat, input)?;
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
    let found = edition::find(change.tx, change.permit.vendor(), Some(input.product.id), which)?;
    let unknown = || Error::invalid("editionId", chancery_domain::Invalid::Unknown, "the product has no such edition");
    Ok(Some(found.ok_or_else(unknown)?.id))
}

/// The order's entitlements for a product, each with what a claim must know of its seats.
pub(super) fn candidates(
    tx: &mut chancery_store::ReadTx<'_>,
    order: OrderId,
    product: &Product,
    seat_id: Option<&SeatId>,
    now: Timestamp,
) -> Result<Vec<Candidate>, Error> {
    let mut candidates = Vec::new();
    for entitlement in entitlement::of_order(tx, order, Some(product.id))? {
        let held = match seat_id {
            Some(seat_id) => activation::find_by_seat(tx, entitlement.id, seat_id)?,
            None => None,
        };
        // Whoever has a seat needs no other, and what cannot be used gives none: nothing is looked up for them.
        let looks = held.is_none() && entitlement.check_usable(now, None).is_ok();
        let openings = if looks { activation::openings(tx, &entitlement, now)? } else { Openings::default() };
        candidates.push(Candidate { entitlement, held, openings });
    }
    Ok(candidates)
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
) -> Result<(Entitlement, Activation), Error> {
    if held.frees_at <= change.now {
        change.give_back_all(&held)?;
    }
    let before = entitlement.clone();
    let activation = entitlement.seat_again(held, input.seat_name.clone(), input.device, change.now);
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
) -> Result<(Entitlement, Activation), Error> {
    match seat {
        Seat::Replacing(ended) => replace(change, ended.activation)?,
        Seat::Free(number) | Seat::Overdraft(number) if *number <= entitlement.counter.highest => {
            activation::take_number(change.tx, entitlement.id, *number)?;
        }
        Seat::Free(_) | Seat::Overdraft(_) => {}
    }
    let (id, now) = (change.id(), change.now);
    let holder = (input.seat_id.clone(), input.seat_name.clone());
    let code = client_code(&input.product, id);
    // Only the first seat changes more than the count of seats, and what it starts is on record (AUD-1).
    let before = entitlement.starts_by_activation().then(|| entitlement.clone());
    let activation = entitlement.seat_new(id, seat, holder, input.device, code, now);
    entitlement::update_seats(change.tx, change.permit, &entitlement)?;
    if let Some(before) = before {
        change.record(entitlement.id, Some(&before), Some(&entitlement))?;
    }
    activation::insert(change.tx, change.permit, &activation)?;
    Ok((entitlement, activation))
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
        let Activation { id, chain, counter, lease, .. } = &self.view.activation;
        let expiry = lease.expiry.map_or(-1, Timestamp::as_micros);
        let number = self.view.activation.seat_number().unwrap_or_default();
        format!("{id} {chain} {counter} {} {expiry} {number} {} {}", lease.issued.as_micros(), self.jti, self.created)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, chain, counter, issued, expiry, number, jti, created] = parts[..] else {
            return Err(Error::internal("a receipt of another form"));
        };
        let mut view = ActivationView::load(change.tx, change.permit, fact(id)?, change.now)?;
        view.activation.chain = fact(chain)?;
        view.activation.counter = fact(counter)?;
        view.activation.lease = super::lease::recall(issued, expiry)?;
        view.activation.standing = Standing::Seated(fact(number)?);
        Ok(Self { view, created: fact(created)?, jti: jti.to_owned() })
    }
}
