//! Fewer seats than are taken: who leaves, and which numbers stay (SEAT-8).

use crate::{Activation, ActivationId, Entitlement, Refusal, SeatId, Timestamp};

/// An activation that must leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Which.
    pub activation: ActivationId,
    /// Whose seat.
    pub seat_id: SeatId,
    /// What people read of it.
    pub seat_name: Option<String>,
    /// When its lease ended; nothing if it still runs.
    pub lease_ended: Option<Timestamp>,
}

/// What a lower number of seats does to those that are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reduction {
    /// Who leaves, first to last.
    pub leaving: Vec<Leaving>,
}

/// Decides who leaves when an entitlement's seats went down to what `entitlement` says now. `listed` are the activations
/// beyond the new limit in the order of leaving: ended leases first, then least recently refreshed, ties by id.
///
/// # Errors
/// `SeatsInUse` when a seat that is in use would leave.
pub fn reduce(entitlement: &Entitlement, mut listed: Vec<Activation>, now: Timestamp) -> Result<Reduction, Refusal> {
    let limit = entitlement.seat_limit().get();
    let surplus = usize::try_from(entitlement.counter.occupied.saturating_sub(limit)).unwrap_or(usize::MAX);
    // A `nodeLocked` seat, and one whose device may keep an older, longer lease, is in use after its lease's end (SEAT-3).
    let in_use = |activation: &Activation| activation.frees_at > now;
    listed.sort_by_key(|one| (in_use(one), one.lease.runs(now), one.lease.issued, one.id));
    listed.truncate(surplus);
    let used = listed.iter().filter(|&activation| in_use(activation)).count();
    if used > 0 {
        let unused = (listed.len() - used) as u64;
        let used = entitlement.counter.occupied.saturating_sub(unused);
        return Err(Refusal::SeatsInUse { used, requested: entitlement.seats });
    }
    Ok(Reduction { leaving: listed.iter().map(|activation| leave(activation, now)).collect() })
}

fn leave(activation: &Activation, now: Timestamp) -> Leaving {
    Leaving {
        activation: activation.id,
        seat_id: activation.seat_id.clone(),
        seat_name: activation.seat_name.as_ref().map(ToString::to_string),
        lease_ended: activation.lease.expiry.filter(|_| !activation.lease.runs(now)),
    }
}
