//! Many at once: SEAT-2, SEAT-7, SEAT-10, ENT-3, FEAT-6, on both engines.

use std::collections::BTreeSet;
use std::sync::Arc;

use chancery_domain::{Interval, Key, Overdraft, Refusal, Timestamp};
use chancery_operations::activation::{Activated, Extension, checkout, refresh};
use chancery_operations::{Error, PageRequest, Refused, activation_code};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;

on_both_engines! {
    seat_10_a_thousand_claims_on_ten_seats,
    ent_3_a_claim_whose_instant_was_read_before_the_start_is_served,
    seat_10_overdraft_is_a_limit_too,
    seat_2_one_seat_id_a_hundred_times_is_one_seat,
    seat_7_a_refresh_and_claims_race_for_an_ended_lease,
    feat_6_two_calls_for_the_last_unit,
    lic_2_a_code_that_is_revoked_while_its_claim_waits_gives_no_seat,
}

fn refusal(error: &Error) -> &Refusal {
    match error {
        Error::Refused(refused) => &refused.refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

async fn claims(fixture: &Arc<Fixture>, seats: impl IntoIterator<Item = String>) -> Vec<Result<Activated, Error>> {
    let tasks: Vec<_> = seats
        .into_iter()
        .map(|seat| {
            let fixture = Arc::clone(fixture);
            tokio::spawn(async move { fixture.activate(&seat, None).await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// Once, or as often as `CHANCERY_RACE_ROUNDS` says.
async fn seat_10_a_thousand_claims_on_ten_seats(engine: Engine) {
    let rounds = std::env::var("CHANCERY_RACE_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
    for _ in 0..rounds {
        a_thousand_claims_on_ten_seats(engine).await;
    }
}

async fn a_thousand_claims_on_ten_seats(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 10, ..Terms::default() }).await);
    let results = claims(&fixture, (0..1000).map(|i| format!("machine-{i}"))).await;
    let won: Vec<&Activated> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    assert_eq!(won.len(), 10);
    let numbers: BTreeSet<_> = won.iter().map(|won| won.view.activation.seat_number()).collect();
    assert_eq!(numbers, (1..=10).map(Some).collect());
    for lost in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(matches!(refusal(lost), Refusal::SeatsExhausted { used: 10, .. }), "{lost:?}");
    }
    assert_eq!(fixture.used().await, (10, 0, 10));
    // ENT-3: all of them saw the one start.
    let starts: BTreeSet<_> = won.iter().map(|won| won.view.entitlement.start).collect();
    assert_eq!(starts, BTreeSet::from([Some(fixture.now())]));
}

async fn ent_3_a_claim_whose_instant_was_read_before_the_start_is_served(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    fixture.advance(Interval::days(1));
    fixture.activate("first", None).await.unwrap();
    // Read a day earlier, served later: as with two requests at once, or two servers whose clocks differ.
    fixture.set_back(Interval::days(1));
    let late = fixture.activate("late", None).await.unwrap();
    assert!(late.view.entitlement.start > Some(fixture.now()));
}

async fn seat_10_overdraft_is_a_limit_too(engine: Engine) {
    let terms = Terms { seats: 5, overdraft: Overdraft::Percentage(50), ..Terms::default() };
    let fixture = Arc::new(Fixture::new(engine, terms).await);
    let results = claims(&fixture, (0..50).map(|i| format!("machine-{i}"))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 7);
    assert_eq!(fixture.used().await, (7, 2, 7));
}

async fn seat_2_one_seat_id_a_hundred_times_is_one_seat(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms::default()).await);
    let results = claims(&fixture, (0..100).map(|_| "the-one".to_owned())).await;
    let all: Vec<Activated> = results.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.iter().filter(|one| one.created).count(), 1);
    assert_eq!(all.iter().map(|one| one.view.activation.id).collect::<BTreeSet<_>>().len(), 1);
    // Each began another chain: only the latest of them can refresh.
    let mut able = 0;
    for one in &all {
        let (context, call) = fixture.holder(one, &one.nonce, "key", "");
        match refresh(&fixture.system, &context, call, Extension::default()).await {
            Ok(_) => able += 1,
            Err(error) => assert_eq!(refusal(&error), &Refusal::ActivationSuperseded),
        }
    }
    assert_eq!(able, 1);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn seat_7_a_refresh_and_claims_race_for_an_ended_lease(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 1, ..Terms::default() }).await);
    let first = fixture.activate("first", None).await.unwrap();
    fixture.advance(Interval::days(7));
    let (context, call) = fixture.holder(&first, &first.nonce, "key", "");
    let system = Arc::clone(&fixture.system);
    let refreshing = tokio::spawn(async move { refresh(&system, &context, call, Extension::default()).await });
    let claimed = claims(&fixture, (0..20).map(|i| format!("other-{i}"))).await;
    let refreshed = refreshing.await.unwrap();
    let winners = claimed.iter().filter(|claim| claim.is_ok()).count() + usize::from(refreshed.is_ok());
    assert_eq!(winners, 1);
    if let Err(error) = refreshed {
        assert_eq!(refusal(&error), &Refusal::ActivationReplaced);
    }
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn feat_6_two_calls_for_the_last_unit(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 20, ..Terms::default() }).await);
    let mut tasks = Vec::new();
    for i in 0..20 {
        let seat = fixture.activate(&format!("machine-{i}"), None).await.unwrap();
        let (context, call) = fixture.holder(&seat, &seat.nonce, "key", "");
        let system = Arc::clone(&fixture.system);
        let key = Key::new("pool").unwrap();
        tasks.push(tokio::spawn(async move { checkout(&system, &context, call, key, quantity(1)).await }));
    }
    let mut taken = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => taken += 1,
            Err(Error::Refused(refused)) => {
                let Refused { refusal, nonce, .. } = *refused;
                assert!(matches!(refusal, Refusal::FeatureExhausted { .. }), "{refusal:?}");
                assert!(nonce.is_some(), "a refusal by a rule turns the nonce and returns it (SAFE-2)");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(taken, 5);
    assert!(fixture.now() < Timestamp::MAX);
}

/// The claim has read the code; before it has the order's lock, the code is revoked.
async fn lic_2_a_code_that_is_revoked_while_its_claim_waits_gives_no_seat(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let held = fixture.activate("before", None).await.unwrap();
    let (order, waiting) = (held.view.activation.order, fixture.claimant().await.unwrap());
    let page = PageRequest::default();
    let codes = activation_code::list(&fixture.system, &fixture.admin(), order.into(), page).await.unwrap().items;
    activation_code::revoke(&fixture.system, &fixture.admin(), order.into(), codes[0].id).await.unwrap();
    // Neither a new seat nor that of a seat id which has one.
    for seat in ["after", "before"] {
        let claimed = fixture.claim(waiting.clone(), seat, None, None).await;
        assert!(matches!(claimed, Err(Error::ActivationCodeUnknown)), "{:?}", claimed.err());
    }
    assert_eq!(fixture.used().await, (1, 0, 1));
    // What the code led to goes on.
    let (context, call) = fixture.holder(&held, &held.nonce, "key", "");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
}
