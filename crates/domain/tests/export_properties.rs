//! EXP-6 over every history: whatever is carried, and whatever is not, no more seats are used than were sold.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod world;

use authority::Authority;
use chancery_domain::*;
use proptest::prelude::*;
use world::{Granting, count};

const SERVERS: u8 = 3;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// A product activates at the authority.
    Activate(u8),
    /// The vendor exports a share, or all.
    Export { server: u8, seats: Option<u64>, delegation: Option<u64>, when_delegation_ends: bool },
    /// The vendor issues the next token, with another share if it says so.
    Token { server: u8, seats: Option<u64> },
    /// Any token that was ever issued is carried to its server.
    Carry(usize),
    /// A server gives leases, as many as it can or fewer.
    Lease { server: u8, most: u8, hours: Option<u64> },
    /// A server writes a report.
    Report(u8),
    /// A server gives back what it hosts.
    GiveBack(u8),
    /// Any report or confirmation token that was ever made is applied at the authority.
    Apply(usize),
    /// The vendor declares lost what a server hosts.
    Lose(u8),
    /// The vendor changes how many seats are sold, by force.
    Seats(u64),
    /// Hours pass.
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let server = || 0..SERVERS;
    let hours = || prop_oneof![6 => (1..80_u64).prop_map(Some), 1 => Just(None)];
    let seats = || prop_oneof![1 => Just(None), 4 => (0..8_u64).prop_map(Some)];
    prop_oneof![
        4 => (0..8_u8).prop_map(Step::Activate),
        4 => (server(), seats(), hours(), any::<bool>()).prop_map(|(server, seats, delegation, when_delegation_ends)| {
            Step::Export { server, seats, delegation, when_delegation_ends }
        }),
        4 => (server(), seats()).prop_map(|(server, seats)| Step::Token { server, seats }),
        8 => any::<prop::sample::Index>().prop_map(|token| Step::Carry(token.index(usize::MAX))),
        8 => (server(), 1..8_u8, hours()).prop_map(|(server, most, hours)| Step::Lease { server, most, hours }),
        3 => server().prop_map(Step::Report),
        1 => server().prop_map(Step::GiveBack),
        5 => any::<prop::sample::Index>().prop_map(|paper| Step::Apply(paper.index(usize::MAX))),
        1 => server().prop_map(Step::Lose),
        1 => (0..8_u64).prop_map(Step::Seats),
        5 => (0..40_u64).prop_map(Step::Wait),
    ]
}

/// Does one step. What is refused changes nothing that the checks would not see.
fn take(authority: &mut Authority, step: &Step) {
    let now = authority.now();
    match step {
        Step::Activate(who) => drop(authority.activate(&format!("seat {who}"))),
        Step::Export { server, seats, delegation, when_delegation_ends } => {
            let hours = |hours: u64| Period::Limited(Interval::new(Unit::Hour, hours).unwrap());
            let delegation = Some(delegation.map_or(Period::Unlimited, hours));
            let wish = Wish { seats: seats.map(count), delegation, ..Wish::default() };
            let give_back = if *when_delegation_ends { GiveBack::WhenDelegationEnds } else { GiveBack::AtOnce };
            drop(authority.export(*server, wish, give_back));
        }
        Step::Token { server, seats } => {
            let wish = authority.open_at(*server).map(|at| authority.sessions[at].wish.clone());
            let wish = wish.filter(|_| seats.is_some()).map(|wish| Wish { seats: seats.map(count), ..wish });
            drop(authority.token(*server, wish));
        }
        Step::Carry(token) if !authority.tokens.is_empty() => drop(authority.carry(token % authority.tokens.len())),
        Step::Lease { server, most, hours } => {
            let server = authority.servers.get_mut(server).unwrap();
            (0..*most).take_while(|_| server.lease(*hours, now)).for_each(drop);
        }
        Step::Report(server) => authority.write(*server, false),
        Step::GiveBack(server) => authority.write(*server, true),
        Step::Apply(paper) if !authority.papers.is_empty() => drop(authority.apply(paper % authority.papers.len())),
        Step::Lose(server) => {
            if let Some(at) = authority.open_at(*server) {
                drop(authority.lose(at, false));
            }
        }
        Step::Seats(seats) => {
            let edit = EntitlementEdit { seats: Some(count(*seats)), ..EntitlementEdit::default() };
            drop(authority.world.edit("cad", &edit, true));
        }
        Step::Wait(hours) => authority.wait(*hours),
        Step::Carry(_) | Step::Apply(_) => {}
    }
}

fn play(seats: u64, steps: &[Step], forced: bool) -> Result<(), TestCaseError> {
    let hours = |hours| Period::Limited(Interval::new(Unit::Hour, hours).unwrap());
    let policy = Policy { lease_period: hours(24), ..Policy::default() };
    let mut authority = Authority::new(&Granting { seats, policy, ..Granting::default() }, SERVERS);
    for step in steps.iter().filter(|step| forced || !matches!(step, Step::Seats(_))) {
        take(&mut authority, step);
        authority.world.check().map_err(TestCaseError::fail)?;
        let (now, entitlement) = (authority.now(), authority.entitlement());
        let (sold, here) = (entitlement.seats.get(), entitlement.seats_here().get());
        let held: u64 = (0..SERVERS).map(|server| authority.held_for(server)).sum();
        for (number, server) in &authority.servers {
            let (running, held) = (server.running(now), authority.held_for(*number));
            prop_assert!(
                running <= held,
                "EXP-6: server {number} runs {running} and is counted with {held}, by {step:?}"
            );
        }
        prop_assert_eq!(held, entitlement.hosting.seats_held(None).get());
        prop_assert!(here + held <= sold || (here == 0 && forced), "EXP-6: {here} here and {held} held of {sold}");
        prop_assert_eq!(entitlement.hosted_over().get(), held.saturating_sub(sold));
        let running: u64 = authority.servers.values().map(|server| server.running(now)).sum();
        prop_assert!(
            forced || authority.used() + running <= sold,
            "EXP-6: {} here and {running} there of {sold}",
            authority.used()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn exp_6_no_more_seats_run_than_were_sold_whatever_is_carried(
        seats in 1..9_u64, steps in proptest::collection::vec(step(), 1..80)
    ) {
        play(seats, &steps, false)?;
    }

    #[test]
    fn exp_6_whatever_a_server_runs_is_counted_also_when_fewer_are_sold(
        seats in 1..9_u64, steps in proptest::collection::vec(step(), 1..80)
    ) {
        play(seats, &steps, true)?;
    }
}
