//! Fewer seats than are taken, and seats that are released: SEAT-8, SEAT-9, SEAT-10, on both engines.

use std::collections::BTreeSet;
use std::sync::Arc;

use chancery_domain::{
    ActivationId, ActivationStatus, Concurrency, EntitlementEdit, Interval, LogOperation, Overdraft, Period, Reason,
    Refusal, SeatNote, Unit,
};
use chancery_operations::activation::{Activated, Extension, Release, refresh, release};
use chancery_operations::entitlement::EntitlementView;
use chancery_operations::{Error, LogFilter, PageRequest, activation, entitlement};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;

on_both_engines! {
    seat_8_seats_in_use_go_by_force_alone,
    seat_8_held_seats_beyond_the_limit_run_out_and_numbers_come_down,
    seat_8_an_ended_lease_resumes_only_where_there_is_room,
    seat_8_overdraft_goes_by_force_too,
    seat_8_seat_10_claims_and_forced_reductions_race,
    seat_9_a_seat_is_freed_at_once_with_a_reason,
    seat_9_a_node_locked_seat_is_held_until_its_lease_ends,
    seat_9_a_held_seat_whose_lease_ended_is_not_listed,
}

pub(crate) fn refused(error: Error) -> Refusal {
    match error {
        Error::Refused(refused) => refused.refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

async fn seats(fixture: &Fixture, seats: u64, force: bool) -> Result<EntitlementView, Error> {
    let edit = EntitlementEdit { seats: Some(quantity(seats)), ..EntitlementEdit::default() };
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, edit, force).await
}

async fn lease_period(fixture: &Fixture, hours: u64) {
    let period = Period::Limited(Interval::new(Unit::Hour, hours).unwrap());
    let edit = EntitlementEdit { lease_period: Some(period), ..EntitlementEdit::default() };
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, edit, false).await.unwrap();
}

async fn refreshes(fixture: &Fixture, seat: &Activated, key: &str) -> Result<String, Error> {
    let (context, call) = fixture.holder(seat, &seat.nonce, key, "");
    refresh(&fixture.system, &context, call, Extension::default()).await.map(|refreshed| refreshed.nonce)
}

/// Seat id, number and status of all that are listed, by number.
async fn listed(fixture: &Fixture) -> Vec<(String, u64, ActivationStatus)> {
    let page = PageRequest { limit: 100, ..PageRequest::default() };
    let list = activation::list(&fixture.system, &fixture.admin(), Some(fixture.entitlement), page).await.unwrap();
    let told = list.items.iter().map(|view| {
        let one = &view.activation;
        (one.seat_id.to_string(), one.seat_number().unwrap(), one.status(fixture.now()))
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|(_, number, _)| *number);
    told
}

/// What the activation log has of releases.
async fn releases(fixture: &Fixture) -> Vec<SeatNote> {
    let (context, page) = (fixture.admin(), PageRequest { limit: 100, ..PageRequest::default() });
    let log = activation::log(&fixture.system, &context, fixture.entitlement, LogFilter::default(), page).await;
    let notes = log.unwrap().items.into_iter().map(|entry| entry.note);
    notes.filter(|note| note.operation == LogOperation::Release).collect()
}

fn of(list: &[(&str, u64, ActivationStatus)]) -> Vec<(String, u64, ActivationStatus)> {
    list.iter().map(|(seat, number, status)| ((*seat).to_owned(), *number, *status)).collect()
}

const HOUR: fn(u64) -> Interval = |count| Interval::new(Unit::Hour, count).unwrap();

async fn seat_8_seats_in_use_go_by_force_alone(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 3, ..Terms::default() }).await;
    let (a, b) = (fixture.activate("a", None).await.unwrap(), fixture.activate("b", None).await.unwrap());
    fixture.activate("c", None).await.unwrap();
    fixture.advance(HOUR(1));
    refreshes(&fixture, &a, "one").await.unwrap();
    let refusal = refused(seats(&fixture, 1, false).await.unwrap_err());
    assert_eq!(refusal, Refusal::SeatsInUse { used: 3, requested: quantity(1) });
    let view = seats(&fixture, 1, true).await.unwrap();
    assert_eq!((view.seats_used, view.seats_held.get(), view.seats_over, view.overdraft_used.get()), (3, 2, 2, 0));
    use ActivationStatus::{Active, Held};
    assert_eq!(listed(&fixture).await, of(&[("a", 1, Active), ("b", 2, Held), ("c", 3, Held)]));
    assert_eq!(refused(refreshes(&fixture, &b, "two").await.unwrap_err()), Refusal::ActivationReleased);
    // What was taken is in the activation log, with who took it.
    let released = releases(&fixture).await;
    assert_eq!(released.iter().map(|note| note.seat_id.clone().unwrap().to_string()).collect::<Vec<_>>(), ["b", "c"]);
}

