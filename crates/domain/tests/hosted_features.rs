//! Counted features that local servers have: their overdraft, and the periods of their counters (EXP-2, EXP-6, LLS-4).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod world;

use std::collections::BTreeMap;

use authority::{Authority, server_id};
use chancery_domain::*;
use world::catalog::named_id;
use world::{Granting, at, count, key};

/// Ten seats of a yearly subscription with ten `uses` of that kind, delegated without end but for the subscription's.
fn selling(kind: FeatureKind) -> Authority {
    let policy = Policy { offline_lease_period: Some(Period::Unlimited), ..Policy::default() };
    let granting = Granting { seats: 10, policy, duration: Some(Interval::days(365)), ..Granting::default() };
    let mut authority = Authority::new(&granting, 2);
    let now = authority.now();
    let entitlement = authority.world.entitlement_mut("cad");
    entitlement.start_by_activation(now);
    entitlement.features.push(GrantedFeature {
        key: key("uses"),
        name: Name::new("Uses").unwrap(),
        kind,
        level: Level::Product,
        catalog: (Level::Product, FeatureValue::Count(Some(count(10)))),
        overriding: None,
    });
    authority
}

/// What the first token of an export delegates, where so much was used here.
fn share(authority: &Authority, wish: Wish, used: u64) -> Share {
    let now = authority.now();
    let counters = BTreeMap::from([(key("uses"), FeatureUsage { used: count(used), since: now })]);
    let exporting = Exporting {
        entitlement: authority.entitlement(),
        sessions: &[],
        server: ServerState::Active,
        used: 0,
        counters: &counters,
    };
    let new = NewSession { id: named_id("one"), server: server_id(0), wish, give_back: GiveBack::AtOnce };
    exporting.open(new, now).unwrap().1
}

fn uses(authority: &Authority) -> &GrantedFeature {
    authority.entitlement().features.iter().find(|one| one.key.as_str() == "uses").unwrap()
}

fn limit(authority: &Authority) -> Option<u64> {
    authority.entitlement().limit_here(uses(authority)).map(Quantity::get)
}

fn some_uses(amount: u64) -> Wish {
    Wish { seats: Some(count(2)), features: BTreeMap::from([(key("uses"), count(amount))]), ..Wish::default() }
}

#[test]
fn exp_2_an_overdraft_that_is_used_does_not_go_along() {
    for kind in [
        FeatureKind::UsageCount(Overdraft::Absolute(count(5)), UsageReset::Never),
        FeatureKind::ElementPool(Overdraft::Absolute(count(5))),
    ] {
        let authority = selling(kind);
        for (used, amount, overdraft) in [(0, 10, 5), (4, 6, 5), (10, 0, 5), (12, 0, 3), (15, 0, 0)] {
            let share = share(&authority, Wish::default(), used);
            let granted = share.granted(uses(&authority));
            let limit = granted.kind.overdraft().limit(count(amount));
            assert_eq!(share.features[&key("uses")], count(amount), "{used} are used here");
            assert_eq!((limit, share.most()[&key("uses")]), (count(amount + overdraft), count(amount + overdraft)));
        }
        let part = share(&authority, some_uses(3), 0);
        assert_eq!(part.granted(uses(&authority)).kind.overdraft(), Overdraft::None, "it would be there twice");
    }
}

#[test]
fn exp_6_of_value_and_overdraft_no_more_is_used_than_was_sold() {
    for (overdraft, whole, part) in
        [(Overdraft::None, 0, 4), (Overdraft::Absolute(count(5)), 0, 9), (Overdraft::Percentage(50), 0, 6)]
    {
        let mut authority = selling(FeatureKind::UsageCount(overdraft, UsageReset::Never));
        authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
        assert_eq!(limit(&authority), Some(whole), "{overdraft}: all is there");
        // Some comes back as soon as the server knows of it, and not before.
        authority.token(0, Some(some_uses(6))).unwrap();
        assert_eq!(limit(&authority), Some(whole), "{overdraft}");
        authority.carry_latest().unwrap();
        authority.write(0, false);
        authority.apply(0).unwrap();
        assert_eq!(limit(&authority), Some(part), "{overdraft}");
    }
}

#[test]
fn lls_4_what_a_lost_server_may_have_overdrawn_is_taken_for_spent_too() {
    for (overdraft, spent) in
        [(Overdraft::None, 10), (Overdraft::Absolute(count(5)), 15), (Overdraft::Percentage(50), 15)]
    {
        let mut authority = selling(FeatureKind::UsageCount(overdraft, UsageReset::Never));
        authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
        let taken = authority.lose(0, true).unwrap();
        assert_eq!(taken[&key("uses")].0, count(spent), "{overdraft}");
    }
}

