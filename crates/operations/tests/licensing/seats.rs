//! Seats and chains: SEAT-1…9, SAFE-1…3, on both engines.

use chancery_domain::{Concurrency, EntitlementEdit, Interval, Overdraft, Period, Refusal};
use chancery_operations::activation::{Extension, Release, deactivate, refresh, release, state};
use chancery_operations::{Error, LogFilter, PageRequest, activation, entitlement};

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;

on_both_engines! {
    safe_1_the_same_key_is_answered_as_the_first_time,
    safe_3_a_lost_reply_is_no_clone_and_a_copy_is,
    safe_3_a_lost_refusal_is_no_clone,
    seat_3_free_then_replaced_then_overdraft,
    seat_4_a_node_locked_seat_is_never_replaced,
    seat_9_deactivating_frees_and_can_be_repeated,
    safe_1_a_replay_shows_the_seat_as_it_was,
    seat_9_a_released_seat_is_held_until_its_lease_ends,
    seat_9_a_released_seat_is_held_until_the_longest_lease_ends,
    seat_11_everything_is_in_the_activation_log,
}

fn refused(error: Error) -> Refusal {
    match error {
        Error::Refused(refused) => refused.refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

async fn safe_1_the_same_key_is_answered_as_the_first_time(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let first = fixture.activate("a", Some("one")).await.unwrap();
    fixture.advance(Interval::new(chancery_domain::Unit::Hour, 1).unwrap());
    let again = fixture.activate("a", Some("one")).await.unwrap();
    assert_eq!((first.lease, first.access_token, first.nonce), (again.lease, again.access_token, again.nonce));
    assert!(again.created);
    let other = fixture.activate("b", Some("one")).await.unwrap_err();
    assert!(matches!(other, Error::IdempotencyKeyReused), "{other:?}");
    assert_eq!(fixture.used().await.0, 1);
}

async fn safe_3_a_lost_reply_is_no_clone_and_a_copy_is(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
    let refreshed = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    // The same nonce and key: the reply again.
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
    let again = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    assert_eq!((refreshed.lease, &refreshed.nonce), (again.lease, &again.nonce));
    // The same nonce and another key: a copy of the state.
    let (context, call) = fixture.holder(&seat, &seat.nonce, "two", "");
    let clone = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap_err();
    assert_eq!(refused(clone), Refusal::CloneDetected);
    // Without effect on the one who holds the current nonce.
    let (context, call) = fixture.holder(&seat, &refreshed.nonce, "three", "");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    // The nonce of another activation is no nonce here.
    let other = fixture.activate("b", None).await.unwrap();
    let (context, call) = fixture.holder(&seat, &other.nonce, "four", "");
    assert!(matches!(refresh(&fixture.system, &context, call, Extension::default()).await, Err(Error::Invalid(_))));
}

async fn safe_3_a_lost_refusal_is_no_clone(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { duration: Some(Interval::days(3)), ..Terms::default() }).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
        let Err(Error::Refused(error)) = refresh(&fixture.system, &context, call, Extension::default()).await else {
            panic!("a lease at its hard stop was extended")
        };
        assert!(matches!(error.refusal, Refusal::LeaseNotExtendable { .. }));
        nonces.push(error.nonce.unwrap());
    }
    // Decided anew, and the nonce that came last is the one that goes on.
    let (context, call) = fixture.holder(&seat, &nonces[1], "two", "");
    let Err(Error::Refused(error)) = refresh(&fixture.system, &context, call, Extension::default()).await else {
        panic!()
    };
    assert!(matches!(error.refusal, Refusal::LeaseNotExtendable { .. }));
}

async fn seat_3_free_then_replaced_then_overdraft(engine: Engine) {
    let terms = Terms { seats: 2, overdraft: Overdraft::Percentage(50), ..Terms::default() };
    let fixture = Fixture::new(engine, terms).await;
    let first = fixture.activate("a", None).await.unwrap();
    fixture.advance(Interval::days(1));
    fixture.activate("b", None).await.unwrap();
    let third = fixture.activate("c", None).await.unwrap();
    assert_eq!(third.view.activation.seat_number(), Some(3));
    let full = refused(fixture.activate("d", None).await.unwrap_err());
    let Refusal::SeatsExhausted { used, next_lease_end, .. } = full else { panic!("{full:?}") };
    assert_eq!((used, next_lease_end), (3, first.view.activation.lease.expiry));
    fixture.advance(Interval::days(6));
    let fourth = fixture.activate("d", None).await.unwrap();
    assert_eq!(fourth.view.activation.seat_number(), Some(1));
    let (context, call) = fixture.holder(&first, &first.nonce, "one", "");
    let gone = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap_err();
    assert_eq!(refused(gone), Refusal::ActivationReplaced);
    assert_eq!(fixture.used().await, (3, 1, 3));
}