async fn seat_8_held_seats_beyond_the_limit_run_out_and_numbers_come_down(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 4, ..Terms::default() }).await;
    for seat in ["a", "b", "c"] {
        fixture.activate(seat, None).await.unwrap();
        fixture.advance(HOUR(1));
    }
    let d = fixture.activate("d", None).await.unwrap();
    // The last two stay, and get the numbers of those who leave.
    seats(&fixture, 2, true).await.unwrap();
    use ActivationStatus::{Active, Held};
    assert_eq!(listed(&fixture).await, of(&[("c", 1, Active), ("d", 2, Active), ("a", 3, Held), ("b", 4, Held)]));
    let denied = refused(fixture.activate("e", None).await.unwrap_err());
    assert!(matches!(denied, Refusal::SeatsExhausted { used: 4, next_lease_end: Some(_), .. }), "{denied:?}");
    // A holder leaves: as long as held seats use all that there are, nobody gets in.
    let (context, call) = fixture.holder(&d, &d.nonce, "gone", "");
    activation::deactivate(&fixture.system, &context, call).await.unwrap();
    assert!(matches!(refused(fixture.activate("e", None).await.unwrap_err()), Refusal::SeatsExhausted { used: 3, .. }));
    // The first lease ends, 7 days after its activation.
    fixture.advance(HOUR(7 * 24 - 3));
    assert!(matches!(refused(fixture.activate("e", None).await.unwrap_err()), Refusal::SeatsExhausted { used: 2, .. }));
    fixture.advance(HOUR(1));
    let e = fixture.activate("e", None).await.unwrap();
    assert_eq!(e.view.activation.seat_number(), Some(2));
    let view = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    assert_eq!((view.seats_used, view.seats_held.get(), view.seats_over), (2, 0, 0));
    assert_eq!((view.entitlement.counter.highest, view.entitlement.counter.occupied), (2, 2));
    // Back to normal: an ended lease is replaced again.
    fixture.advance(Interval::days(8));
    assert_eq!(fixture.activate("f", None).await.unwrap().view.activation.seat_number(), Some(1));
}

async fn seat_8_an_ended_lease_resumes_only_where_there_is_room(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 3, ..Terms::default() }).await;
    // The one who will be held has the longest lease; the others' end soon.
    fixture.activate("held", None).await.unwrap();
    lease_period(&fixture, 1).await;
    fixture.advance(HOUR(1));
    let (a, b) = (fixture.activate("a", None).await.unwrap(), fixture.activate("b", None).await.unwrap());
    seats(&fixture, 2, true).await.unwrap();
    fixture.advance(HOUR(2));
    assert_eq!(fixture.used().await.0, 1);
    let nonce = refreshes(&fixture, &a, "one").await.unwrap();
    // The seat is b's still, but with the held one all are used: neither its token nor its seat id gets in.
    let denied = refused(refreshes(&fixture, &b, "two").await.unwrap_err());
    assert!(matches!(denied, Refusal::SeatsExhausted { used: 2, .. }), "{denied:?}");
    let denied = refused(fixture.activate("b", None).await.unwrap_err());
    assert!(matches!(denied, Refusal::SeatsExhausted { used: 2, .. }), "{denied:?}");
    // Who is in stays in.
    let (context, call) = fixture.holder(&a, &nonce, "three", "");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    fixture.advance(Interval::days(8));
    fixture.activate("b", None).await.unwrap();
}

async fn seat_8_overdraft_goes_by_force_too(engine: Engine) {
    let terms = Terms { seats: 1, overdraft: Overdraft::Absolute(quantity(2)), ..Terms::default() };
    let fixture = Fixture::new(engine, terms).await;
    for seat in ["a", "b", "c"] {
        fixture.activate(seat, None).await.unwrap();
        fixture.advance(HOUR(1));
    }
    let edit = || EntitlementEdit { overdraft: Some(Overdraft::None), ..EntitlementEdit::default() };
    let (context, id) = (fixture.admin(), fixture.entitlement);
    let refusal = refused(entitlement::update(&fixture.system, &context, id, edit(), false).await.unwrap_err());
    assert!(matches!(refusal, Refusal::SeatsInUse { used: 3, .. }), "{refusal:?}");
    entitlement::update(&fixture.system, &context, id, edit(), true).await.unwrap();
    use ActivationStatus::{Active, Held};
    assert_eq!(listed(&fixture).await, of(&[("c", 1, Active), ("b", 2, Held), ("a", 3, Held)]));
    assert_eq!(fixture.used().await, (3, 0, 3), "what is held beyond the limit is no overdraft");
    // More seats again, and nobody has to leave for it: what is held has its place among them.
    seats(&fixture, 5, false).await.unwrap();
    assert_eq!(fixture.activate("d", None).await.unwrap().view.activation.seat_number(), Some(4));
}

