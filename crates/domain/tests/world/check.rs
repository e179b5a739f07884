//! What must hold in every world, after every step.

use std::collections::BTreeSet;

use chancery_domain::*;

use super::World;

impl World {
    /// SEAT-10, SEAT-2 and FEAT-3, over all that is recorded.
    pub(crate) fn check(&self) -> Result<(), String> {
        for entitlement in &self.entitlements {
            self.check_seats(entitlement)?;
        }
        if self.pools_add_up() { Ok(()) } else { Err("FEAT-3: a pool is not what its seats have taken".to_owned()) }
    }

    fn check_seats(&self, entitlement: &Entitlement) -> Result<(), String> {
        let listed: Vec<&Activation> = self.listed(entitlement.id).collect();
        let numbers: BTreeSet<u64> = listed.iter().filter_map(|one| one.seat_number()).collect();
        let seated = listed.iter().filter(|one| matches!(one.standing, Standing::Seated(_)));
        let seat_ids: Vec<&SeatId> = seated.map(|one| &one.seat_id).collect();
        let (occupied, limit) = (entitlement.counter.occupied, entitlement.seat_limit().get());
        let used = entitlement.seats_used(&self.openings(entitlement));
        let in_use = listed.iter().filter(|one| one.frees_at > self.now).count() as u64;
        let seated_numbers = listed.iter().filter_map(|one| match one.standing {
            Standing::Seated(number) => Some(number),
            _ => None,
        });
        let over = entitlement.is_over_limit();
        let rules = [
            (numbers.len() == listed.len(), "SEAT-3: a seat number is taken twice"),
            (occupied == listed.len() as u64, "SEAT-10: the counter is not how many are listed"),
            (used == in_use && used <= occupied, "SEAT-10: used is not how many are in use"),
            (occupied <= limit || over, "SEAT-10: used <= occupied <= limit"),
            (seated_numbers.max() <= Some(limit), "SEAT-8: a seat beyond the limit that is not held"),
            (
                numbers.last().is_none_or(|last| *last <= entitlement.counter.highest),
                "the highest number was forgotten",
            ),
            (seat_ids.iter().collect::<BTreeSet<_>>().len() == seat_ids.len(), "SEAT-2: a seat id has two seats"),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            None => Ok(()),
            Some((_, rule)) => Err(format!("{rule}: {used} used, {occupied} occupied, limit {limit}, {numbers:?}")),
        }
    }
}