async fn seat_4_a_node_locked_seat_is_never_replaced(engine: Engine) {
    let terms = Terms { seats: 1, concurrency: Concurrency::NodeLocked, ..Terms::default() };
    let fixture = Fixture::new(engine, terms).await;
    let seat = fixture.activate("a", None).await.unwrap();
    fixture.advance(Interval::days(30));
    assert!(matches!(refused(fixture.activate("b", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
}

async fn seat_9_deactivating_frees_and_can_be_repeated(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 1, ..Terms::default() }).await;
    let seat = fixture.activate("a", None).await.unwrap();
    for key in ["one", "two"] {
        let (context, call) = fixture.holder(&seat, &seat.nonce, key, "");
        deactivate(&fixture.system, &context, call).await.unwrap();
    }
    assert_eq!(fixture.used().await, (0, 0, 0));
    let next = fixture.activate("b", None).await.unwrap();
    assert_eq!(next.view.activation.seat_number(), Some(1));
    // Of two machines that use one seat id, the earlier cannot give away the later's seat (SEAT-2).
    let later = fixture.activate("b", None).await.unwrap();
    let (context, call) = fixture.holder(&next, &next.nonce, "three", "");
    let superseded = deactivate(&fixture.system, &context, call).await.unwrap_err();
    assert_eq!(refused(superseded), Refusal::ActivationSuperseded);
    // That it tried is in the activation log (SEAT-11).
    let (admin, filter) = (fixture.admin(), LogFilter::default());
    let log = activation::log(&fixture.system, &admin, fixture.entitlement, filter, PageRequest::default()).await;
    let last = log.unwrap().items.pop().unwrap().note;
    assert_eq!((last.operation.name(), last.code.as_deref()), ("deny", Some("activation_superseded")));
    let (context, call) = fixture.holder(&later, &later.nonce, "four", "");
    assert_eq!(state(&fixture.system, &context, call).await.unwrap().activation.id, later.view.activation.id);
}

async fn seat_9_a_released_seat_is_held_until_its_lease_ends(engine: Engine) {
    let terms = Terms { seats: 1, concurrency: Concurrency::NodeLocked, ..Terms::default() };
    let fixture = Fixture::new(engine, terms).await;
    let seat = fixture.activate("a", None).await.unwrap();
    release(&fixture.system, &fixture.admin(), seat.view.activation.id, Release::default()).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
    let gone = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap_err();
    assert_eq!(refused(gone), Refusal::ActivationReleased);
    assert!(fixture.activate("b", None).await.is_err());
    assert_eq!(fixture.used().await.0, 1);
    fixture.advance(Interval::days(7));
    fixture.activate("b", None).await.unwrap();
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn seat_9_a_released_seat_is_held_until_the_longest_lease_ends(engine: Engine) {
    let month = Period::Limited(Interval::days(30));
    let fixture = Fixture::new(engine, Terms { seats: 1, lease_period: month, ..Terms::default() }).await;
    let seat = fixture.activate("a", None).await.unwrap();
    fixture.advance(Interval::days(1));
    let shorter = EntitlementEdit { lease_period: Some(Period::Limited(Interval::days(1))), ..Default::default() };
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, shorter, false).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    fixture.advance(Interval::days(2));
    // The latest lease has ended; the first one, of 30 days, may still be on the device.
    release(&fixture.system, &fixture.admin(), seat.view.activation.id, Release::default()).await.unwrap();
    assert!(matches!(refused(fixture.activate("b", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    fixture.advance(Interval::days(27));
    fixture.activate("b", None).await.unwrap();
}

async fn safe_1_a_replay_shows_the_seat_as_it_was(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let first = fixture.activate("a", Some("one")).await.unwrap();
    let (context, call) = fixture.holder(&first, &first.nonce, "two", "");
    deactivate(&fixture.system, &context, call).await.unwrap();
    let again = fixture.activate("a", Some("one")).await.unwrap();
    assert_eq!(first.lease, again.lease);
    assert_eq!(fixture.used().await.0, 0);
}

async fn seat_11_everything_is_in_the_activation_log(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 1, ..Terms::default() }).await;
    let seat = fixture.activate("a", None).await.unwrap();
    fixture.activate("b", None).await.unwrap_err();
    fixture.advance(Interval::days(1));
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "two", "");
    deactivate(&fixture.system, &context, call).await.unwrap();
    let admin = fixture.admin();
    let log = |filter| activation::log(&fixture.system, &admin, fixture.entitlement, filter, PageRequest::default());
    let all = log(LogFilter::default()).await.unwrap().items;
    let told: Vec<_> = all.iter().map(|entry| (entry.note.operation.name(), entry.note.code.as_deref())).collect();
    let expected = [("activate", None), ("deny", Some("seats_exhausted")), ("refresh", None), ("deactivate", None)];
    assert_eq!(told, expected);
    let of_b = log(LogFilter { seat_id: Some("b".to_owned()), ..LogFilter::default() }).await.unwrap().items;
    assert_eq!(of_b.len(), 1);
    let later = LogFilter { from: Some(fixture.now()), ..LogFilter::default() };
    assert_eq!(log(later).await.unwrap().items.len(), 2);
}
