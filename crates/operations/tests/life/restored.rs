//! SAFE-3: a database that was restored from a backup: products go on, nobody is punished, and no rule is broken.

use chancery_domain::*;
use chancery_operations::activation::{self, Activated, checkout, deactivate, state};
use chancery_operations::{Error, LogFilter, PageRequest, Unauthenticated};
use chancery_store::{Aggregate, Outcome, StoreError, WriteTx};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;
use crate::support::refused;

on_both_engines!(
    safe_3_a_holder_ahead_of_a_restored_database_goes_on,
    safe_3_a_call_whose_reply_was_lost_before_the_restoration_is_made_once,
    safe_3_a_copy_is_still_found_out_after_a_restoration,
    safe_3_a_chain_that_the_restored_database_does_not_know_goes_on,
    safe_3_an_activation_that_the_restored_database_does_not_know_activates_again,
    safe_3_what_ended_after_the_backup_runs_out,
    safe_3_pools_of_a_restored_database_add_up,
);

/// The tables that a product's calls change, in the order in which they refer to each other.
const TABLES: [&str; 6] =
    ["entitlements", "activations", "free_seats", "feature_usage", "feature_holdings", "receipts"];

impl Fixture {
    /// Runs statements that differ only by a table's name.
    async fn each(&self, tables: impl Iterator<Item = &'static str>, sql: fn(&str) -> String) {
        let statements: Vec<&'static str> = tables.map(|table| &*sql(table).leak()).collect();
        let work = move |tx: &mut WriteTx<'_>| {
            for statement in &statements {
                tx.execute(statement, &[])?;
            }
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        self.store.write(Aggregate::Vendor(self.vendor.id), work).await.unwrap();
    }

    async fn back_up(&self) {
        self.each(TABLES.into_iter().chain(["journal"]), |table| {
            format!("CREATE TABLE saved_{table} AS SELECT * FROM {table}")
        })
        .await;
    }

    /// Puts back what was backed up, and starts again.
    async fn restore(self) -> Self {
        self.each(TABLES.into_iter().chain(["journal"]).rev(), |table| format!("DELETE FROM {table}")).await;
        self.each(TABLES.into_iter().chain(["journal"]), |table| {
            format!("INSERT INTO {table} SELECT * FROM saved_{table}")
        })
        .await;
        let restarted = self.restarted().await;
        assert_eq!(restarted.system.now(restarted.now()), restarted.now(), "the clock runs on");
        restarted
    }

    async fn logged(&self) -> Vec<&'static str> {
        let (filter, page) = (LogFilter::default(), PageRequest { limit: 100, ..PageRequest::default() });
        let log = activation::log(&self.system, &self.admin(), self.entitlement, filter, page).await.unwrap();
        log.items.iter().map(|entry| entry.note.operation.name()).collect()
    }
}

fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::Unauthenticated(Unauthenticated::AccessToken))
}

/// Refreshes daily, and gives the latest nonce.
async fn refreshed(fixture: &Fixture, seat: &Activated, nonce: &str, days: std::ops::Range<u8>) -> String {
    let mut nonce = nonce.to_owned();
    for day in days {
        fixture.advance(Interval::days(1));
        nonce = fixture.refresh(seat, &nonce, &format!("day {day}")).await.unwrap().1;
    }
    nonce
}