async fn seat_8_seat_10_claims_and_forced_reductions_race(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 10, ..Terms::default() }).await);
    let mut tasks = Vec::new();
    for i in 0..60 {
        let fixture = Arc::clone(&fixture);
        tasks.push(tokio::spawn(async move {
            match i % 6 {
                0 => drop(seats(&fixture, 10 - i / 6, true).await.unwrap()),
                _ => drop(fixture.activate(&format!("machine-{i}"), None).await),
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    // Whichever came last, the seats of those who stay are within what there is; the rest is held.
    let view = seats(&fixture, 3, true).await.unwrap();
    let all = listed(&fixture).await;
    let active: Vec<_> = all.iter().filter(|(.., status)| *status == ActivationStatus::Active).collect();
    assert!(active.len() <= 3 && active.iter().all(|(_, number, _)| *number <= 3), "{all:?}");
    assert_eq!(view.seats_used, all.len() as u64);
    assert_eq!(view.seats_held.get(), (all.len() - active.len()) as u64);
    let numbers: BTreeSet<u64> = all.iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers.len(), all.len());
    assert!(view.seats_used <= 10, "SEAT-10: {view:?}");
    if view.seats_used >= 3 {
        assert!(matches!(refused(fixture.activate("x", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    }
    fixture.advance(Interval::days(8));
    for i in 0..3 {
        fixture.activate(&format!("later-{i}"), None).await.unwrap();
    }
    assert!(matches!(refused(fixture.activate("x", None).await.unwrap_err()), Refusal::SeatsExhausted { used: 3, .. }));
    assert_eq!(fixture.used().await, (3, 0, 3));
}

async fn release_one(fixture: &Fixture, id: ActivationId, free: bool, reason: Option<&str>) {
    let how = Release { free, reason: reason.map(|reason| Reason::new(reason).unwrap()) };
    release(&fixture.system, &fixture.admin(), id, how).await.unwrap();
}

async fn seat_9_a_seat_is_freed_at_once_with_a_reason(engine: Engine) {
    let terms = Terms { seats: 1, lease_period: Period::Unlimited, duration: None, ..Terms::default() };
    let fixture = Fixture::new(engine, terms).await;
    let a = fixture.activate("a", None).await.unwrap();
    let id = a.view.activation.id;
    release_one(&fixture, id, false, Some("the laptop is lost")).await;
    fixture.advance(Interval::days(300));
    // A lease without end is held for ever, and releasing again changes nothing.
    release_one(&fixture, id, false, None).await;
    let denied = refused(fixture.activate("b", None).await.unwrap_err());
    assert!(matches!(denied, Refusal::SeatsExhausted { used: 1, next_lease_end: None, .. }), "{denied:?}");
    release_one(&fixture, id, true, Some("found, and wiped")).await;
    release_one(&fixture, id, true, Some("once more")).await;
    assert_eq!(refused(refreshes(&fixture, &a, "one").await.unwrap_err()), Refusal::ActivationReleased);
    fixture.activate("b", None).await.unwrap();
    let released = releases(&fixture).await;
    let reasons: Vec<String> = released.into_iter().map(|note| note.reason.unwrap().to_string()).collect();
    assert_eq!(reasons, ["the laptop is lost", "found, and wiped"]);
}

async fn seat_9_a_node_locked_seat_is_held_until_its_lease_ends(engine: Engine) {
    let terms = Terms { seats: 1, concurrency: Concurrency::NodeLocked, ..Terms::default() };
    let fixture = Fixture::new(engine, terms).await;
    let a = fixture.activate("a", None).await.unwrap();
    release_one(&fixture, a.view.activation.id, false, None).await;
    assert_eq!(listed(&fixture).await, of(&[("a", 1, ActivationStatus::Held)]));
    assert!(matches!(refused(fixture.activate("b", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    fixture.advance(Interval::days(7));
    let b = fixture.activate("b", None).await.unwrap();
    // Its lease ends, and its seat stays its own; released then, nobody runs on it, and it is free at once.
    fixture.advance(Interval::days(30));
    assert_eq!(fixture.used().await.0, 1);
    release_one(&fixture, b.view.activation.id, false, None).await;
    assert_eq!(fixture.used().await, (0, 0, 0));
}

async fn seat_9_a_held_seat_whose_lease_ended_is_not_listed(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let a = fixture.activate("a", None).await.unwrap();
    release_one(&fixture, a.view.activation.id, false, None).await;
    assert_eq!(fixture.used().await, (1, 0, 1));
    fixture.advance(Interval::days(7));
    assert_eq!(fixture.used().await, (0, 0, 0));
    let found = activation::find(&fixture.system, &fixture.admin(), a.view.activation.id).await.unwrap();
    assert_eq!(found.activation.status(fixture.now()), ActivationStatus::Ended);
}
