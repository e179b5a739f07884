//! Random histories of seats: claims, refreshes, deactivations, time, and the vendor's changes.

use chancery_domain::*;
use proptest::prelude::*;

use crate::world::{Granting, World, count};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Activate { who: u8, machine: u8 },
    Refresh { who: u8, machine: u8 },
    Deactivate(u8),
    Release(u8),
    Wait(u64),
    Seats(u64),
    Overdraft(Overdraft),
    LeaseHours(u64),
    Renew,
    Disabled(bool),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let who = || 0..8_u8;
    prop_oneof![
        8 => (who(), 0..2_u8).prop_map(|(who, machine)| Step::Activate { who, machine }),
        4 => (who(), 0..2_u8).prop_map(|(who, machine)| Step::Refresh { who, machine }),
        2 => who().prop_map(Step::Deactivate),
        1 => who().prop_map(Step::Release),
        4 => (0..40_u64).prop_map(Step::Wait),
        2 => (0..6_u64).prop_map(Step::Seats),
        1 => small_overdraft().prop_map(Step::Overdraft),
        1 => (1..60_u64).prop_map(Step::LeaseHours),
        1 => Just(Step::Renew),
        1 => any::<bool>().prop_map(Step::Disabled),
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
    let policy = Policy { lease_period: Period::Limited(hours(24)), ..Policy::default() };
    world.grant("cad", &Granting { duration, seats, overdraft, concurrency, policy, ..Granting::default() });
    let mut reduced = false;
    for step in steps {
        let (before, used) = (world.entitlement("cad").clone(), world.used());
        let refused = !world.step(step);
        let after = world.entitlement("cad");
        reduced |= after.seat_limit() < before.seat_limit();
        world.check().map_err(TestCaseError::fail)?;
        prop_assert!(before.start.is_none() || after.start == before.start, "ENT-3: the start moved");
        prop_assert!(!refused || *after == before, "what is refused changes nothing");
        prop_assert!(before.expiry <= after.expiry, "ENT-4: the expiry went back");
        if matches!(step, Step::Seats(_) | Step::Overdraft(_) | Step::LeaseHours(_)) {
            prop_assert_eq!(world.used(), used, "SEAT-8: an edit took a seat that was in use");
        }
        let numbers = world.listed(after.id).filter_map(Activation::seat_number);
        prop_assert!(reduced || numbers.max() <= Some(after.seat_limit().get()), "a number beyond the limit");
    }
    Ok(())
}

fn hours(count: u64) -> Interval {
    Interval::new(Unit::Hour, count).expect("at least one hour")
}

impl World {
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
                let seated = self.activate(&format!("{who}@{machine}"), &seat_id, "cad", None, None);
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
            Step::Release(who) => {
                if let Some(id) = self.seated(*who) {
                    self.hold(id);
                }
                true
            }
            Step::Wait(count) => {
                self.now = self.now.shifted(i64::try_from(*count).unwrap_or(0) * 3_600_000_000 / 2);
                true
            }
            Step::Seats(seats) => self.edit("cad", &EntitlementEdit { seats: Some(count(*seats)), ..edit() }).is_ok(),
            Step::Overdraft(over) => self.edit("cad", &EntitlementEdit { overdraft: Some(*over), ..edit() }).is_ok(),
            Step::LeaseHours(count) => {
                let lease_period = Some(Period::Limited(hours(*count)));
                self.edit("cad", &EntitlementEdit { lease_period, ..edit() }).is_ok()
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