#[test]
fn lls_4_ent_4_a_counter_of_a_lost_server_is_not_spent_anew_by_a_renewal_that_it_knows_of() {
    let mut authority = selling(FeatureKind::UsageCount(Overdraft::None, UsageReset::OnRenewal));
    let now = authority.now();
    authority.world.entitlement_mut("cad").renew(now).unwrap();
    authority.export(0, some_uses(6), GiveBack::AtOnce).unwrap();
    assert_eq!(authority.lose(0, false).unwrap(), Spent::new(), "it is held");
    assert_eq!(limit(&authority), Some(4));
    authority.wait(24 * 366);
    assert_eq!(limit(&authority), Some(4), "the server's counter began anew too, and its delegation goes on");
    authority.wait(24 * 365);
    assert_eq!(limit(&authority), Some(4), "the delegation has ended, and the period has not");
    let (now, sessions) = (authority.now(), authority.sessions.clone());
    let entitlement = authority.world.entitlement_mut("cad");
    entitlement.renew(now).unwrap();
    entitlement.rehost(&sessions, now);
    assert_eq!(limit(&authority), Some(10), "a new period that the server knows nothing of");
}

#[test]
fn lls_4_a_counter_that_a_lost_server_holds_is_taken_for_spent_when_it_is_freed() {
    let mut authority = selling(FeatureKind::UsageCount(Overdraft::None, UsageReset::OnRenewal));
    let now = authority.now();
    authority.world.entitlement_mut("cad").renew(now).unwrap();
    authority.export(0, some_uses(6), GiveBack::AtOnce).unwrap();
    authority.lose(0, false).unwrap();
    let spent = authority.lose(0, true).unwrap();
    assert_eq!(spent, Spent::from([(key("uses"), (count(6), authority.now()))]));
    assert_eq!(limit(&authority), Some(10), "it is counted now, and held no more");
}

#[test]
fn lls_4_a_counter_that_does_not_begin_anew_there_is_taken_for_spent_once() {
    let mut authority = selling(FeatureKind::UsageCount(Overdraft::None, UsageReset::OnRenewal));
    authority.export(0, some_uses(6), GiveBack::AtOnce).unwrap();
    let spent = authority.lose(0, false).unwrap();
    assert_eq!(spent, Spent::from([(key("uses"), (count(6), authority.now()))]));
    assert_eq!(authority.lose(0, true).unwrap(), Spent::new());
}

/// What the next token of a session delegates, where so much was used here.
fn next(authority: &Authority, at: usize, used: u64) -> u64 {
    let now = authority.now();
    let counters = BTreeMap::from([(key("uses"), FeatureUsage { used: count(used), since: now })]);
    let share = authority.sessions[at].next_share(authority.entitlement(), 0, &counters, now).unwrap();
    share.most()[&key("uses")].get()
}

#[test]
fn exp_2_exp_6_an_overdraft_that_others_have_takes_nothing_from_a_share() {
    for (overdraft, rest, lost) in [(Overdraft::Absolute(count(5)), 12, 12), (Overdraft::Percentage(50), 7, 10)] {
        for pool in [false, true] {
            let kind = match pool {
                true => FeatureKind::ElementPool(overdraft),
                false => FeatureKind::UsageCount(overdraft, UsageReset::Never),
            };
            let mut authority = selling(kind);
            authority.export(0, some_uses(3), GiveBack::AtOnce).unwrap();
            let most = limit(&authority).unwrap();
            assert_eq!(next(&authority, 0, most), 3, "{overdraft}: as much is used here as there may be");
            authority.export(1, Wish::default(), GiveBack::AtOnce).unwrap();
            assert_eq!((next(&authority, 0, 0), next(&authority, 1, 0)), (3, rest), "{overdraft}");
            authority.token(0, Some(some_uses(3))).unwrap();
            let more = authority.token(0, Some(some_uses(4)));
            assert!(matches!(more, Err(Refusal::FeatureExhausted { .. })), "{overdraft}: no more is free");
            let spent = authority.lose(1, true).unwrap();
            let spent = spent.get(&key("uses")).map_or(0, |(spent, _)| spent.get());
            assert_eq!(spent, if pool { 0 } else { lost });
            assert_eq!(next(&authority, 0, spent), 3, "{overdraft}: and as much was used there");
        }
    }
}

