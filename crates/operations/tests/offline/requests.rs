//! OFF-4: requests that are answered, once or again, and those that are not.

use chancery_domain::{Interval, Period, Refusal, Timestamp, Unit};
use chancery_operations::Error;
use chancery_operations::activation::{Release, release};
use chancery_operations::vendor::{VendorEdit, update};
use chancery_token::{Recipient, TokenError};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::machine::{Machine, refusal, shop, terms, token_error};
use crate::on_both_engines;

on_both_engines! {
    off_4_a_request_is_answered_with_a_lease_for_its_device,
    off_4_the_same_request_again_gets_an_equivalent_response,
    off_4_other_requests_of_one_device_hold_one_seat,
    off_4_an_old_request_is_refused_as_its_vendor_says,
    off_4_another_device_waits_for_the_leases_end,
    off_4_a_request_under_an_idempotency_key_is_answered_once,
    off_4_what_cannot_be_taken_is_named,
    off_9_a_dead_key_is_never_activated_again,
    off_9_a_replaced_device_asks_anew,
}

async fn off_4_a_request_is_answered_with_a_lease_for_its_device(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let reply = machine.activate(&fixture, "r1").await.unwrap();
    let got = machine.opens(&fixture, &reply).await;
    let end = fixture.now().plus(Interval::days(30));
    assert_eq!((reply.created, got.seq, got.of.as_str(), got.lease.expiry), (true, 1, "r1", Some(end)));
    let seat = &reply.view.activation;
    assert_eq!((seat.lease.expiry, seat.seat_name.as_ref().unwrap().as_str()), (Some(end), "Büro"));
    // ENT-3: the first response starts what was sold.
    assert_eq!(reply.view.entitlement.start, Some(fixture.now()));
    assert_eq!(fixture.used().await, (1, 0, 1));
    let full = refusal(Machine::new(2, "other").activate(&fixture, "r1").await);
    let seats = quantity(1);
    let overdraft = quantity(0);
    assert_eq!(full, Refusal::SeatsExhausted { seats, overdraft, used: 1, next_lease_end: Some(end) });
    assert_eq!(fixture.logged().await, ["offline activate", "offline deny seats_exhausted"]);
}

