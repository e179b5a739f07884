//! What an authority gives to local servers and gets back: EXP-1, EXP-2, EXP-6, EXP-7, EXP-8, LLS-2, LLS-4, TOK-8.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod world;

use std::collections::BTreeMap;

use authority::{Authority, granting, hours, selling, server_id, share};
use chancery_domain::*;
use world::catalog::named_id;
use world::{Granting, World, at, count};

fn exported(authority: &Authority) -> (EntitlementStatus, u64, u64) {
    let entitlement = authority.entitlement();
    let held = entitlement.hosting.seats_held(None).get();
    (entitlement.status(authority.now()), entitlement.seats_here().get(), held)
}

#[test]
fn exp_1_exporting_all_moves_the_host() {
    let mut authority = selling(0);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    assert_eq!(exported(&authority), (EntitlementStatus::Exported, 0, 10));
    let refusal = Refusal::EntitlementExported { servers: vec![server_id(0)] };
    assert_eq!(authority.activate("seat"), Err(refusal.clone()));
    assert_eq!(authority.export(1, share(1), GiveBack::AtOnce), Err(refusal), "nothing is left for another server");
}

#[test]
fn lls_2_exp_1_only_an_active_server_is_chosen_and_once() {
    let mut authority = selling(0);
    authority.export(0, share(2), GiveBack::AtOnce).unwrap();
    let open = &authority.sessions[0];
    let counters = BTreeMap::new();
    let opened = |server: u8, state| {
        let (entitlement, sessions) = (authority.entitlement(), &authority.sessions[..]);
        let exporting = Exporting { entitlement, sessions, server: state, used: 0, counters: &counters };
        let id: ExportSessionId = named_id("another");
        let new = NewSession { id, server: server_id(server), wish: share(1), give_back: GiveBack::AtOnce };
        exporting.open(new, authority.now()).map(|(session, _)| session.number)
    };
    assert_eq!(opened(1, ServerState::NotActive), Err(Refusal::ServerNotActive { server: server_id(1) }));
    assert_eq!(opened(1, ServerState::Lost), Err(Refusal::ServerLost { server: server_id(1) }));
    let twice = Refusal::ExportSessionOpen { sessions: vec![(open.id, open.server)] };
    assert_eq!(opened(0, ServerState::Active), Err(twice));
    assert_eq!(opened(1, ServerState::Active), Ok(2), "each session has a higher number");
}

#[test]
fn exp_2_with_active_seats_a_share_is_exported_and_no_more() {
    let mut authority = selling(4);
    let refused = Refusal::EntitlementHasActiveSeats { used: 4, free: count(6) };
    assert_eq!(authority.export(0, Wish::default(), GiveBack::AtOnce), Err(refused.clone()));
    assert_eq!(authority.export(0, share(7), GiveBack::AtOnce), Err(refused));
    authority.export(0, share(5), GiveBack::AtOnce).unwrap();
    assert_eq!(exported(&authority), (EntitlementStatus::Active, 5, 5));
    let refused = Refusal::EntitlementHasActiveSeats { used: 4, free: count(1) };
    assert_eq!(authority.export(1, share(2), GiveBack::AtOnce), Err(refused), "another server's share is not free");
    authority.activate("the fifth").unwrap();
    let exhausted = Refusal::SeatsExhausted {
        seats: count(5),
        overdraft: Quantity::ZERO,
        used: 5,
        next_lease_end: Some(at("2026-01-02T00:00:00Z")),
    };
    assert_eq!(authority.activate("the sixth"), Err(exhausted));
}

#[test]
fn exp_2_a_seat_is_active_while_it_is_held_and_no_longer_when_its_lease_has_ended() {
    let mut authority = selling(1);
    let id = authority.world.activations[0].id;
    authority.world.release(id, false);
    let refused = Refusal::EntitlementHasActiveSeats { used: 1, free: count(9) };
    assert_eq!(authority.export(0, Wish::default(), GiveBack::AtOnce), Err(refused));
    authority.wait(24);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    assert_eq!(authority.world.listed(authority.entitlement().id).count(), 0, "what has ended leaves");
}

#[test]
fn seat_8_exp_2_seats_that_stay_get_numbers_within_what_is_left() {
    let mut authority = selling(10);
    for one in authority.world.activations.clone().iter().take(7) {
        authority.world.unseat(one.id, End::Deactivated);
    }
    authority.export(0, share(7), GiveBack::AtOnce).unwrap();
    let numbers: Vec<_> =
        authority.world.listed(authority.entitlement().id).filter_map(Activation::seat_number).collect();
    assert!(numbers.len() == 3 && numbers.iter().all(|number| *number <= 3), "{numbers:?}");
    authority.world.check().unwrap();
}

