//! Within a server, now never runs backwards: not while it runs, and not over a restart.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use chancery_domain::{Name, Timestamp};
use chancery_operations::vendor::{self, NewVendor};
use chancery_operations::{KeyEncryptionKey, Location, System, SystemOptions};

async fn open(location: Location) -> System {
    let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
    System::connect(location, SystemOptions { key_encryption_key, public_url: None, machine: None }).await.unwrap()
}

async fn now_never_runs_backwards(location: Location) {
    let (early, late): (Timestamp, Timestamp) =
        ("2026-11-21T10:00:00Z".parse().unwrap(), "2026-11-21T12:00:00Z".parse().unwrap());
    let system = open(location.clone()).await;
    assert_eq!(system.now(late), late);
    assert_eq!(system.now(early), late, "the machine's clock was set back");
    let new = NewVendor { name: Name::new("Acme").unwrap(), sandbox: false, admin_key: None };
    vendor::create(&system, system.now(early), [1; 32], new).await.unwrap();
    system.close().await;
    let again = open(location).await;
    assert_eq!(again.now(early), late, "the last committed instant holds after a restart");
    again.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_back_changes_nothing_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    now_never_runs_backwards(Location::Sqlite(folder.path().join("chancery.db"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_back_changes_nothing_on_postgresql() {
    now_never_runs_backwards(Location::Postgres(chancery_testkit::Postgres::shared().fresh_database())).await;
}
