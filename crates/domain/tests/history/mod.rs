//! Random histories of seats: claims, refreshes, deactivations, time, and the vendor's changes.

use std::collections::BTreeSet;

use chancery_domain::*;
use proptest::prelude::*;

use crate::world::{Granting, World, count};

/// The machine of each seat id to which tokens are carried; the others call.
const OFFLINE: u8 = 2;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Activate { who: u8, machine: u8 },
    Refresh { who: u8, machine: u8 },
    Deactivate(u8),
    Release(u8, bool),
    Wait(u64),
    Seats(u64, bool),
    Overdraft(Overdraft, bool),
    LeaseHours(u64),
    Renew,
    Disabled(bool),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let who = || 0..8_u8;
    prop_oneof![
        8 => (who(), 0..=OFFLINE).prop_map(|(who, machine)| Step::Activate { who, machine }),
        4 => (who(), 0..=OFFLINE).prop_map(|(who, machine)| Step::Refresh { who, machine }),
        2 => who().prop_map(Step::Deactivate),
        1 => (who(), any::<bool>()).prop_map(|(who, free)| Step::Release(who, free)),
        4 => (0..40_u64).prop_map(Step::Wait),
        2 => (0..6_u64, any::<bool>()).prop_map(|(seats, force)| Step::Seats(seats, force)),
        1 => (small_overdraft(), any::<bool>()).prop_map(|(over, force)| Step::Overdraft(over, force)),
        1 => (1..60_u64).prop_map(Step::LeaseHours),
        1 => Just(Step::Renew),
        1 => any::<bool>().prop_map(Step::Disabled),
    ]
}

/// Histories in which held seats outlast the leases of others: by force, and with leases of all lengths.
pub(crate) fn step_by_force() -> impl Strategy<Value = Step> {
    let who = || 0..8_u8;
    prop_oneof![
        8 => who().prop_map(|who| Step::Activate { who, machine: 0 }),
        4 => who().prop_map(|who| Step::Refresh { who, machine: 0 }),
        1 => who().prop_map(Step::Deactivate),
        1 => (who(), any::<bool>()).prop_map(|(who, free)| Step::Release(who, free)),
        4 => (0..12_u64).prop_map(Step::Wait),
        3 => (0..6_u64, Just(true)).prop_map(|(seats, force)| Step::Seats(seats, force)),
        3 => proptest::sample::select(vec![1_u64, 2, 4, 100]).prop_map(Step::LeaseHours),
    ]
}

fn small_overdraft() -> impl Strategy<Value = Overdraft> {
    prop_oneof![
        2 => Just(Overdraft::None),
        2 => (0..3_u64).prop_map(|more| Overdraft::Absolute(count(more))),
        2 => (0..200_u32).prop_map(Overdraft::Percentage),
        1 => Just(Overdraft::Unlimited),
    ]
}

pub(crate) fn terms() -> impl Strategy<Value = (u64, Overdraft, bool, bool)> {
    (0..5_u64, small_overdraft(), any::<bool>(), any::<bool>())
}

/// Plays a history, and checks the world after each step.
pub(crate) fn play(
    &(seats, overdraft, node_locked, subscription): &(u64, Overdraft, bool, bool),
    steps: &[Step],
) -> Result<(), TestCaseError> {
    let mut world = World::new();
    let concurrency = if node_locked { Concurrency::NodeLocked } else { Concurrency::Concurrent };
    let duration = subscription.then(|| Interval::days(10));
    let offline_lease_period = Some(Period::Limited(hours(60)));
    let policy = Policy { lease_period: Period::Limited(hours(24)), offline_lease_period, ..Policy::default() };
    world.grant("cad", &Granting { duration, seats, overdraft, concurrency, policy, ..Granting::default() });
    for step in steps {
        let (before, used, seats) = (world.entitlement("cad").clone(), world.used(), world.seats());
        let refused = !world.step(step);
        let after = world.entitlement("cad");
        world.check().map_err(TestCaseError::fail)?;
        prop_assert!(before.start.is_none() || after.start == before.start, "ENT-3: the start moved");
        prop_assert!(!refused || *after == before, "what is refused changes nothing");
        prop_assert!(before.expiry <= after.expiry, "ENT-4: the expiry went back");
        let limit = after.seat_limit().get();
        match step {
            Step::Seats(_, false) | Step::Overdraft(_, false) | Step::LeaseHours(_) => {
                prop_assert_eq!(world.used(), used, "SEAT-8: an edit took a seat that was in use");
            }
            Step::Seats(_, true) | Step::Overdraft(_, true) => {
                prop_assert!(!refused, "SEAT-8: force is not refused");
                prop_assert!(world.running() == seats.running, "SEAT-9: a device runs on whose seat is not held");
                let stays = seats.seated.saturating_sub(world.seats().seated);
                prop_assert!(stays <= seats.taken.saturating_sub(limit), "SEAT-8: more left than had to");
            }
            _ => {}
        }
        prop_assert!(world.seats().in_use_seated <= limit, "SEAT-10: more seats than there are");
        prop_assert!(
            world.used() <= limit.max(used),
            "SEAT-10: somebody got in while held seats used all: {} used, it was {}",
            world.used(),
            used
        );
        if !refused && matches!(step, Step::Activate { .. } | Step::Refresh { .. }) && world.used() > used {
            prop_assert!(world.used() <= limit, "SEAT-10: somebody got in over the limit");
        }
    }
    Ok(())
}

