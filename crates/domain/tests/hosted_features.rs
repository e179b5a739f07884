//! Counted features that local servers have: their overdraft, and the periods of their counters (EXP-2, EXP-6, LLS-4).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod world;

use std::collections::BTreeMap;

use authority::{Authority, server_id};
use chancery_domain::*;
use world::catalog::named_id;
use world::{Granting, count, key};

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
