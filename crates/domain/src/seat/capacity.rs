//! Which seat a new claim gets (SEAT-3, SEAT-10).
//!
//! Seats have numbers, from 1. An activation keeps its number while it is listed, also after its lease has ended, and so
//! does a held seat. So "how many are used" needs no count over the activations: a claim looks at the highest number ever
//! given, at the numbers given back, and at the one whose lease ended longest ago. Each is one look into an index, for ten
//! seats and for a million.

use crate::{ActivationId, Entitlement, Refusal, Timestamp};

/// Which numbers of an entitlement's seats are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatCounter {
    /// The highest number that is taken or was given back.
    pub highest: u64,
    /// How many are taken: by activations that are listed, and by held seats.
    pub occupied: u64,
}

impl SeatCounter {
    /// A seat is taken.
    pub fn take(&mut self, number: u64) {
        self.highest = self.highest.max(number);
        self.occupied += 1;
    }

    /// A seat is given back.
    pub fn give_back(&mut self) {
        self.occupied = self.occupied.saturating_sub(1);
    }
}

/// An activation or held seat that another may replace now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Who has it.
    pub activation: ActivationId,
    /// The seat's number.
    pub number: u64,
    /// Since when it is free.
    pub since: Timestamp,
}

/// What an entitlement's seats look like to a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings {
    /// The lowest number that was given back.
    pub gap: Option<u64>,
    /// Of the seats within those sold, the one that is free since longest.
    pub ended: Option<Ended>,
    /// The same of the seats in overdraft; held seats beyond the limit are none.
    pub ended_overdraft: Option<Ended>,
    /// How many seats are taken by activations whose lease has ended. A claim needs it only of an entitlement that is
    /// [over its limit](Entitlement::is_over_limit), and there no more of it than it takes to make room.
    pub ended_count: u64,
    /// When the next lease ends.
    pub next_end: Option<Timestamp>,
}

/// The seat that a claim gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seat {
    /// One that nobody has.
    Free(u64),
    /// One whose holder's lease has ended.
    Replacing(Ended),
    /// One beyond those sold.
    Overdraft(u64),
}

impl Seat {
    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u64 {
        match self {
            Self::Free(number) | Self::Overdraft(number) => *number,
            Self::Replacing(ended) => ended.number,
        }
    }

    /// The lower, the rather it is taken: free, replacing, overdraft (SEAT-3).
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Free(_) => 0,
            Self::Replacing(_) => 1,
            Self::Overdraft(_) => 2,
        }
    }
}

/// Chooses the seat of a new claim: one that is free within those sold; then the one whose lease ended longest ago; then
/// overdraft (SEAT-3). Nothing, when none is left.
#[must_use]
pub fn choose(entitlement: &Entitlement, openings: &Openings) -> Option<Seat> {
    let sold = entitlement.seats_here().get();
    let limit = entitlement.seat_limit().get();
    let unused = openings.gap.unwrap_or(entitlement.counter.highest + 1);
    // While held seats are beyond the limit, neither an unused number nor an ended lease is a free seat by itself (SEAT-10).
    let over = entitlement.is_over_limit();
    let room = if over { entitlement.seats_used(openings) < limit } else { entitlement.counter.occupied < limit };
    if over && !room {
        None
    } else if room && unused <= sold {
        Some(Seat::Free(unused))
    } else if let Some(ended) = openings.ended.as_ref().or(openings.ended_overdraft.as_ref()) {
        Some(Seat::Replacing(ended.clone()))
    } else if room && unused <= limit {
        Some(Seat::Overdraft(unused))
    } else {
        None
    }
}

impl Entitlement {
    /// How many seats are used (SEAT-3): running leases, `nodeLocked` activations, held seats.
    #[must_use]
    pub const fn seats_used(&self, openings: &Openings) -> u64 {
        self.counter.occupied.saturating_sub(openings.ended_count)
    }

    /// Whether the seat of this number is one of the overdraft: beyond those that are enforced here, and within the limit.
    #[must_use]
    pub fn is_overdraft(&self, number: u64) -> bool {
        number > self.seats_here().get() && number <= self.seat_limit().get()
    }

    /// Whether a forced reduction left held seats beyond the limit, of which some may still run out (SEAT-8).
    #[must_use]
    pub fn is_over_limit(&self) -> bool {
        self.counter.highest > self.seat_limit().get()
    }

    /// How many more seats are used than there are: held ones, which a forced reduction left to run out (SEAT-8, SEAT-10).
    #[must_use]
    pub fn seats_over(&self, openings: &Openings) -> u64 {
        self.seats_used(openings).saturating_sub(self.seat_limit().get())
    }

    /// Whether an activation whose lease has ended, and whose seat nobody took, may resume (SEAT-4): as a new claim would get in.
    ///
    /// # Errors
    /// `SeatsExhausted` while held seats use all that there are (SEAT-10).
    pub fn check_resumes(&self, openings: &Openings) -> Result<(), Refusal> {
        let limit = self.seat_limit();
        if !self.is_over_limit() || self.seats_used(openings) < limit.get() {
            Ok(())
        } else {
            Err(self.exhausted(openings))
        }
    }

    /// The refusal of a claim for which there is no seat (SEAT-5).
    #[must_use]
    pub fn exhausted(&self, openings: &Openings) -> Refusal {
        Refusal::SeatsExhausted {
            seats: self.seats_here(),
            overdraft: self.seat_limit().minus(self.seats_here()),
            used: self.seats_used(openings),
            next_lease_end: openings.next_end,
        }
    }
}