#[test]
fn exp_6_what_is_sold_no_more_is_taken_from_shares() {
    for (overdraft, next_one, next_other) in [
        (Overdraft::None, 1, 2),
        (Overdraft::Absolute(count(1)), 2, 3),
        (Overdraft::Percentage(50), 1, 2),
        (Overdraft::Unlimited, 1, 2),
    ] {
        let mut authority = selling(FeatureKind::ElementPool(overdraft));
        authority.export(0, some_uses(3), GiveBack::AtOnce).unwrap();
        authority.export(1, some_uses(4), GiveBack::AtOnce).unwrap();
        authority.world.entitlement_mut("cad").features[0].catalog.1 = FeatureValue::Count(Some(count(5)));
        assert_eq!((next(&authority, 0, 0), next(&authority, 1, 0)), (next_one, next_other), "{overdraft}");
        assert_eq!(next(&authority, 0, 1), next_one - 1, "{overdraft}: one is used here");
    }
}

#[test]
fn feat_2_off_11_a_clock_a_little_behind_ends_no_period() {
    let mut authority = selling(FeatureKind::UsageCount(Overdraft::None, UsageReset::Monthly));
    let (begun, later) = (at("2026-02-01T00:00:00Z"), at("2026-02-01T00:00:05Z"));
    let counter = FeatureUsage { used: count(4), since: begun };
    let seen = |authority: &Authority, now| counter.current(authority.entitlement(), uses(authority), now);
    let (behind, ahead) = (at("2026-01-31T23:59:59Z"), at("2026-01-20T00:00:00Z"));
    for now in [behind, ahead, later] {
        assert_eq!(seen(&authority, now), counter, "at the vendor");
    }
    let session = named_id("one");
    let delegation = Delegation { server: server_id(0), session, number: 1, seq: 1, until: None };
    authority.world.entitlement_mut("cad").hosting = Hosting::Delegated(delegation);
    for now in [behind, later] {
        assert_eq!(seen(&authority, now), counter, "another server of the same database was a second before");
    }
    let set_right = FeatureUsage { since: at("2026-01-01T00:00:00Z"), ..counter };
    assert_eq!(seen(&authority, ahead), set_right, "the clock was twelve days ahead");
}

/// Six of ten `uses` that a renewal resets are at a server, three days before the year ends; delegations outlast it by the grace.
fn near_the_end() -> Authority {
    let mut authority = selling(FeatureKind::UsageCount(Overdraft::None, UsageReset::OnRenewal));
    authority.world.entitlement_mut("cad").policy.grace_period = Some(Interval::days(30));
    authority.wait(24 * 362);
    authority.export(0, some_uses(6), GiveBack::AtOnce).unwrap();
    authority
}

fn rehost(authority: &mut Authority) {
    let (now, sessions) = (authority.now(), authority.sessions.clone());
    authority.world.entitlement_mut("cad").rehost(&sessions, now);
}

#[test]
fn lls_4_ent_4_a_renewal_after_the_loss_is_none_that_the_server_knows_of() {
    let mut authority = near_the_end();
    let spent = Spent::from([(key("uses"), (count(6), authority.now()))]);
    assert_eq!(authority.lose(0, false).unwrap(), spent);
    authority.wait(24 * 2);
    let now = authority.now();
    authority.world.entitlement_mut("cad").renew(now).unwrap();
    rehost(&mut authority);
    assert_eq!(limit(&authority), Some(10), "they are in the counter, and not held as well");
    let mut freed = authority.sessions[0].clone();
    assert_eq!(freed.lose(authority.entitlement(), true, now).unwrap(), Spent::new(), "nor spent twice");
    let told = HostedFeature { key: key("uses"), used: count(2), since: now, held: count(0) };
    let returned = authority.sessions[0].return_(Usage { seq: 1, features: vec![told], ..Usage::default() }, now);
    assert_eq!(returned.unwrap(), Spent::new());
}

#[test]
fn lls_4_feat_2_a_counter_that_is_held_stays_so_when_it_resets_no_more() {
    let mut authority = selling(FeatureKind::UsageCount(Overdraft::None, UsageReset::Monthly));
    authority.export(0, some_uses(6), GiveBack::AtOnce).unwrap();
    assert_eq!(authority.lose(0, false).unwrap(), Spent::new());
    authority.world.entitlement_mut("cad").usage_reset = Some(UsageReset::Never);
    rehost(&mut authority);
    assert_eq!(limit(&authority), Some(4), "it is neither spent nor free");
    let spent = Spent::from([(key("uses"), (count(6), authority.now()))]);
    assert_eq!(authority.lose(0, true).unwrap(), spent);
    assert_eq!((limit(&authority), authority.sessions[0].held_anew.len()), (Some(10), 0), "it is counted now");
}

