//! Which of an order's entitlements serves a claim, and with which seat (SEAT-1, SEAT-2).

use crate::{Activation, EditionId, Entitlement, Openings, Refusal, Seat, SeatId, Timestamp, choose};

/// One entitlement of the order for the product, with what the claim must know of its seats.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The entitlement.
    pub entitlement: Entitlement,
    /// The activation by which the claiming seat id holds a seat of it.
    pub held: Option<Activation>,
    /// Its seats.
    pub openings: Openings,
}

/// What a claim says of itself.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// Who asks; nobody in particular, when it is only asked whether (validate).
    pub seat_id: Option<SeatId>,
    /// The edition that is wanted.
    pub edition: Option<EditionId>,
    /// When the product's release was made (ENT-5).
    pub release: Option<Timestamp>,
}

/// How a claim is served.
#[derive(Clone, Debug)]
pub enum Claim {
    /// The seat id holds a seat already: its activation goes on, with a fresh lease and a new chain (SEAT-2).
    Again(Box<Entitlement>, Box<Activation>),
    /// A new seat.
    New(Box<Entitlement>, Seat),
}

/// Why a claim is refused, and at which entitlement that is to be recorded (SEAT-5).
#[derive(Clone, Debug)]
pub struct Denied {
    /// The entitlement that came nearest.
    pub entitlement: Option<Box<Entitlement>>,
    /// Why.
    pub refusal: Refusal,
}

/// Decides a claim (SEAT-1): the entitlement is the one that holds the seat id already; else one of the edition that is
/// wanted; else one with a free seat, of those the one that expires last.
///
/// An entitlement that cannot be used now does not stand in the way of another that can; if none can, the refusal is that of
/// the one that would have been chosen.
///
/// # Errors
/// Why no seat can be had.
pub fn claim(candidates: Vec<Candidate>, request: &ClaimRequest, now: Timestamp) -> Result<Claim, Box<Denied>> {
    let wanted = |candidate: &Candidate| {
        candidate.held.is_some() || request.edition.is_none_or(|edition| edition == candidate.entitlement.edition)
    };
    let mut best: Option<(Preference, Candidate, Option<Seat>)> = None;
    let mut nearest: Option<(Preference, Denied)> = None;
    for candidate in candidates.into_iter().filter(wanted) {
        let seat = choose(&candidate.entitlement, &candidate.openings);
        let preference = Preference::of(&candidate, seat.as_ref(), now);
        if let Err(refusal) = candidate.entitlement.check_usable(now, request.release) {
            if nearest.as_ref().is_none_or(|(held, _)| preference < *held) {
                nearest = Some((preference, Denied { entitlement: Some(Box::new(candidate.entitlement)), refusal }));
            }
            continue;
        }
        if best.as_ref().is_none_or(|(held, ..)| preference < *held) {
            best = Some((preference, candidate, seat));
        }
    }
    match best {
        None => {
            let nothing = Denied { entitlement: None, refusal: Refusal::ProductNotInOrder };
            Err(Box::new(nearest.map_or(nothing, |(_, denied)| denied)))
        }
        Some((_, Candidate { entitlement, held: Some(activation), .. }, _)) => {
            Ok(Claim::Again(Box::new(entitlement), Box::new(activation)))
        }
        Some((_, candidate, Some(seat))) => Ok(Claim::New(Box::new(candidate.entitlement), seat)),
        Some((_, candidate, None)) => {
            let refusal = exhausted(&candidate);
            Err(Box::new(Denied { entitlement: Some(Box::new(candidate.entitlement)), refusal }))
        }
    }
}

/// The lower, the better: holds the seat id; then by the seat that can be had; then the later expiry; then the older one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Preference(bool, u8, std::cmp::Reverse<Timestamp>, crate::EntitlementId);

impl Preference {
    fn of(candidate: &Candidate, seat: Option<&Seat>, now: Timestamp) -> Self {
        let expiry = candidate.entitlement.would_expire(now).unwrap_or(Timestamp::MAX);
        let rank = seat.map_or(u8::MAX, Seat::rank);
        Self(candidate.held.is_none(), rank, std::cmp::Reverse(expiry), candidate.entitlement.id)
    }
}

fn exhausted(candidate: &Candidate) -> Refusal {
    Refusal::SeatsExhausted {
        seats: candidate.entitlement.seats,
        overdraft: candidate.entitlement.seat_limit().minus(candidate.entitlement.seats),
        used: candidate.entitlement.seats_used(&candidate.openings),
        next_lease_end: candidate.openings.next_end,
    }
}
