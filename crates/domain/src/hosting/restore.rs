//! A local server whose database was set back: what becomes of leases that it has forgotten (EXP-9).

use crate::{
    Activation, ActivationId, Concurrency, End, Entitlement, Lease, LeaseMark, Refusal, SeatId, Standing, Thumbprint,
    Timestamp,
};

impl LeaseMark {
    /// Whether a lease with this mark proves that the database was set back: it was given after the `latest` that is recorded.
    #[must_use]
    pub const fn proves_restored(self, latest: Self) -> bool {
        self.is_after(latest)
    }

    /// Whether it was given after another.
    #[must_use]
    pub const fn is_after(self, other: Self) -> bool {
        self.epoch > other.epoch || (self.epoch == other.epoch && self.serial > other.serial)
    }
}

/// A lease of this local server, as a client shows it: its signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLease {
    /// Its activation.
    pub activation: ActivationId,
    /// The number of its seat.
    pub number: u64,
    /// Who holds the seat.
    pub seat_id: SeatId,
    /// The device key that it is bound to.
    pub device_key: Option<Thumbprint>,
    /// From when until when, and which lease it is.
    pub lease: Lease,
}

/// What is recorded of it, and what stands in its way.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// The entitlement.
    pub entitlement: &'a Entitlement,
    /// The activation.
    pub activation: Option<&'a Activation>,
    /// Another activation by which the seat id holds a seat.
    pub same_seat: Option<&'a Activation>,
    /// Another activation that has the seat's number, or holds it.
    pub holder: Option<&'a Activation>,
    /// A free number within the seats, if there is one: one that was given back, else the next.
    pub free: Option<u64>,
    /// Since when it is known that the database was set back, until an administrator confirms it.
    pub restored: Option<Timestamp>,
}

/// What becomes of a lease that a client shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakeBack {
    /// Nothing: it is recorded, or a later one is.
    Nothing,
    /// The activation has its seat; the lease that is shown takes the place of the recorded one.
    Renew,
    /// The activation gets this free number, and the lease that is shown.
    Adopt {
        /// The number.
        number: u64,
    },
    /// The same with the number of another that has not been seen since, and whose seat ends.
    Displace {
        /// Whose.
        activation: ActivationId,
        /// The number.
        number: u64,
    },
    /// No: others have the seats.
    Refuse(Refusal),
}

/// Decides what becomes of a lease that a client shows (EXP-9): one that the database has forgotten is taken back. It displaces who
/// has not been seen since the database was set back, never anybody else, and never gets a seat beyond those that there are.
#[must_use]
pub fn take_back(shown: &ShownLease, recorded: &Recorded<'_>, now: Timestamp) -> TakeBack {
    if let Some(activation) = recorded.activation {
        if !is_newer(&shown.lease, &activation.lease) {
            return TakeBack::Nothing;
        }
        if activation.device_key.is_some() && activation.device_key != shown.device_key {
            return TakeBack::Refuse(Refusal::ActivationSuperseded);
        }
        // What was given up or released by the record was so after it was set back, because later leases of it exist: that holds,
        // whatever it had before (SEAT-9). Only who was replaced meanwhile comes back.
        match activation.standing {
            Standing::Seated(_) => return TakeBack::Renew,
            Standing::Ended(End::Replaced) => {}
            Standing::Ended(End::Deactivated) => return TakeBack::Refuse(Refusal::ActivationDeactivated),
            Standing::Held(_) | Standing::Ended(End::Released) => {
                return TakeBack::Refuse(Refusal::ActivationReleased);
            }
        }
    }
    let borrowed = recorded.entitlement.concurrency == Concurrency::Concurrent;
    if borrowed && !shown.lease.runs(now) {
        return TakeBack::Refuse(Refusal::ActivationReplaced);
    }
    recorded.place(shown)
}

impl Recorded<'_> {
    /// A seat for an activation that has none in the record.
    fn place(&self, shown: &ShownLease) -> TakeBack {
        let seats = self.entitlement.seats_here().get();
        if let Some(other) = self.same_seat {
            return match other.seat_number() {
                Some(number) if !self.is_seen(other, shown) => TakeBack::Displace { activation: other.id, number },
                _ => TakeBack::Refuse(Refusal::ActivationSuperseded),
            };
        }
        let counter = self.entitlement.counter;
        // Numbers are taken in turn, so that all below the highest are known.
        let known = shown.number <= seats.min(counter.highest + 1);
        let number = match self.holder {
            None if known => Some(shown.number),
            Some(holder) if known && !self.is_seen(holder, shown) => {
                return TakeBack::Displace { activation: holder.id, number: shown.number };
            }
            _ => self.free.filter(|number| *number <= seats),
        };
        match number {
            Some(number) if counter.occupied < seats => TakeBack::Adopt { number },
            _ => TakeBack::Refuse(Refusal::ActivationReplaced),
        }
    }

    /// Whether an activation was given a lease since the database was set back. That is longer ago than anybody noticed: but whatever
    /// is recorded of the time before is older than a lease that is forgotten. Once it is confirmed, everybody counts as seen.
    fn is_seen(&self, one: &Activation, shown: &ShownLease) -> bool {
        self.restored.is_none() || one.lease.issued > shown.lease.issued
    }
}

fn is_newer(shown: &Lease, recorded: &Lease) -> bool {
    match (shown.mark, recorded.mark) {
        (Some(shown), Some(recorded)) => shown.is_after(recorded),
        (Some(_), None) => true,
        (None, _) => false,
    }
}
