//! Dry runs: MAN-3, on both engines. They are done in earnest inside, and nothing of it may be left.

use std::future::Future;

use chancery_domain::{
    ActivationId, CustomerId, EntitlementEdit, Id, Interval, LeavingWhy, Overridable, Reset, Selector, Timestamp,
};
use chancery_operations::activation::{Release, release};
use chancery_operations::{Context, Error, IdempotencyKey, PageRequest, Rehearsal, activation, customer, entitlement};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;

on_both_engines! {
    man_3_a_dry_run_says_what_would_be_and_leaves_nothing,
    man_3_a_dry_run_of_a_refused_command_is_refused,
    man_3_a_dry_run_keeps_no_receipt_and_reads_none,
    man_3_a_dry_run_among_other_writes_undoes_itself_alone,
}

/// All that a dry run could have left: the records, and how many rows there are.
async fn everything(fixture: &Fixture) -> String {
    let view = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    let page = || PageRequest { limit: 100, ..PageRequest::default() };
    let seats = activation::list(&fixture.system, &fixture.admin(), None, page()).await.unwrap();
    let customers = customer::list(&fixture.system, &fixture.admin(), Default::default(), page()).await.unwrap();
    let counts = fixture.store.read(|tx| {
        let mut counts = Vec::new();
        for sql in [
            "SELECT COUNT(*) FROM journal",
            "SELECT COUNT(*) FROM receipts",
            "SELECT COUNT(*) FROM activations",
            "SELECT COUNT(*) FROM free_seats",
            "SELECT COUNT(*) FROM feature_usage",
            "SELECT COUNT(*) FROM feature_holdings",
        ] {
            counts.push(tx.query_one(sql, &[], |c| c.take::<i64>())?);
        }
        Ok::<_, Error>(counts)
    });
    format!("{view:?} {:?} {:?} {:?}", seats.items, customers.items, counts.await.unwrap())
}

/// Runs a command as a dry run, and checks that it left nothing.
async fn rehearse<T, F>(fixture: &Fixture, command: impl FnOnce(Context) -> F) -> Rehearsal
where
    T: std::fmt::Debug,
    F: Future<Output = Result<T, Error>>,
{
    let before = everything(fixture).await;
    let rehearsed = command(fixture.admin().rehearsing(true)).await.unwrap_err();
    assert_eq!(everything(fixture).await, before, "a dry run changed something");
    match rehearsed {
        Error::Rehearsed(rehearsal) => *rehearsal,
        other => panic!("not a dry run: {other:?}"),
    }
}

fn fields(rehearsal: &Rehearsal) -> Vec<&str> {
    rehearsal.changes.iter().map(|(_, change)| change.field.as_str()).collect()
}

fn leaving(rehearsal: &Rehearsal) -> Vec<(&str, LeavingWhy)> {
    rehearsal.leaving.iter().map(|one| (one.seat_id.as_str(), one.why)).collect()
}

async fn man_3_a_dry_run_says_what_would_be_and_leaves_nothing(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 3, ..Terms::default() }).await;
    let (system, id) = (&fixture.system, fixture.entitlement);
    let ended = fixture.activate("ended", None).await.unwrap().view.activation;
    fixture.advance(Interval::days(6));
    let held = fixture.activate("held", None).await.unwrap().view.activation;
    fixture.advance(Interval::days(2));
    fixture.activate("stays", None).await.unwrap();
    let until = |lease: Option<Timestamp>| lease.unwrap();

    let edit = EntitlementEdit { seats: Some(quantity(1)), ..EntitlementEdit::default() };
    let told = rehearse(&fixture, |context| async move { entitlement::update(system, &context, id, edit, true).await });
    let told = told.await;
    let expected = [
        ("ended", LeavingWhy::LeaseEnded(until(ended.lease.expiry))),
        ("held", LeavingWhy::Held(until(held.lease.expiry))),
    ];
    assert_eq!((leaving(&told), told.leaving_count), (expected.to_vec(), 2));
    assert_eq!(fields(&told), ["seats", "overrides"]);
    assert_eq!(told.changes[0].1.from.as_deref(), Some("3"));

    let told =
        rehearse(&fixture, |context| async move { entitlement::disable(system, &context, id, None).await }).await;
    assert_eq!((fields(&told), told.leaving_count), (vec!["disabled"], 3));
    assert!(leaving(&told).contains(&("held", LeavingWhy::RunsOut(held.lease.expiry))), "{told:?}");

    let which = Selector::Id(CustomerId::new("2026-11-21T10:00:00Z".parse().unwrap(), [5; 10]));
    let told =
        rehearse(&fixture, |context| async move { customer::disable(system, &context, which, None).await }).await;
    assert_eq!((fields(&told), told.leaving_count), (vec!["disabled"], 3));

    let offering = Selector::Name("CAD-PRO".to_owned());
    let told = rehearse(&fixture, |context| async move {
        entitlement::change_offering(system, &context, id, offering, false).await
    });
    assert!(fields(&told.await).contains(&"expiry"));
    let what = Reset { fields: vec![Overridable::Seats], ..Reset::default() };
    let told =
        rehearse(
            &fixture,
            |context| async move { entitlement::reset_overrides(system, &context, id, what, false).await },
        );
    assert_eq!(fields(&told.await), [] as [&str; 0], "it follows the catalog already");

    let freed = |free| Release { free, reason: None };
    let release = |id: ActivationId, how: Release| {
        rehearse(&fixture, move |context| async move { release(system, &context, id, how).await })
    };
    let told = release(held.id, freed(false)).await;
    assert_eq!(leaving(&told), [("held", LeavingWhy::Held(until(held.lease.expiry)))]);
    assert_eq!(leaving(&release(held.id, freed(true)).await), [("held", LeavingWhy::Freed)]);
    assert_eq!(leaving(&release(ended.id, freed(true)).await), [expected[0]]);
}

