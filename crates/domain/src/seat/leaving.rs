//! Seats that leave by a command, and why: what a dry run tells (MAN-3, SEAT-8, SEAT-9).

use crate::{Activation, ActivationId, Name, SeatId, Timestamp};

/// An activation that leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Which.
    pub activation: ActivationId,
    /// Whose seat.
    pub seat_id: SeatId,
    /// What people read of it.
    pub seat_name: Option<Name>,
    /// Why it is this one, and what becomes of its seat.
    pub why: LeavingWhy,
}

/// Why an activation leaves, and what becomes of its seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeavingWhy {
    /// Its lease ended at this instant: nobody loses anything.
    LeaseEnded(Timestamp),
    /// Its device may run until this instant, and its seat is held until then; for ever, where the lease has no end (SEAT-9).
    Held(Timestamp),
    /// Its seat is free at once, although its device may still run.
    Freed,
    /// It keeps what it has until this instant, and gets nothing more; for ever, where the lease has no end (ENT-6).
    RunsOut(Option<Timestamp>),
}

impl Leaving {
    /// An activation that leaves.
    #[must_use]
    pub fn of(activation: &Activation, why: LeavingWhy) -> Self {
        Self {
            activation: activation.id,
            seat_id: activation.seat_id.clone(),
            seat_name: activation.seat_name.clone(),
            why,
        }
    }
}