#[test]
fn exp_6_a_smaller_share_counts_when_it_is_acknowledged() {
    let mut authority = selling(0);
    authority.export(0, share(8), GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    for _ in 0..5 {
        assert!(authority.servers.get_mut(&0).unwrap().lease(Some(10), authority.world.now));
    }
    authority.token(0, Some(share(3))).unwrap();
    assert_eq!(exported(&authority).1, 2, "nobody knows yet whether it was carried");
    authority.carry_latest().unwrap();
    authority.write(0, false);
    authority.apply(0).unwrap();
    assert_eq!(exported(&authority), (EntitlementStatus::Active, 5, 5), "five leases still run there");
    authority.wait(10);
    assert_eq!(exported(&authority), (EntitlementStatus::Active, 7, 3));
}

#[test]
fn exp_6_a_larger_share_counts_until_its_delegation_ends() {
    let mut authority = selling(0);
    authority.export(0, share(8), GiveBack::AtOnce).unwrap();
    authority.wait(10);
    authority.token(0, Some(share(3))).unwrap();
    authority.wait(61);
    assert_eq!(exported(&authority).2, 8);
    authority.wait(1);
    assert_eq!(exported(&authority).2, 3, "72 hours after it was issued");
    authority.wait(100);
    assert_eq!(exported(&authority).2, 3, "as long as the session stands the last one counts");
}

#[test]
fn seat_8_exp_6_fewer_seats_sold_are_accepted_and_fall_away_with_the_next_token() {
    let mut authority = selling(0);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    let edit = EntitlementEdit { seats: Some(count(4)), ..EntitlementEdit::default() };
    assert_eq!(authority.world.edit("cad", &edit, false), Ok(Vec::new()), "who uses the seats there is unknown");
    let entitlement = authority.entitlement();
    assert_eq!((entitlement.seats_here().get(), entitlement.hosted_over().get()), (0, 6));
    authority.token(0, None).unwrap();
    assert_eq!(authority.tokens[1].token.seats, count(4));
    authority.carry_latest().unwrap();
    authority.write(0, false);
    authority.apply(0).unwrap();
    assert_eq!(authority.entitlement().hosted_over(), Quantity::ZERO);
    assert_eq!(exported(&authority), (EntitlementStatus::Exported, 0, 4));
}

#[test]
fn exp_6_what_is_acknowledged_late_or_twice_changes_nothing() {
    let mut authority = selling(0);
    authority.export(0, share(8), GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    authority.write(0, false);
    authority.token(0, Some(share(2))).unwrap();
    authority.carry_latest().unwrap();
    authority.write(0, false);
    authority.apply(1).unwrap();
    let after = authority.sessions[0].clone();
    assert_eq!((after.acknowledged, exported(&authority).2), (2, 2));
    authority.apply(0).unwrap();
    assert_eq!(authority.sessions[0], after);
    let state = [0; 32];
    assert!(!after.is_out_of_sync(&state) && after.is_out_of_sync(&[1; 32]));
    authority.token(0, None).unwrap();
    assert!(authority.sessions[0].is_out_of_sync(&state), "the latest token was not acknowledged");
}

#[test]
fn exp_7_a_return_gives_back_all_but_seats_whose_leases_run() {
    let mut authority = selling(0);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    for _ in 0..3 {
        authority.servers.get_mut(&0).unwrap().lease(Some(20), authority.world.now);
    }
    authority.write(0, true);
    authority.apply(0).unwrap();
    assert_eq!(exported(&authority).1, 7);
    let again = authority.apply(0);
    assert_eq!(again, Err(Refusal::TokenSessionClosed { session: authority.sessions[0].id, current: None }));
    authority.wait(20);
    assert_eq!(exported(&authority).1, 10);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    assert!(authority.sessions[1].number > 1, "exporting again starts a new session");
    assert!(authority.carry(0).is_err() && authority.carry_latest().is_ok());
}

#[test]
fn exp_7_a_share_comes_back_when_its_delegation_ends_if_the_vendor_chose_so() {
    let mut authority = selling(0);
    authority.export(0, share(6), GiveBack::WhenDelegationEnds).unwrap();
    authority.carry_latest().unwrap();
    authority.write(0, true);
    authority.apply(0).unwrap();
    assert_eq!(exported(&authority).1, 4);
    authority.wait(72);
    assert_eq!(exported(&authority).1, 10);

    let mut authority = selling(0);
    let endless = Wish { delegation: Some(Period::Unlimited), ..share(6) };
    authority.export(0, endless, GiveBack::WhenDelegationEnds).unwrap();
    authority.carry_latest().unwrap();
    authority.write(0, true);
    authority.apply(0).unwrap();
    assert_eq!(exported(&authority).1, 10, "what never ends would never come back");
}

#[test]
fn exp_7_what_came_back_here_by_the_end_of_a_delegation_is_not_held_again_by_a_return() {
    let mut authority = Authority::new(&granting(3), 1);
    let all = Wish { delegation: Some(hours(1)), ..Wish::default() };
    authority.export(0, all, GiveBack::WhenDelegationEnds).unwrap();
    authority.carry_latest().unwrap();
    authority.wait(1);
    authority.write(0, true);
    authority.token(0, Some(Wish { delegation: Some(hours(1)), ..share(1) })).unwrap();
    authority.activate("a").unwrap();
    authority.activate("b").unwrap();
    authority.apply(0).unwrap();
    assert_eq!(authority.held_for(0), 1, "of the token that may still be applied");
    authority.wait(1);
    assert_eq!(authority.held_for(0), 0);
}

#[test]
fn lls_4_exp_7_what_was_freed_is_not_held_again_when_the_server_is_found() {
    let mut authority = selling(6);
    authority.export(0, share(4), GiveBack::WhenDelegationEnds).unwrap();
    authority.carry_latest().unwrap();
    authority.lose(0, true).unwrap();
    for who in ["a", "b", "c", "d"] {
        authority.activate(who).unwrap();
    }
    authority.write(0, true);
    authority.apply(0).unwrap();
    assert_eq!((authority.held_for(0), authority.used()), (0, 10));
}

#[test]
fn lls_4_what_a_lost_server_had_is_held_until_its_delegations_end_or_freed() {
    let mut authority = selling(0);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    authority.wait(1);
    authority.token(0, None).unwrap();
    authority.lose(0, false).unwrap();
    assert_eq!(exported(&authority).0, EntitlementStatus::Exported);
    authority.wait(72);
    assert_eq!(exported(&authority).1, 10);

    let mut authority = selling(0);
    authority.export(0, Wish { delegation: Some(Period::Unlimited), ..Wish::default() }, GiveBack::AtOnce).unwrap();
    authority.lose(0, false).unwrap();
    authority.wait(100_000);
    assert_eq!(exported(&authority).1, 0, "for ever");
    authority.lose(0, true).unwrap();
    assert_eq!(exported(&authority).1, 10);
    assert!(authority.lose(0, true).is_err());
}

#[test]
fn lls_4_a_lost_server_that_is_found_gives_back_by_its_word() {
    let mut authority = selling(0);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    authority.lose(0, false).unwrap();
    authority.write(0, true);
    assert_eq!(authority.apply(0), Ok(Spent::new()), "what was taken for spent stays so");
    assert_eq!(exported(&authority).1, 10);
}

#[test]
fn exp_8_overdraft_is_of_the_seats_here_and_none_on_a_local_server() {
    let mut entitlement = selling(0).entitlement().clone();
    let hold = Hold {
        server: server_id(0),
        session: named_id("session"),
        whole: false,
        seats: count(4),
        features: BTreeMap::new(),
        until: None,
    };
    for (overdraft, with_share, whole) in [
        (Overdraft::Percentage(50), 9, 0),
        (Overdraft::Absolute(count(2)), 8, 0),
        (Overdraft::Unlimited, Quantity::MAX.get(), 0),
        (Overdraft::None, 6, 0),
    ] {
        entitlement.overdraft = overdraft;
        entitlement.hosting = Hosting::Here(vec![hold.clone()]);
        assert_eq!(entitlement.seat_limit().get(), with_share, "{overdraft}");
        entitlement.hosting = Hosting::Here(vec![Hold { whole: true, ..hold.clone() }]);
        assert_eq!(entitlement.seat_limit().get(), whole, "{overdraft}: where no seat is left, none is overdrawn");
        entitlement.hosting = delegated(None);
        assert_eq!(entitlement.seat_limit().get(), 10, "{overdraft}");
    }
}

#[test]
fn exp_6_the_audit_tells_what_counts_of_a_session() {
    let hold = |session: &str, seats: u64, until: Option<&str>| Hold {
        server: server_id(0),
        session: named_id(session),
        whole: false,
        seats: count(seats),
        features: BTreeMap::new(),
        until: until.map(at),
    };
    let told = |holds: &[Hold]| Hosting::Here(holds.to_vec()).to_string().replace(&server_id(0).to_string(), "srv");
    let (day, long, for_ever) = (Some("2026-01-02T00:00:00Z"), Some("2026-01-04T00:00:00Z"), None);
    assert_eq!(told(&[hold("one", 10, for_ever), hold("one", 1, day), hold("one", 0, for_ever)]), "srv: 10");
    let runs_on = told(&[hold("one", 4, long), hold("one", 9, day), hold("one", 4, day)]);
    assert_eq!(runs_on, "srv: 4 until 2026-01-04T00:00:00Z, srv: 9 until 2026-01-02T00:00:00Z");
    assert_eq!(told(&[hold("one", 2, day), hold("one", 2, day)]), "srv: 2 until 2026-01-02T00:00:00Z");
    assert_eq!(told(&[hold("one", 2, for_ever), hold("two", 1, for_ever)]), "srv: 2, srv: 1", "each session counts");
    let whole = Hold { whole: true, ..hold("one", 10, for_ever) };
    assert_eq!(told(&[whole, hold("one", 12, day)]), "srv: all");
}

fn delegated(until: Option<Timestamp>) -> Hosting {
    let (server, session) = (server_id(0), named_id("session"));
    Hosting::Delegated(Delegation { server, session, number: 1, seq: 3, until })
}

#[test]
fn tok_8_a_delegation_ends_leases_and_then_no_seat_is_given() {
    let mut world = World::new();
    world.grant("cad", &granting(2));
    let end = at("2026-01-01T10:00:00Z");
    world.entitlement_mut("cad").hosting = delegated(Some(end));
    let lease = |world: &World| {
        let (entitlement, now) = (world.entitlement("cad"), world.now);
        (Lease::online(entitlement, now).expiry, Lease::offline(entitlement, now).unwrap().expiry)
    };
    assert_eq!(lease(&world), (Some(end), Some(end)));
    let seat: SeatId = "seat".parse().unwrap();
    world.activate("machine", &seat, "cad", None, None).unwrap();
    let stuck = Refusal::LeaseNotExtendable { lease_expiry: Some(end) };
    assert_eq!(world.refresh("machine", None), Err(stuck));

    world.now = end;
    let ended = Refusal::DelegationEnded { since: end, seq: 3 };
    assert_eq!(world.refresh("machine", None), Err(ended.clone()));
    assert_eq!(world.activate("machine", &seat, "cad", None, None).err(), Some(ended));
    let request =
        ClaimRequest { seat_id: None, edition: None, release: None, device: DeviceClaim::Unasked, mode: Mode::Online };
    let explained = explain(world.candidates("cad", &seat), world.entitlement("cad").id, &request, world.now).unwrap();
    let step = explained.steps.iter().find(|step| step.verdict == Verdict::Refused).unwrap();
    assert_eq!((step.rule, step.facts[1].field), ("TOK-8", "delegationEnd"));

    world.entitlement_mut("cad").hosting = delegated(None);
    assert_eq!(lease(&world).0, Some(at("2026-01-02T10:00:00Z")), "a delegation without end cuts nothing");
}

#[test]
fn tok_8_a_delegation_lasts_its_period_and_no_longer_than_the_subscription() {
    let mut authority = Authority::new(&Granting { duration: Some(Interval::days(2)), ..granting(3) }, 1);
    authority.world.entitlement_mut("cad").start_by_activation(at("2026-01-01T00:00:00Z"));
    authority.export(0, share(1), GiveBack::AtOnce).unwrap();
    let session = authority.sessions[0].clone();
    let until = |wish: Wish, at: Timestamp| {
        let session = ExportSession { wish, ..session.clone() };
        session.next_share(authority.entitlement(), 0, &BTreeMap::new(), at).map(|share| share.until)
    };
    let (now, stop) = (authority.now(), at("2026-01-03T00:00:00Z"));
    assert_eq!(until(share(1), now), Ok(Some(stop)));
    let wish = |delegation| Wish { delegation: Some(delegation), ..share(1) };
    assert_eq!(until(wish(hours(5)), now), Ok(Some(at("2026-01-01T05:00:00Z"))));
    assert_eq!(until(wish(Period::Unlimited), now), Ok(Some(stop)));
    let late = at("2026-02-01T00:00:00Z");
    assert_eq!(until(share(1), late), Ok(Some(late)), "it tells that all is over");

    let mut entitlement = authority.entitlement().clone();
    entitlement.policy.offline_lease_period = None;
    let refused = session.next_share(&entitlement, 0, &BTreeMap::new(), now);
    assert_eq!(refused, Err(Refusal::OfflineNotPermitted { too_large: false }));
}
