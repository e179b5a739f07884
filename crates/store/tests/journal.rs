//! The journal is written in the transaction of the change, on both engines (AUD-1, and of AUD-2 all but the delivery).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use chancery_domain::{Action, Actor, Change, Id, Name, Permit, Timestamp, Vendor, VendorId, VendorMode};
use chancery_store::journal::{self, AuditFilter, Origin};
use chancery_store::{Aggregate, Location, Options, Outcome, PageRequest, Store, StoreError, WriteTx, vendor};

fn acme() -> (Vendor, Permit) {
    let id = VendorId::new(Timestamp::MIN, [7; 10]);
    let permit = Actor::Operator { vendor: id }.permit(Action::CreateVendor).unwrap();
    let created = "2026-11-21T10:00:00Z".parse().unwrap();
    let (name, mode, offline_request_age) = (Name::new("Acme").unwrap(), VendorMode::Live, Vendor::OFFLINE_REQUEST_AGE);
    (Vendor { id, name, mode, offline_request_age, contact_exports: false, created, updated: created }, permit)
}

/// A change with its row in the journal, as every operation makes it.
fn make(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let (acme, permit) = acme();
    vendor::insert(tx, &permit, &acme, b"secret")?;
    let changes = [Change { field: "name".to_owned(), from: None, to: Some("Acme".to_owned()), personal: true }];
    journal::record(tx, &permit, acme.created, &Origin::default(), &acme.id.to_string(), &changes)
}

/// How many vendors and how many rows of the journal there are.
async fn counts(store: &Store) -> (usize, usize) {
    let (_, permit) = acme();
    store
        .read(move |tx| {
            let audit = journal::audit(tx, &permit, &AuditFilter::default(), &PageRequest::default())?;
            Ok::<_, StoreError>((vendor::all(tx)?.len(), audit.items.len()))
        })
        .await
        .unwrap()
}

async fn a_change_and_its_row_are_one(location: Location) {
    let store = Store::open(location, Options::default()).await.unwrap();
    let aggregate = Aggregate::Vendor(acme().0.id);
    let undone: Result<(), StoreError> = store
        .write(aggregate, |tx| {
            make(tx)?;
            Err(StoreError::ShuttingDown)
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(counts(&store).await, (0, 0), "what is undone leaves no row");
    let done: Result<(), StoreError> = store.write(aggregate, |tx| make(tx).map(Outcome::Done)).await;
    done.unwrap();
    assert_eq!(counts(&store).await, (1, 1), "what is done leaves one");
    let again: Result<(), StoreError> = store.write(aggregate, |tx| make(tx).map(Outcome::Done)).await;
    assert!(matches!(again, Err(StoreError::Constraint { .. })), "{again:?}");
    assert_eq!(counts(&store).await, (1, 1), "what the schema refuses leaves none");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aud_2_a_change_and_its_row_are_one_on_sqlite() {
    a_change_and_its_row_are_one(Location::Memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aud_2_a_change_and_its_row_are_one_on_postgresql() {
    a_change_and_its_row_are_one(Location::Postgres(chancery_testkit::Postgres::shared().fresh_database())).await;
}
