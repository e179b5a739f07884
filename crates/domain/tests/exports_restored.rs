//! What is believed after an authority or a local server was set back: EXP-4, EXP-6, EXP-9, SAFE-3.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod world;

use authority::{Authority, selling, share};
use chancery_domain::*;
use world::count;

#[test]
fn safe_3_exp_6_a_restored_authority_numbers_on_from_what_is_acknowledged() {
    let mut authority = selling(0);
    authority.export(0, share(8), GiveBack::AtOnce).unwrap();
    let mut session = authority.sessions[0].clone();
    assert_eq!(session.next_seq(), 2);
    assert!(session.acknowledge(Usage { seq: 5, ..Usage::default() }, authority.now()));
    assert_eq!(session.next_seq(), 7, "it follows none of the forgotten tokens, whose hashes nobody knows here");
    assert_eq!(session.holds(authority.entitlement())[0].seats, count(8), "what is known goes on counting");
}

#[test]
fn safe_3_exp_4_a_restored_authority_gives_no_number_of_a_session_again() {
    let mut authority = selling(0);
    for _ in 0..3 {
        authority.export(0, share(2), GiveBack::AtOnce).unwrap();
        authority.lose(authority.sessions.len() - 1, true).unwrap();
    }
    let number = authority.sessions[2].number;
    assert_eq!(number, 3, "at the same instant one more each time");
    // Yesterday's backup knows of none of them.
    authority.sessions.clear();
    authority.wait(1);
    authority.export(0, share(2), GiveBack::AtOnce).unwrap();
    assert!(authority.sessions[0].number > number);
}

#[test]
fn exp_6_exp_9_of_a_server_that_was_set_back_no_less_is_believed() {
    let mut authority = selling(0);
    authority.world.entitlement_mut("cad").features.push(GrantedFeature {
        key: world::key("uses"),
        name: Name::new("Uses").unwrap(),
        kind: FeatureKind::UsageCount(Overdraft::None, UsageReset::Monthly),
        level: Level::Product,
        catalog: (Level::Product, FeatureValue::Count(Some(count(10)))),
        overriding: None,
    });
    authority.export(0, share(6), GiveBack::AtOnce).unwrap();
    authority.token(0, Some(share(1))).unwrap();
    let (now, first) = (authority.now(), authority.sessions[0].tokens[0].clone());
    let (soon, late) = (now.shifted(1_000_000), now.shifted(9_000_000));
    let uses = |used, since| HostedFeature { key: world::key("uses"), used: count(used), since, held: Quantity::ZERO };
    let known =
        Usage { seq: 2, running: 3, running_until: Some(late), features: vec![uses(4, now)], ..Usage::default() };
    assert!(authority.sessions[0].acknowledge(known, now));
    let mut session = authority.sessions[0].clone();
    assert_eq!((session.applied(), session.is_acknowledged()), (2, true));
    let told =
        Usage { seq: 1, running: 1, running_until: Some(soon), features: vec![uses(1, now)], ..Usage::default() };
    assert!(!session.clone().acknowledge(told.clone(), now), "it is none of what was acknowledged");

    let believed = session.believe(authority.entitlement(), told.clone(), (&[], false), now);
    assert_eq!((believed.running, believed.running_until), (1, Some(soon)), "its word");
    let forgotten = session.forgotten.clone().unwrap();
    assert_eq!((forgotten.seats, forgotten.until), (count(3), Some(late)), "and what it forgot");
    assert_eq!(believed.features, [uses(4, now)]);
    let mut later = authority.sessions[0].clone();
    let _ = later.believe(authority.entitlement(), told.clone(), (&[], false), late);
    assert_eq!(later.forgotten, None, "what was known runs no more");
    let reset = Usage { features: vec![uses(1, soon)], ..told.clone() };
    let month = now.plus(Interval::days(40));
    assert_eq!(
        later.believe(authority.entitlement(), reset, (&[], false), month).features,
        [uses(1, soon)],
        "another month"
    );

    let believed = session.believe(authority.entitlement(), told, (std::slice::from_ref(&first), false), now);
    assert_eq!((believed.running, believed.running_until), (6, first.until), "it may give what the older token says");
    assert_eq!(believed.features[0].used, count(4));
    session.went_back(believed, now);
    assert_eq!((session.acknowledged, session.applied(), session.is_acknowledged()), (2, 1, false));
    authority.sessions[0] = session;
    let mut entitlement = authority.entitlement().clone();
    entitlement.rehost(&authority.sessions, now);
    assert_eq!(entitlement.seats_here(), count(4));
}