async fn off_4_the_same_request_again_gets_an_equivalent_response(engine: Engine) {
    let sixty = Some(Period::Limited(Interval::days(60)));
    let fixture = Fixture::new(engine, Terms { offline_lease_period: sixty, ..terms(1) }).await;
    let machine = Machine::new(1, "pc");
    let request = machine.request(&fixture, "r1").await;
    let reply = fixture.answer(&request).await.unwrap();
    let first = machine.opens(&fixture, &reply).await;
    fixture.advance(Interval::days(1));
    let second = fixture.renew(reply.view.activation.id).await.unwrap();
    // Also after a refresh, and when it is older than a request may be: nothing new is given.
    for days in [1, 50] {
        fixture.advance(Interval::days(days));
        let again = fixture.answer(&request).await.unwrap();
        let got = machine.opens(&fixture, &again).await;
        assert_eq!((again.created, got.seq, got.of.as_str()), (false, 1, "r1"));
        assert_eq!(
            (got.lease.issued.id.clone(), got.lease.expiry),
            (first.lease.issued.id.clone(), first.lease.expiry)
        );
        assert_eq!(got.lease.issued.at, first.lease.issued.at);
    }
    assert_eq!(machine.opens(&fixture, &second).await.of, reply.view.activation.id.to_string());
    let kept = fixture.renew(reply.view.activation.id).await.unwrap();
    assert_eq!(kept.view.activation.frees_at, fixture.now().plus(Interval::days(60)));
    assert_eq!(fixture.logged().await, ["offline activate", "offline refresh", "offline refresh"]);
    // What has ended is not carried once more, although its device has its seat.
    fixture.advance(Interval::days(10));
    assert!(matches!(refusal(fixture.answer(&request).await), Refusal::LeaseExpired { .. }));
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn off_4_other_requests_of_one_device_hold_one_seat(engine: Engine) {
    let fixture = shop(engine, 2).await;
    let machine = Machine::new(1, "pc");
    let early = machine.request(&fixture, "early").await;
    let first = machine.activate(&fixture, "r1").await.unwrap();
    fixture.advance(Interval::days(3));
    let second = machine.activate(&fixture, "r2").await.unwrap();
    let third = fixture.answer(&early).await.unwrap();
    assert_eq!((first.created, second.created, third.created), (true, false, false));
    let mut latest = 0;
    for (reply, id) in [(&first, "r1"), (&second, "r2"), (&third, "early")] {
        assert_eq!(reply.view.activation.id, first.view.activation.id);
        let got = machine.opens(&fixture, reply).await;
        assert_eq!(got.of, id);
        assert!(got.seq > latest, "each has a number of its own");
        latest = got.seq;
    }
    assert_eq!(second.view.activation.lease.expiry, Some(fixture.now().plus(Interval::days(30))));
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn off_4_an_old_request_is_refused_as_its_vendor_says(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let made = fixture.now();
    let request = machine.request(&fixture, "r1").await;
    fixture.advance(Interval::days(30));
    let expired = TokenError::Expired { at: made.plus(Interval::days(30)) };
    assert_eq!(token_error(fixture.answer(&request).await), expired);
    let edit =
        VendorEdit { offline_request_age: Some(Interval::new(Unit::Month, 2).unwrap()), ..VendorEdit::default() };
    update(&fixture.system, &fixture.admin(), edit).await.unwrap();
    assert!(fixture.answer(&request).await.unwrap().created);
    let edit = VendorEdit { offline_request_age: Some(Interval::new(Unit::Hour, 1).unwrap()), ..VendorEdit::default() };
    update(&fixture.system, &fixture.admin(), edit).await.unwrap();
    assert!(!fixture.answer(&request).await.unwrap().created, "an answered one is answered for good");
}

async fn off_4_another_device_waits_for_the_leases_end(engine: Engine) {
    let fixture = shop(engine, 2).await;
    let (one, other) = (Machine::new(1, "pc"), Machine::new(2, "pc"));
    let first = one.request(&fixture, "r1").await;
    let held = fixture.answer(&first).await.unwrap().view.activation;
    let until = held.lease.expiry;
    // The same request id by another key is another request.
    assert_eq!(refusal(other.activate(&fixture, "r1").await), Refusal::SeatHeldByAnotherDevice { until });
    fixture.advance(Interval::days(30));
    let taken = other.activate(&fixture, "r2").await.unwrap();
    assert_eq!((taken.created, taken.view.activation.id), (false, held.id));
    assert_eq!(other.opens(&fixture, &taken).await.seq, 1);
    assert_eq!(refusal(fixture.answer(&first).await), Refusal::ActivationSuperseded);
    let until = taken.view.activation.lease.expiry;
    assert_eq!(refusal(one.activate(&fixture, "r3").await), Refusal::SeatHeldByAnotherDevice { until });
    // What the former device gives up is not its own any more.
    let late = one.gives_up(&fixture, held.id, 1).await;
    assert_eq!(refusal(fixture.give_up(&late).await), Refusal::ActivationSuperseded);
    assert_eq!(fixture.used().await.0, 1);
}

async fn off_4_a_request_under_an_idempotency_key_is_answered_once(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let (one, other) = (machine.request(&fixture, "r1").await, machine.request(&fixture, "r2").await);
    let first = fixture.answer_by(&fixture.keyed("k", "activate", &one), &one).await.unwrap();
    let again = fixture.answer_by(&fixture.keyed("k", "activate", &one), &one).await.unwrap();
    assert_eq!((first.created, again.created), (true, true));
    assert_eq!(machine.opens(&fixture, &again).await.lease, machine.opens(&fixture, &first).await.lease);
    let reused = fixture.answer_by(&fixture.keyed("k", "activate", &other), &other).await;
    assert!(matches!(reused, Err(Error::IdempotencyKeyReused)));
    let id = first.view.activation.id;
    let refresh = |key| {
        let context = fixture.keyed(key, "refresh", "");
        let system = fixture.system.clone();
        async move { chancery_operations::offline::refresh(&system, &context, id).await.unwrap() }
    };
    let (second, told, third) = (refresh("a").await, refresh("a").await, refresh("b").await);
    let (second, told) = (machine.opens(&fixture, &second).await, machine.opens(&fixture, &told).await);
    assert_eq!((second.seq, told.seq, told.lease), (2, 2, second.lease));
    assert_eq!(machine.opens(&fixture, &third).await.seq, 3);
}

async fn off_4_what_cannot_be_taken_is_named(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let mut claims = machine.asks(&fixture, "r1").await;
    (claims.seat_id, claims.seat_name) = ("null".to_owned(), Some(String::new()));
    (claims.release_date, claims.licensee_secret) = (Some("yesterday".to_owned()), Some(String::new()));
    let Err(Error::Invalid(wrong)) = fixture.answer(&machine.seals(&fixture, &claims).await).await else {
        panic!("it was not refused")
    };
    let paths: Vec<&str> = wrong.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(paths, ["seatId", "seatName", "releaseDate", "licenseeSecret"]);
    // Also what no database takes.
    for edition in ["none of it", "", "none\0", &"x".repeat(10_000)] {
        claims = machine.asks(&fixture, "r2").await;
        claims.edition = Some(edition.to_owned());
        let refused = fixture.answer(&machine.seals(&fixture, &claims).await).await;
        let Err(Error::Invalid(wrong)) = refused else { panic!("{edition:?}: {:?}", refused.err()) };
        assert_eq!(wrong.iter().map(|error| error.path.as_str()).collect::<Vec<_>>(), ["editionId"]);
    }
    // It would come back in a response that nobody could open.
    for id in ["", &"x".repeat(129)] {
        let refused = fixture.answer(&machine.request(&fixture, id).await).await;
        let Err(Error::Invalid(wrong)) = refused else { panic!("{:?}", refused.err()) };
        assert_eq!(wrong.iter().map(|error| error.path.as_str()).collect::<Vec<_>>(), ["requestId"]);
    }
    assert!(matches!(token_error(fixture.answer("no token").await), TokenError::Malformed(_)));
    claims = machine.asks(&fixture, "r3").await;
    claims.issued.vendor = "ven_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let other = fixture.answer(&machine.seals(&fixture, &claims).await).await;
    assert_eq!(token_error(other), TokenError::WrongRecipient(Recipient::Vendor));
    assert_eq!(fixture.used().await, (0, 0, 0));
}

async fn off_9_a_dead_key_is_never_activated_again(engine: Engine) {
    let fixture = shop(engine, 2).await;
    let (one, other) = (Machine::new(1, "one"), Machine::new(2, "other"));
    let (known, unknown) = (one.request(&fixture, "known").await, one.request(&fixture, "unknown").await);
    let id = fixture.answer(&known).await.unwrap().view.activation.id;
    let done = fixture.give_up(&one.gives_up(&fixture, id, 1).await).await.unwrap();
    assert!(!done.already_done);
    for request in [&known, &unknown, &one.request(&fixture, "of now").await] {
        assert_eq!(refusal(fixture.answer(request).await), Refusal::ActivationDeactivated);
    }
    assert_eq!(refusal(fixture.renew(id).await), Refusal::ActivationDeactivated);
    let request = other.request(&fixture, "r1").await;
    let held = fixture.answer(&request).await.unwrap().view.activation.id;
    for free in [false, true] {
        release(&fixture.system, &fixture.admin(), held, Release { free, reason: None }).await.unwrap();
        for request in [&request, &other.request(&fixture, "of now").await] {
            assert_eq!(refusal(fixture.answer(request).await), Refusal::ActivationReleased);
        }
        assert_eq!(refusal(fixture.renew(held).await), Refusal::ActivationReleased);
    }
    // New keys begin a new cycle, of the same seat id.
    assert!(Machine::new(3, "one").activate(&fixture, "r1").await.unwrap().created);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn off_9_a_replaced_device_asks_anew(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let (one, other) = (Machine::new(1, "one"), Machine::new(2, "other"));
    let request = one.request(&fixture, "r1").await;
    let first = fixture.answer(&request).await.unwrap();
    fixture.advance(Interval::days(30));
    let taken = other.activate(&fixture, "r1").await.unwrap();
    assert_eq!(refusal(fixture.answer(&request).await), Refusal::ActivationReplaced);
    fixture.give_up(&other.gives_up(&fixture, taken.view.activation.id, 1).await).await.unwrap();
    // Nobody took its keys away: it asks with them again, and its numbers go on.
    let back = one.activate(&fixture, "r2").await.unwrap();
    assert!(back.created && back.view.activation.id != first.view.activation.id);
    let day = 86_400;
    assert_eq!(one.opens(&fixture, &back).await.seq, 30 * day + 1);
    let since: Timestamp = back.view.activation.activated;
    assert_eq!(since, fixture.now());
}
