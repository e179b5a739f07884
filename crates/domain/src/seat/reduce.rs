//! Fewer seats than are taken: who leaves, and which numbers stay (SEAT-8).

use crate::{Activation, ActivationId, Entitlement, Leaving, LeavingWhy, Quantity, Refusal, Standing, Timestamp};

/// Decides who leaves when an entitlement's seats went from the limit `was` to what `entitlement` says now, and what becomes of
/// their seats. `listed` are at least the first of those that have a seat, as many as are too many, in the order of leaving.
///
/// By force, seats that are in use go too: whose lease still runs is released, and the seat is held until the lease ends
/// (SEAT-9). Seats that are held already count among those who leave: they do so by themselves.
///
/// # Errors
/// Without force, `SeatsInUse` when a seat that is in use would leave.
pub fn reduce(
    entitlement: &Entitlement,
    was: Quantity,
    mut listed: Vec<Activation>,
    force: bool,
    now: Timestamp,
) -> Result<Vec<Leaving>, Refusal> {
    let limit = entitlement.seat_limit();
    // More seats, or as many, take none away: also where held seats still use more than there are.
    if limit >= was {
        return Ok(Vec::new());
    }
    let surplus = usize::try_from(entitlement.counter.occupied.saturating_sub(limit.get())).unwrap_or(usize::MAX);
    listed.sort_by_key(|one| order_of_leaving(one, now));
    listed.truncate(surplus);
    let used = listed.iter().filter(|one| one.is_in_use(now)).count();
    if used > 0 && !force {
        let unused = (listed.len() - used) as u64;
        let used = entitlement.counter.occupied.saturating_sub(unused);
        return Err(Refusal::SeatsInUse { used, requested: entitlement.seats_here() });
    }
    let goes = |one: &&Activation| !(one.is_in_use(now) && matches!(one.standing, Standing::Held(_)));
    Ok(listed.iter().filter(goes).map(|one| Leaving::of(one, one.released(false, now))).collect())
}

/// Ended leases first, then seats that are held already, then the least recently refreshed, ties by id (SEAT-8). A `nodeLocked`
/// seat, and one whose device may keep an older, longer lease, is in use after its lease's end (SEAT-3).
fn order_of_leaving(one: &Activation, now: Timestamp) -> (bool, bool, bool, Timestamp, ActivationId) {
    let held = matches!(one.standing, Standing::Held(_));
    (one.is_in_use(now), !held, one.lease.runs(now), one.lease.issued, one.id)
}

impl Activation {
    /// Whether its seat is used (SEAT-3): another may not have it yet.
    #[must_use]
    pub fn is_in_use(&self, now: Timestamp) -> bool {
        self.frees_at > now
    }

    /// What becomes of its seat when it is released (SEAT-9): held while its device may run, unless it is freed at once.
    #[must_use]
    pub fn released(&self, free: bool, now: Timestamp) -> LeavingWhy {
        match self.held_until() {
            ended if ended <= now => LeavingWhy::LeaseEnded(ended),
            _ if free => LeavingWhy::Freed,
            until => LeavingWhy::Held(until),
        }
    }

    /// Its seat is held until an instant, and it is never refreshed again (SEAT-9).
    pub fn hold(&mut self, until: Timestamp) {
        if let Standing::Seated(number) = self.standing {
            self.standing = Standing::Held(number);
            self.frees_at = until;
        }
    }
}

/// Seats that get other numbers, and what the highest is then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renumbering {
    /// Which, and the number that it gets. Two that change places are both among them.
    pub moves: Vec<(ActivationId, u64)>,
    /// The highest number that is taken, or the seats sold if none above them is.
    pub highest: u64,
}

/// Finds numbers within a lower limit. `above` have numbers above the seats sold, the lowest first; `free` are the free numbers
/// within the limit, the lowest first; `held` are held seats within the limit.
///
/// Whoever holds a seat gets a number within the limit, if need be that of a held seat: so only held seats, which end by
/// themselves, are ever beyond it. The others move onto free numbers within the seats sold.
#[must_use]
pub fn renumber(entitlement: &Entitlement, above: &[Activation], free: &[u64], held: &[Activation]) -> Renumbering {
    let (sold, limit) = (entitlement.seats_here().get(), entitlement.seat_limit().get());
    let mut free = free.iter().copied().peekable();
    let mut held = held.iter();
    let mut numbering = Renumbering { moves: Vec::new(), highest: entitlement.counter.highest.min(sold) };
    let must = |one: &&Activation| matches!(one.standing, Standing::Seated(number) if number > limit);
    let (first, then): (Vec<&Activation>, Vec<&Activation>) = above.iter().partition(must);
    for one in first.into_iter().chain(then) {
        let Some(old) = one.seat_number() else { continue };
        let reach = if must(&one) { limit } else { sold };
        let number = match free.next_if(|number| *number <= reach) {
            Some(number) => number,
            None if must(&one) => match held.next() {
                Some(other) => {
                    numbering.moves.push((other.id, old));
                    numbering.highest = numbering.highest.max(old);
                    other.seat_number().unwrap_or(old)
                }
                None => old,
            },
            None => old,
        };
        if number != old {
            numbering.moves.push((one.id, number));
        }
        if number > sold {
            numbering.highest = numbering.highest.max(number);
        }
    }
    numbering
}
