//! Which of an order's entitlements serves a claim, and with which seat (SEAT-1, SEAT-2).

use crate::{
    Activation, DeviceClaim, EditionId, Entitlement, Lease, LeavingWhy, Mode, Openings, Refusal, Seat, SeatId,
    Timestamp, choose,
};

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

impl Candidate {
    /// Whether it may serve the claim: whoever has a seat keeps to it, whichever edition is asked for (SEAT-1).
    pub(crate) fn is_wanted(&self, request: &ClaimRequest) -> bool {
        self.held.is_some() || request.edition.is_none_or(|edition| edition == self.entitlement.edition)
    }

    /// Whether the entitlement can be used now, in the way that is asked for (ENT-1, ENT-5, OFF-1).
    fn check_serves(&self, mode: Mode, release: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
        self.entitlement.check_usable(now, release)?;
        Lease::of(&self.entitlement, mode, now).map(drop)
    }

    /// Whether who holds the seat id may go on. A lease that has ended resumes as a new claim would get in (SEAT-4).
    pub(crate) fn check_resumes(&self, now: Timestamp) -> Result<(), Refusal> {
        match &self.held {
            Some(held) if !held.is_in_use(now) => self.entitlement.check_resumes(&self.openings),
            _ => Ok(()),
        }
    }
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
    /// What it shows of its device (SEAT-12).
    pub device: DeviceClaim,
    /// How the activation is to be kept alive: not every entitlement permits offline (OFF-1).
    pub mode: Mode,
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
/// An entitlement that cannot be used now, or not offline where that is asked for, does not stand in the way of another that can; if none can, the refusal is that of
/// the one that would have been chosen.
///
/// # Errors
/// Why no seat can be had.
pub fn claim(candidates: Vec<Candidate>, request: &ClaimRequest, now: Timestamp) -> Result<Claim, Box<Denied>> {
    let mut best: Option<(Preference, Candidate, Option<Seat>)> = None;
    let mut nearest: Option<(Preference, Denied)> = None;
    for candidate in candidates.into_iter().filter(|candidate| candidate.is_wanted(request)) {
        let seat = choose(&candidate.entitlement, &candidate.openings);
        let preference = Preference::of(&candidate, seat.as_ref(), request, now);
        if let Err(refusal) = candidate.check_serves(request.mode, request.release, now) {
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
        Some((_, candidate, _)) if let Err(refusal) = candidate.check_device(&request.device, now) => {
            Err(Box::new(Denied { entitlement: Some(Box::new(candidate.entitlement)), refusal }))
        }
        Some((_, candidate, _)) if let Err(refusal) = candidate.check_resumes(now) => {
            Err(Box::new(Denied { entitlement: Some(Box::new(candidate.entitlement)), refusal }))
        }
        Some((_, Candidate { entitlement, held: Some(activation), .. }, _)) => {
            Ok(Claim::Again(Box::new(entitlement), Box::new(activation)))
        }
        Some((_, candidate, Some(seat))) => Ok(Claim::New(Box::new(candidate.entitlement), seat)),
        Some((_, candidate, None)) => {
            let refusal = candidate.entitlement.exhausted(&candidate.openings);
            Err(Box::new(Denied { entitlement: Some(Box::new(candidate.entitlement)), refusal }))
        }
    }
}

/// The seats that a claim leaves behind when it gets a new one, and what becomes of each: a seat id has one seat (SEAT-2), so what
/// it still holds of entitlements that cannot be used now is given up; else it would have two seats once those can be used again.
/// That a release is too new for an entitlement's maintenance (ENT-5) is no reason: an older release may still run there. Of an
/// entitlement that can be used, but not offline, the seat is held while the device may still run by it: others could have it.
///
/// Another device's seat stays that device's (SEAT-12).
#[must_use]
pub fn left_behind(
    candidates: &[Candidate],
    request: &ClaimRequest,
    now: Timestamp,
) -> Vec<(Entitlement, Activation, LeavingWhy)> {
    let own = candidates.iter().filter(|candidate| candidate.check_device(&request.device, now).is_ok());
    let left = own.filter_map(|candidate| {
        let why = candidate.held.as_ref()?.released(false, now);
        let why = match candidate.entitlement.check_usable(now, None) {
            Err(_) => LeavingWhy::Freed,
            Ok(()) => candidate.check_serves(request.mode, None, now).err().map(|_| why)?,
        };
        Some((candidate.entitlement.clone(), candidate.held.clone()?, why))
    });
    left.collect()
}

/// The lower, the better: holds the seat id; then by the seat that can be had; then the later expiry; then the older one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Preference(u8, u8, std::cmp::Reverse<Timestamp>, crate::EntitlementId);

impl Preference {
    fn of(candidate: &Candidate, seat: Option<&Seat>, request: &ClaimRequest, now: Timestamp) -> Self {
        let expiry = candidate.entitlement.would_expire(now).unwrap_or(Timestamp::MAX);
        let rank = seat.map_or(u8::MAX, Seat::rank);
        let standing = candidate.standing(&request.device, now);
        Self(standing, rank, std::cmp::Reverse(expiry), candidate.entitlement.id)
    }
}
