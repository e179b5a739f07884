//! OFF-6: tokens that are made for a device that did not ask.

use chancery_domain::{Activation, Concurrency, EntitlementEdit, Interval, Period, Refusal};
use chancery_operations::activation::refresh_seat;
use chancery_operations::entitlement::{self, disable, enable};

use crate::fixture::{Engine, Fixture, Terms};
use crate::machine::{Machine, refusal, shop, terms};
use crate::on_both_engines;

on_both_engines! {
    off_6_the_lease_is_computed_anew_from_now,
    off_6_it_carries_what_is_current_also_where_the_end_does_not_move,
    off_6_after_the_end_it_is_refreshed_until_the_seat_has_gone,
    off_6_what_cannot_be_used_is_not_refreshed,
    off_6_an_online_activation_is_refreshed_by_its_product,
    off_6_a_seat_is_kept_for_a_device_to_which_nothing_was_carried_yet,
    off_2_in_grace_the_lease_ends_with_it,
}

async fn activated(fixture: &Fixture, machine: &Machine) -> Activation {
    machine.activate(fixture, "r1").await.unwrap().view.activation
}

async fn off_6_the_lease_is_computed_anew_from_now(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let id = activated(&fixture, &machine).await.id;
    let mut latest = 1;
    for _ in 0..3 {
        fixture.advance(Interval::days(10));
        let reply = fixture.renew(id).await.unwrap();
        let got = machine.opens(&fixture, &reply).await;
        assert_eq!((got.of, got.lease.expiry), (id.to_string(), Some(fixture.now().plus(Interval::days(30)))));
        assert!(got.seq > latest && !reply.created);
        latest = got.seq;
    }
    // A shorter period is one from now too; the seat is kept as long as the device may run by what it has.
    let before = fixture.now().plus(Interval::days(30));
    let offline_lease_period = Some(Some(Period::Limited(Interval::days(5))));
    let edit = EntitlementEdit { offline_lease_period, ..EntitlementEdit::default() };
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, edit, false).await.unwrap();
    let shorter = fixture.renew(id).await.unwrap().view.activation;
    assert_eq!((shorter.lease.expiry, shorter.frees_at), (Some(fixture.now().plus(Interval::days(5))), before));
}

async fn off_6_it_carries_what_is_current_also_where_the_end_does_not_move(engine: Engine) {
    let unlimited = Terms { offline_lease_period: Some(Period::Unlimited), duration: None, ..terms(1) };
    let fixture = Fixture::new(engine, unlimited).await;
    let machine = Machine::new(1, "pc");
    let id = activated(&fixture, &machine).await.id;
    for seq in [2, 3] {
        let got = machine.opens(&fixture, &fixture.renew(id).await.unwrap()).await;
        assert_eq!((got.seq, got.lease.expiry), (seq, None));
    }
}

async fn off_6_after_the_end_it_is_refreshed_until_the_seat_has_gone(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let (one, other) = (Machine::new(1, "one"), Machine::new(2, "other"));
    let id = activated(&fixture, &one).await.id;
    fixture.advance(Interval::days(40));
    assert_eq!(fixture.used().await.0, 0);
    let back = fixture.renew(id).await.unwrap();
    assert_eq!(back.view.activation.lease.expiry, Some(fixture.now().plus(Interval::days(30))));
    assert_eq!(fixture.used().await.0, 1);
    fixture.advance(Interval::days(30));
    activated(&fixture, &other).await;
    assert_eq!(refusal(fixture.renew(id).await), Refusal::ActivationReplaced);
    assert_eq!(fixture.used().await, (1, 0, 1));
    let expected = [
        "offline activate",
        "offline refresh",
        "offline replace",
        "offline activate",
        "offline deny activation_replaced",
    ];
    assert_eq!(fixture.logged().await, expected);
}

async fn off_6_what_cannot_be_used_is_not_refreshed(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let id = activated(&fixture, &Machine::new(1, "pc")).await.id;
    disable(&fixture.system, &fixture.admin(), fixture.entitlement, None).await.unwrap();
    assert_eq!(refusal(fixture.renew(id).await), Refusal::EntitlementDisabled { reason: None });
    enable(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    let edit = EntitlementEdit { offline_lease_period: Some(None), ..EntitlementEdit::default() };
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, edit, false).await.unwrap();
    assert_eq!(refusal(fixture.renew(id).await), Refusal::OfflineNotPermitted { too_large: false });
}

async fn off_6_an_online_activation_is_refreshed_by_its_product(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let seat = fixture.activate("pc", None).await.unwrap().view.activation;
    assert_eq!(refusal(fixture.renew(seat.id).await), Refusal::ActivationOnline);
    assert_eq!(fixture.logged().await, ["online activate", "online deny wrong_mode"]);
}

async fn off_6_a_seat_is_kept_for_a_device_to_which_nothing_was_carried_yet(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let id = activated(&fixture, &Machine::new(1, "pc")).await.id;
    fixture.advance(Interval::days(20));
    let kept = refresh_seat(&fixture.system, &fixture.admin(), id).await.unwrap().activation;
    // As long as an offline lease of now would last; the device has what it had.
    assert_eq!(kept.frees_at, fixture.now().plus(Interval::days(30)));
    assert_eq!(kept.lease.expiry, Some(fixture.now().plus(Interval::days(10))));
}

async fn off_2_in_grace_the_lease_ends_with_it(engine: Engine) {
    let duration = Some(Interval::days(40));
    let grace_period = Some(Interval::days(10));
    let concurrency = Concurrency::NodeLocked;
    let fixture = Fixture::new(engine, Terms { duration, grace_period, concurrency, ..terms(1) }).await;
    let seat = activated(&fixture, &Machine::new(1, "pc")).await;
    let expiry = fixture.now().plus(Interval::days(40));
    fixture.advance(Interval::days(20));
    let next = fixture.renew(seat.id).await.unwrap().view.activation;
    assert_eq!(next.lease.expiry, Some(expiry));
    fixture.advance(Interval::days(20));
    let next = fixture.renew(seat.id).await.unwrap().view.activation;
    assert_eq!(next.lease.expiry, Some(expiry.plus(Interval::days(10))));
    fixture.advance(Interval::days(10));
    assert!(matches!(refusal(fixture.renew(seat.id).await), Refusal::EntitlementExpired { .. }));
}