async fn man_3_a_dry_run_of_a_refused_command_is_refused(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap().view.activation.id;
    let before = everything(&fixture).await;
    let edit = || EntitlementEdit { seats: Some(quantity(0)), ..EntitlementEdit::default() };
    let context = fixture.admin().rehearsing(true);
    let error = entitlement::update(&fixture.system, &context, fixture.entitlement, edit(), false).await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error:?}");
    assert_eq!(everything(&fixture).await, before);
    // In earnest this one is recorded as a denial.
    let error = activation::refresh_seat(&fixture.system, &context, seat).await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error:?}");
    assert_eq!(everything(&fixture).await, before);
    let nobody = ActivationId::new(fixture.now(), [0; 10]);
    let error = release(&fixture.system, &context, nobody, Release::default()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound), "{error:?}");
}

async fn man_3_a_dry_run_keeps_no_receipt_and_reads_none(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let key = || Some(IdempotencyKey::new(b"credential", "one", "update", b"body"));
    let edit = |seats| EntitlementEdit { seats: Some(quantity(seats)), ..EntitlementEdit::default() };
    let id = fixture.entitlement;
    let update = |context: Context, seats| {
        let system = std::sync::Arc::clone(&fixture.system);
        async move { entitlement::update(&system, &context, id, edit(seats), false).await }
    };
    let dry = || fixture.admin().with_idempotency(key()).rehearsing(true);
    assert!(matches!(update(dry(), 5).await, Err(Error::Rehearsed(_))));
    // In earnest under the same key: nothing stands in its way.
    assert_eq!(update(fixture.admin().with_idempotency(key()), 5).await.unwrap().entitlement.seats, quantity(5));
    // And a dry run tells what would be now, not what was done then.
    let told = update(dry(), 6).await.unwrap_err();
    assert!(matches!(&told, Error::Rehearsed(told) if told.changes[0].1.to.as_deref() == Some("6")), "{told:?}");
}

async fn man_3_a_dry_run_among_other_writes_undoes_itself_alone(engine: Engine) {
    let fixture = std::sync::Arc::new(Fixture::new(engine, Terms { seats: 20, ..Terms::default() }).await);
    let mut tasks = Vec::new();
    for i in 0..40_u64 {
        let fixture = std::sync::Arc::clone(&fixture);
        tasks.push(tokio::spawn(async move {
            if i % 2 == 0 {
                fixture.activate(&format!("machine-{i}"), None).await.unwrap();
                return;
            }
            let edit = EntitlementEdit { seats: Some(quantity(i % 5)), ..EntitlementEdit::default() };
            let context = fixture.admin().rehearsing(true);
            let told = entitlement::update(&fixture.system, &context, fixture.entitlement, edit, true).await;
            assert!(matches!(told, Err(Error::Rehearsed(_))), "{told:?}");
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let view = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    assert_eq!((view.entitlement.seats, view.seats_used, view.seats_held.get()), (quantity(20), 20, 0));
    assert_eq!(fixture.used().await, (20, 0, 20));
}
