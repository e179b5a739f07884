//! Keys that change while tokens are carried (KEY-2, KEY-3, KEY-5), purges (ENT-10), and restored databases (SAFE-3).

use chancery_domain::{Id, Interval, KeyPurpose, OrderId, Refusal, Timestamp};
use chancery_operations::signing_key::rotate;
use chancery_operations::{Error, order};
use chancery_store::{Aggregate, Outcome, StoreError, WriteTx, params};

use crate::fixture::{Engine, Fixture};
use crate::machine::{Machine, refusal, shop};
use crate::on_both_engines;

on_both_engines! {
    key_2_a_request_that_was_sealed_to_a_retired_key_is_opened,
    key_3_a_request_is_answered_alike_after_the_keys_have_changed,
    ent_10_a_purge_erases_what_was_carried,
    safe_3_a_restored_database_numbers_on,
    safe_3_what_a_restored_database_does_not_know_is_asked_for_again,
}

async fn key_2_a_request_that_was_sealed_to_a_retired_key_is_opened(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let request = machine.request(&fixture, "r1").await;
    fixture.advance(Interval::days(1));
    rotate(&fixture.system, &fixture.admin(), KeyPurpose::Receiving).await.unwrap();
    let reply = fixture.answer(&request).await.unwrap();
    machine.opens(&fixture, &reply).await;
    let token = machine.gives_up(&fixture, reply.view.activation.id, 1).await;
    assert!(!fixture.give_up(&token).await.unwrap().already_done);
}

async fn key_3_a_request_is_answered_alike_after_the_keys_have_changed(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let request = machine.request(&fixture, "r1").await;
    let first = fixture.answer(&request).await.unwrap();
    let first = machine.opens(&fixture, &first).await;
    fixture.advance(Interval::days(20));
    for purpose in [KeyPurpose::Issuing, KeyPurpose::Lasting] {
        rotate(&fixture.system, &fixture.admin(), purpose).await.unwrap();
    }
    let again = fixture.answer(&request).await.unwrap();
    let again = machine.opens(&fixture, &again).await;
    // Signed by a key that was not there then: issued now, and ending when it did.
    assert_eq!((again.seq, again.lease.expiry), (first.seq, first.lease.expiry));
    assert_eq!(again.lease.issued.at, Timestamp::from_seconds(fixture.now().as_micros() / 1_000_000).unwrap());
    fixture.advance(Interval::days(10));
    assert!(matches!(refusal(fixture.answer(&request).await), Refusal::LeaseExpired { .. }));
    assert!(!machine.activate(&fixture, "r2").await.unwrap().created, "a request of now gets a lease of now");
}

async fn ent_10_a_purge_erases_what_was_carried(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
    let which = OrderId::new("2026-11-21T10:00:00Z".parse().unwrap(), [6; 10]);
    order::delete(&fixture.system, &fixture.admin(), which.into()).await.unwrap();
    assert!(matches!(refusal(fixture.renew(id).await), Refusal::EntitlementDisabled { .. }));
    let token = machine.gives_up(&fixture, id, 1).await;
    order::purge(&fixture.system, &fixture.admin(), which.into()).await.unwrap();
    for table in ["offline_devices", "offline_requests"] {
        let sql: &'static str = format!("SELECT COUNT(*) FROM {table}").leak();
        let rows: Result<i64, StoreError> = fixture.store.read(move |tx| tx.query_one(sql, &[], |c| c.take())).await;
        assert_eq!(rows.unwrap(), 0, "{table}");
    }
    assert!(matches!(fixture.give_up(&token).await, Err(Error::NotFound)));
    assert!(matches!(fixture.renew(id).await, Err(Error::NotFound)));
}

/// Takes the numbers back to what a backup had.
async fn restore(fixture: &Fixture, seq: i64) {
    let work = move |tx: &mut WriteTx<'_>| {
        tx.execute("UPDATE offline_devices SET seq = $1", params![seq])?;
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    fixture.store.write(Aggregate::Vendor(fixture.vendor.id), work).await.unwrap();
}

async fn safe_3_a_restored_database_numbers_on(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
    let mut applied = 1;
    for _ in 0..3 {
        fixture.advance(Interval::days(1));
        applied = machine.opens(&fixture, &fixture.renew(id).await.unwrap()).await.seq;
    }
    // A backup of the first day is put back: it has forgotten three numbers.
    restore(&fixture, 1).await;
    fixture.advance(Interval::days(1));
    let next = machine.opens(&fixture, &fixture.renew(id).await.unwrap()).await.seq;
    assert!(next > applied, "{next} after {applied}");
}

/// Forgets what was activated since a backup.
async fn forget(fixture: &Fixture) {
    let work = |tx: &mut WriteTx<'_>| {
        for sql in [
            "DELETE FROM offline_requests",
            "DELETE FROM offline_devices",
            "DELETE FROM activations",
            "UPDATE entitlements SET highest_seat = 0, occupied_seats = 0",
        ] {
            tx.execute(sql, &[])?;
        }
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    fixture.store.write(Aggregate::Vendor(fixture.vendor.id), work).await.unwrap();
}

async fn safe_3_what_a_restored_database_does_not_know_is_asked_for_again(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let request = machine.request(&fixture, "r1").await;
    let id = fixture.answer(&request).await.unwrap().view.activation.id;
    forget(&fixture).await;
    assert!(matches!(fixture.renew(id).await, Err(Error::NotFound)));
    assert!(matches!(fixture.give_up(&machine.gives_up(&fixture, id, 1).await).await, Err(Error::NotFound)));
    fixture.advance(Interval::days(1));
    let back = fixture.answer(&request).await.unwrap();
    assert!(back.created && back.view.activation.id != id);
    assert_eq!(machine.opens(&fixture, &back).await.lease.expiry, Some(fixture.now().plus(Interval::days(30))));
    assert_eq!(fixture.used().await, (1, 0, 1));
}
