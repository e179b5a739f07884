//! Features: FEAT-1…5, on both engines.

use chancery_domain::{Interval, Key, Refusal};
use chancery_operations::activation::{Extension, checkout, give_back, refresh, spend};
use chancery_operations::{Error, entitlement};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;

on_both_engines! {
    feat_2_a_counter_is_spent_once_per_key_and_resets_monthly,
    feat_3_a_pool_is_taken_and_given_back,
    feat_3_what_an_ended_lease_holds_is_nobody_s,
    feat_3_what_was_taken_can_be_given_back_after_the_leases_end,
    feat_3_who_is_refused_a_lease_keeps_what_can_be_given_back,
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn refused(error: Error) -> Refusal {
    match error {
        Error::Refused(refused) => refused.refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

async fn feat_2_a_counter_is_spent_once_per_key_and_resets_monthly(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let mut nonce = String::new();
    for _ in 0..2 {
        let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "use 8");
        let called = spend(&fixture.system, &context, call, key("uses"), quantity(8)).await.unwrap();
        assert_eq!(called.feature.available, Some(quantity(2)));
        nonce = called.nonce;
    }
    let (context, call) = fixture.holder(&seat, &nonce, "two", "use 3");
    let Err(Error::Refused(error)) = spend(&fixture.system, &context, call, key("uses"), quantity(3)).await else {
        panic!("spent more than there is")
    };
    assert!(matches!(error.refusal, Refusal::FeatureExhausted { .. }));
    // The first of December comes; the lease is taken anew, and the counter is at zero.
    fixture.advance(Interval::days(12));
    let seat = fixture.activate("a", None).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "three", "use 10");
    let called = spend(&fixture.system, &context, call, key("uses"), quantity(10)).await.unwrap();
    assert_eq!(called.feature.available, Some(quantity(0)));
    let (context, call) = fixture.holder(&seat, &called.nonce, "four", "return");
    let returned = give_back(&fixture.system, &context, call, key("uses"), quantity(1)).await.map(|_| ());
    assert!(matches!(refused(returned.unwrap_err()), Refusal::NotReturnable { .. }));
}

async fn feat_3_a_pool_is_taken_and_given_back(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "checkout 3");
    let called = checkout(&fixture.system, &context, call, key("pool"), quantity(3)).await.unwrap();
    assert_eq!((called.feature.active, called.feature.available), (quantity(3), Some(quantity(2))));
    let (context, call) = fixture.holder(&seat, &called.nonce, "two", "return 4");
    let Err(Error::Refused(error)) = give_back(&fixture.system, &context, call, key("pool"), quantity(4)).await else {
        panic!("gave back more than was taken")
    };
    assert!(matches!(error.refusal, Refusal::ReturnedMoreThanTaken { .. }));
    let (context, call) = fixture.holder(&seat, &error.nonce.unwrap(), "three", "return 1");
    let called = give_back(&fixture.system, &context, call, key("pool"), quantity(1)).await.unwrap();
    assert_eq!((called.feature.active, called.feature.available), (quantity(2), Some(quantity(3))));
    let (context, call) = fixture.holder(&seat, &called.nonce, "four", "checkout unknown");
    let unknown = checkout(&fixture.system, &context, call, key("nothing"), quantity(1)).await.map(|_| ());
    assert!(matches!(refused(unknown.unwrap_err()), Refusal::FeatureNotLicensed { .. }));
}

async fn feat_3_what_was_taken_can_be_given_back_after_the_leases_end(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "checkout 5");
    let called = checkout(&fixture.system, &context, call, key("pool"), quantity(5)).await.unwrap();
    fixture.advance(Interval::days(8));
    let (context, call) = fixture.holder(&seat, &called.nonce, "two", "checkout 1");
    let Err(Error::Refused(error)) = checkout(&fixture.system, &context, call, key("pool"), quantity(1)).await else {
        panic!("took something without a lease")
    };
    assert!(matches!(error.refusal, Refusal::LeaseExpired { .. }));
    let (context, call) = fixture.holder(&seat, &error.nonce.unwrap(), "three", "return 5");
    let called = give_back(&fixture.system, &context, call, key("pool"), quantity(5)).await.unwrap();
    assert_eq!((called.feature.active, called.feature.available), (quantity(0), Some(quantity(5))));
}

async fn feat_3_who_is_refused_a_lease_keeps_what_can_be_given_back(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "checkout 3");
    let called = checkout(&fixture.system, &context, call, key("pool"), quantity(3)).await.unwrap();
    entitlement::disable(&fixture.system, &fixture.admin(), fixture.entitlement, None).await.unwrap();
    fixture.advance(Interval::days(8));
    let (context, call) = fixture.holder(&seat, &called.nonce, "two", "refresh");
    let Err(Error::Refused(error)) = refresh(&fixture.system, &context, call, Extension::default()).await else {
        panic!("it is disabled")
    };
    assert!(matches!(error.refusal, Refusal::EntitlementDisabled { .. }));
    let (context, call) = fixture.holder(&seat, &error.nonce.unwrap(), "three", "return 3");
    let called = give_back(&fixture.system, &context, call, key("pool"), quantity(3)).await.unwrap();
    assert_eq!(called.feature.active, quantity(0));
}

async fn feat_3_what_an_ended_lease_holds_is_nobody_s(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let gone = fixture.activate("gone", None).await.unwrap();
    let (context, call) = fixture.holder(&gone, &gone.nonce, "one", "checkout 5");
    checkout(&fixture.system, &context, call, key("pool"), quantity(5)).await.unwrap();
    let seat = fixture.activate("a", None).await.unwrap();
    assert_eq!(seat.view.features[0].available, Some(quantity(0)));
    fixture.advance(Interval::days(7));
    let seat = fixture.activate("a", None).await.unwrap();
    assert_eq!(seat.view.features[0].available, Some(quantity(5)));
    // A refused call does not lose them either.
    let (context, call) = fixture.holder(&seat, &seat.nonce, "two", "checkout 6");
    let Err(Error::Refused(error)) = checkout(&fixture.system, &context, call, key("pool"), quantity(6)).await else {
        panic!("took more than there is")
    };
    let (context, call) = fixture.holder(&seat, &error.nonce.unwrap(), "three", "checkout 5");
    let called = checkout(&fixture.system, &context, call, key("pool"), quantity(5)).await.unwrap();
    assert_eq!((called.feature.active, called.feature.available), (quantity(5), Some(quantity(0))));
}