/// It was set back to its first token, by which it could spend six, from one by which it can spend one; it spent two.
fn set_back(reset: UsageReset, percent: Overdraft) -> Authority {
    let mut authority = selling(FeatureKind::UsageCount(percent, reset));
    authority.export(0, some_uses(6), GiveBack::AtOnce).unwrap();
    authority.token(0, Some(some_uses(1))).unwrap();
    let (now, entitlement) = (authority.now(), authority.entitlement().clone());
    let uses = |used| HostedFeature { key: key("uses"), used: count(used), since: now, held: count(0) };
    let told = |seq, used| Usage { seq, features: vec![uses(used)], ..Usage::default() };
    let session = &mut authority.sessions[0];
    assert!(session.acknowledge(told(2, 2), now));
    let older = session.tokens[..1].to_vec();
    let believed = session.believe(&entitlement, told(1, 0), (&older, false), now);
    assert_eq!((believed.features[0].used, believed.features[0].held), (count(2), count(6)));
    session.went_back(believed, now);
    rehost(&mut authority);
    authority
}

#[test]
fn lls_4_exp_9_what_a_server_may_spend_by_an_older_token_is_taken_for_spent() {
    for (overdraft, spent) in [(Overdraft::None, 6), (Overdraft::Percentage(50), 9)] {
        let mut authority = set_back(UsageReset::Never, overdraft);
        assert_eq!(authority.entitlement().hosting.feature_held(&key("uses"), None), count(6));
        assert_eq!(authority.lose(0, false).unwrap()[&key("uses")].0, count(spent), "{overdraft}");
        rehost(&mut authority);
        assert_eq!(authority.entitlement().hosting.feature_held(&key("uses"), None), count(0));
    }
    let mut authority = set_back(UsageReset::Monthly, Overdraft::None);
    assert_eq!(authority.lose(0, false).unwrap(), Spent::new());
    assert_eq!(limit(&authority), Some(4), "held, where it begins anew");
}

#[test]
fn exp_7_exp_9_what_a_server_spent_that_was_set_back_counts_once_when_it_returns() {
    let mut authority = set_back(UsageReset::Never, Overdraft::None);
    let (now, entitlement) = (authority.now(), authority.entitlement().clone());
    let uses = HostedFeature { key: key("uses"), used: count(3), since: now, held: count(0) };
    let told = Usage { seq: 1, running: 1, features: vec![uses], ..Usage::default() };
    let believed = authority.sessions[0].believe(&entitlement, told, (&[], false), now);
    let spent = authority.sessions[0].return_(believed, now).unwrap();
    assert_eq!(spent, Spent::from([(key("uses"), (count(3), now))]));
    rehost(&mut authority);
    assert_eq!(limit(&authority), Some(10), "a lease runs on, and what was spent is in the counter");
}

#[test]
fn lls_4_exp_9_a_counter_is_held_as_long_as_an_older_token_lasts() {
    let mut authority = selling(FeatureKind::UsageCount(Overdraft::None, UsageReset::Monthly));
    authority.export(0, some_uses(6), GiveBack::AtOnce).unwrap();
    let days = Some(Period::Limited(Interval::days(5)));
    authority.token(0, Some(Wish { delegation: days, ..some_uses(6) })).unwrap();
    let (now, entitlement) = (authority.now(), authority.entitlement().clone());
    let session = &mut authority.sessions[0];
    assert!(session.acknowledge(Usage { seq: 2, ..Usage::default() }, now));
    let mut known = session.clone();
    known.lose(&entitlement, false, now).unwrap();
    let until = |session: &ExportSession| {
        let holds = session.holds(&entitlement);
        holds.iter().find(|hold| hold.features.contains_key(&key("uses"))).and_then(|hold| hold.until)
    };
    assert_eq!(until(&known), Some(now.plus(Interval::days(5)).month_end()));
    session.went_back(Usage { seq: 1, ..Usage::default() }, now);
    session.lose(&entitlement, false, now).unwrap();
    assert_eq!(until(session), session.tokens[0].until.map(Timestamp::month_end));
}