async fn safe_3_a_holder_ahead_of_a_restored_database_goes_on(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let nonce = refreshed(&fixture, &seat, &seat.nonce, 0..2).await;
    fixture.back_up().await;
    let nonce = refreshed(&fixture, &seat, &nonce, 2..5).await;
    let fixture = fixture.restore().await;
    assert!(!fixture.logged().await.contains(&"stateRestored"));
    let nonce = refreshed(&fixture, &seat, &nonce, 5..6).await;
    assert_eq!(fixture.logged().await.iter().filter(|operation| **operation == "stateRestored").count(), 1);
    refreshed(&fixture, &seat, &nonce, 6..8).await;
    assert_eq!(fixture.logged().await.iter().filter(|operation| **operation == "stateRestored").count(), 1);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn safe_3_a_call_whose_reply_was_lost_before_the_restoration_is_made_once(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    fixture.back_up().await;
    let nonce = refreshed(&fixture, &seat, &seat.nonce, 0..1).await;
    fixture.advance(Interval::days(1));
    // This reply is lost, and with it the server's memory of the call.
    fixture.refresh(&seat, &nonce, "lost").await.unwrap();
    let fixture = fixture.restore().await;
    let (first, next) = fixture.refresh(&seat, &nonce, "lost").await.unwrap();
    let (again, same) = fixture.refresh(&seat, &nonce, "lost").await.unwrap();
    assert_eq!((first, next.clone()), (again, same), "its repetition is told again");
    refreshed(&fixture, &seat, &next, 2..3).await;
}

async fn safe_3_a_copy_is_still_found_out_after_a_restoration(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    fixture.back_up().await;
    let copied = refreshed(&fixture, &seat, &seat.nonce, 0..1).await;
    let nonce = refreshed(&fixture, &seat, &copied, 1..3).await;
    let fixture = fixture.restore().await;
    let nonce = refreshed(&fixture, &seat, &nonce, 3..4).await;
    let caught = fixture.refresh(&seat, &copied, "of the copy").await.unwrap_err();
    assert_eq!(refused(caught), Refusal::CloneDetected);
    refreshed(&fixture, &seat, &nonce, 4..5).await;
}

async fn safe_3_a_chain_that_the_restored_database_does_not_know_goes_on(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let first = fixture.activate("a", None).await.unwrap();
    fixture.back_up().await;
    fixture.advance(Interval::days(1));
    let second = fixture.activate("a", None).await.unwrap();
    let fixture = fixture.restore().await;
    let (context, call) = fixture.holder(&second, &second.nonce, "read", "");
    assert_eq!(state(&fixture.system, &context, call).await.unwrap().activation.id, second.view.activation.id);
    refreshed(&fixture, &second, &second.nonce, 1..3).await;
    assert!(fixture.logged().await.contains(&"stateRestored"));
    // Of two machines with one seat id still only the latest refreshes (SEAT-2).
    let earlier = fixture.refresh(&first, &first.nonce, "one").await.unwrap_err();
    assert_eq!(refused(earlier), Refusal::ActivationSuperseded);
}

async fn safe_3_an_activation_that_the_restored_database_does_not_know_activates_again(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let known = fixture.activate("known", None).await.unwrap();
    fixture.back_up().await;
    let lost = fixture.activate("lost", Some("key of lost")).await.unwrap();
    let fixture = fixture.restore().await;
    let refresh = fixture.refresh(&lost, &lost.nonce, "one").await.unwrap_err();
    assert!(is_unknown(&refresh), "{refresh:?}");
    let (context, call) = fixture.holder(&lost, &lost.nonce, "two", "");
    let read = state(&fixture.system, &context, call.clone()).await.unwrap_err();
    assert!(is_unknown(&read), "{read:?}");
    let taken = checkout(&fixture.system, &context, call.clone(), Key::new("pool").unwrap(), quantity(1)).await;
    assert!(taken.as_ref().err().is_some_and(is_unknown));
    assert!(deactivate(&fixture.system, &context, call).await.as_ref().err().is_some_and(is_unknown));
    // The way back is to activate, also by the repetition of the call that was forgotten.
    let back = fixture.activate("lost", Some("key of lost")).await.unwrap();
    assert!(back.created && back.view.activation.id != lost.view.activation.id);
    refreshed(&fixture, &back, &back.nonce, 0..2).await;
    refreshed(&fixture, &known, &known.nonce, 2..3).await;
    // SEAT-10 holds over what is recorded.
    assert!(matches!(refused(fixture.activate("third", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    assert_eq!(fixture.used().await, (2, 0, 2));
}

async fn safe_3_what_ended_after_the_backup_runs_out(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 1, ..Terms::default() }).await;
    let first = fixture.activate("first", None).await.unwrap();
    fixture.back_up().await;
    let (context, call) = fixture.holder(&first, &first.nonce, "one", "");
    deactivate(&fixture.system, &context, call).await.unwrap();
    fixture.activate("second", None).await.unwrap();
    let fixture = fixture.restore().await;
    // The database believes that the first still has the seat, until its lease ends: never two by the record (SEAT-10).
    assert!(matches!(refused(fixture.activate("second", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    fixture.advance(Interval::days(7));
    fixture.activate("second", None).await.unwrap();
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn safe_3_pools_of_a_restored_database_add_up(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let pool = Key::new("pool").unwrap();
    fixture.back_up().await;
    let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
    let taken = checkout(&fixture.system, &context, call, pool.clone(), quantity(4)).await.unwrap();
    let fixture = fixture.restore().await;
    // What it took is forgotten: the state says so, and it may take it again.
    let (context, call) = fixture.holder(&seat, &taken.nonce, "two", "");
    let again = checkout(&fixture.system, &context, call, pool.clone(), quantity(4)).await.unwrap();
    assert_eq!((again.feature.active, again.feature.available), (quantity(4), Some(quantity(1))));
    let (context, call) = fixture.holder(&seat, &again.nonce, "three", "");
    let more = checkout(&fixture.system, &context, call, pool, quantity(2)).await.err().unwrap();
    assert!(matches!(refused(more), Refusal::FeatureExhausted { .. }));
}