fn hours(count: u64) -> Interval {
    Interval::new(Unit::Hour, count).expect("at least one hour")
}

/// How an entitlement's seats are taken.
struct Seats {
    taken: u64,
    seated: u64,
    in_use_seated: u64,
    running: BTreeSet<ActivationId>,
}

impl World {
    fn seats(&self) -> Seats {
        let listed: Vec<_> = self.listed(self.entitlement("cad").id).collect();
        let seated: Vec<_> = listed.iter().filter(|one| matches!(one.standing, Standing::Seated(_))).collect();
        Seats {
            taken: listed.len() as u64,
            seated: seated.len() as u64,
            in_use_seated: seated.iter().filter(|one| one.is_in_use(self.now)).count() as u64,
            running: self.running(),
        }
    }

    /// Whose lease runs, so that the device may run, and whose seat is theirs or held.
    fn running(&self) -> BTreeSet<ActivationId> {
        let listed = self.listed(self.entitlement("cad").id);
        listed.filter(|one| one.lease.runs(self.now) && one.is_in_use(self.now)).map(|one| one.id).collect()
    }

    fn used(&self) -> u64 {
        let entitlement = self.entitlement("cad");
        entitlement.seats_used(&self.openings(entitlement))
    }

    /// Does it. Says whether it was not refused.
    fn step(&mut self, step: &Step) -> bool {
        let edit = EntitlementEdit::default;
        match step {
            Step::Activate { who, machine } => {
                let seat_id = SeatId::new(&format!("seat-{who}")).expect("a plain seat id");
                let before = self.listed_by(&seat_id).map(|one| (one.id, one.chain));
                let name = format!("{who}@{machine}");
                let seated = match *machine {
                    OFFLINE => self.activate_offline(&name, &seat_id),
                    _ => self.activate(&name, &seat_id, "cad", None, None),
                };
                let after = self.listed_by(&seat_id).map(|one| (one.id, one.chain));
                // SEAT-2: who has a seat gets its activation back, with the next chain.
                let back = before.is_none_or(|(id, chain)| after == Some((id, chain + 1)));
                assert!(seated.is_err() || back, "SEAT-2: {before:?} became {after:?}");
                seated.is_ok()
            }
            Step::Refresh { who, machine } => {
                let machine = format!("{who}@{machine}");
                self.machines.contains_key(&machine) && self.refresh(&machine, None).is_ok()
            }
            Step::Deactivate(who) => self.seated(*who).is_none_or(|id| self.unseat(id, End::Deactivated).is_some()),
            Step::Release(who, free) => {
                if let Some(id) = self.seated(*who) {
                    self.release(id, *free);
                }
                true
            }
            Step::Wait(count) => {
                self.now = self.now.shifted(i64::try_from(*count).unwrap_or(0) * 3_600_000_000 / 2);
                true
            }
            Step::Seats(seats, force) => {
                self.edit("cad", &EntitlementEdit { seats: Some(count(*seats)), ..edit() }, *force).is_ok()
            }
            Step::Overdraft(over, force) => {
                self.edit("cad", &EntitlementEdit { overdraft: Some(*over), ..edit() }, *force).is_ok()
            }
            Step::LeaseHours(count) => {
                let lease_period = Some(Period::Limited(hours(*count)));
                self.edit("cad", &EntitlementEdit { lease_period, ..edit() }, false).is_ok()
            }
            Step::Renew => {
                let now = self.now;
                self.entitlement_mut("cad").renew(now).is_ok()
            }
            Step::Disabled(true) => {
                let now = self.now;
                self.entitlement_mut("cad").disable(None, now);
                true
            }
            Step::Disabled(false) => {
                self.entitlement_mut("cad").enable();
                true
            }
        }
    }

    fn listed_by(&self, seat_id: &SeatId) -> Option<&Activation> {
        let id = self.entitlement("cad").id;
        self.listed(id).find(|one| one.seat_id == *seat_id && matches!(one.standing, Standing::Seated(_)))
    }

    fn seated(&self, who: u8) -> Option<ActivationId> {
        let seat_id = SeatId::new(&format!("seat-{who}")).expect("a plain seat id");
        self.listed_by(&seat_id).map(|one| one.id)
    }
}