/// A server with one seat by two tokens tells so of leases and of the token that it has, and what is believed of it is taken.
fn tells(authority: &mut Authority, seq: u64, running: u64, hours: u64, cut: bool) -> u64 {
    let (now, entitlement) = (authority.now(), authority.entitlement().clone());
    let until = now.shifted(i64::try_from(hours).unwrap() * 3_600_000_000);
    let told = Usage { seq, running, running_until: Some(until), ..Usage::default() };
    let session = &mut authority.sessions[0];
    let older: Vec<ExportedToken> =
        session.tokens.iter().filter(|one| (seq..session.acknowledged).contains(&one.seq)).cloned().collect();
    let usage = session.believe(&entitlement, told, (&older, cut), now);
    if !session.acknowledge(usage.clone(), now) {
        session.went_back(usage, now);
    }
    held(authority, 0)
}

/// How many seats are held after hours.
fn held(authority: &mut Authority, hours: u64) -> u64 {
    authority.wait(hours);
    let (now, sessions) = (authority.now(), authority.sessions.clone());
    let entitlement = authority.world.entitlement_mut("cad");
    entitlement.rehost(&sessions, now);
    entitlement.hosting.seats_held(None).get()
}

fn two_small_tokens() -> Authority {
    let mut authority = selling(0);
    authority.export(0, share(1), GiveBack::AtOnce).unwrap();
    authority.token(0, None).unwrap();
    authority
}

#[test]
fn exp_6_exp_9_what_a_server_forgot_counts_until_it_ends_whatever_it_says_later() {
    for back in [1, 2] {
        let mut authority = two_small_tokens();
        assert_eq!(tells(&mut authority, 2, 3, 50, false), 3);
        assert_eq!(tells(&mut authority, back, 0, 0, true), 3, "set back");
        assert_eq!(tells(&mut authority, back, 0, 0, false), 3, "its log goes on, and its leases do");
        authority.token(0, None).unwrap();
        assert_eq!(tells(&mut authority, 3, 1, 9, false), 3, "it has the next token");
        assert_eq!((held(&mut authority, 49), held(&mut authority, 1)), (3, 1));
    }
}

#[test]
fn exp_6_exp_9_what_a_server_forgot_counts_no_longer_than_it_runs() {
    let mut authority = two_small_tokens();
    assert_eq!(tells(&mut authority, 2, 3, 10, false), 3);
    assert_eq!(tells(&mut authority, 1, 1, 20, false), 3);
    authority.wait(5);
    assert_eq!(tells(&mut authority, 1, 1, 60, false), 3);
    assert_eq!(held(&mut authority, 5), 1, "each until its own end");
}

#[test]
fn exp_6_exp_9_a_token_that_no_lease_outlived_revives_none() {
    let mut authority = two_small_tokens();
    let (now, entitlement) = (authority.now(), authority.entitlement().clone());
    let told = |running| Usage { seq: 2, running, ..Usage::default() };
    assert!(authority.sessions[0].acknowledge(told(3), now), "without end, by its word");
    let told = authority.sessions[0].believe(&entitlement, told(0), (&[], true), now);
    assert!(authority.sessions[0].acknowledge(told, now));
    assert_eq!(held(&mut authority, 71), 3);
    assert_eq!(held(&mut authority, 1), 1, "with the last delegation all ended");
    authority.token(0, None).unwrap();
    assert_eq!(held(&mut authority, 0), 1);
}

#[test]
fn lls_4_exp_9_what_a_server_forgot_is_freed_with_the_rest() {
    let mut authority = two_small_tokens();
    tells(&mut authority, 2, 3, 50, false);
    tells(&mut authority, 2, 2, 50, true);
    let mut lost = authority.sessions[0].clone();
    let now = authority.now();
    lost.lose(authority.entitlement(), false, now).unwrap();
    assert_eq!(lost.holds(authority.entitlement()).iter().map(|hold| hold.seats).max(), Some(count(3)));
    lost.lose(authority.entitlement(), true, now).unwrap();
    assert_eq!((lost.holds(authority.entitlement()), &lost.forgotten), (Vec::new(), &None));
    // Found again, it tells of no more than of what runs by its own word.
    let told = Usage { seq: 1, running: 1, running_until: Some(now.shifted(1_000_000)), ..Usage::default() };
    let told = lost.believe(authority.entitlement(), told, (&[], false), now);
    lost.return_(told, now).unwrap();
    assert_eq!(lost.holds(authority.entitlement()).iter().map(|hold| hold.seats).max(), Some(count(1)));
}
