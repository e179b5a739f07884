//! Readiness: the truth, and cheaply.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chancery_domain::Timestamp;
use chancery_operations::{Error, KeyEncryptionKey, Location, StoreError, System, SystemOptions, health};
use chancery_store::{Fault, FaultPoint, Options, Store};
use chancery_testkit::Postgres;

/// A system whose disk can be full, and that counts its commits.
struct Fixture {
    system: System,
    full: Arc<AtomicBool>,
    commits: Arc<AtomicUsize>,
}

impl Fixture {
    async fn open(location: Location) -> Self {
        let (full, commits) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (is_full, count) = (Arc::clone(&full), Arc::clone(&commits));
        let hook = move |point| {
            if point != FaultPoint::BeforeCommit {
                return Fault::None;
            }
            count.fetch_add(1, Ordering::SeqCst);
            if is_full.load(Ordering::SeqCst) { Fault::DiskFull } else { Fault::None }
        };
        let store = Store::open(location, Options { fault: Some(Arc::new(hook)), ..Options::default() }).await.unwrap();
        let options = SystemOptions {
            key_encryption_key: KeyEncryptionKey::from_bytes(&[7; 32]).unwrap(),
            public_url: None,
            machine: None,
        };
        Self { system: System::open(store, options).await.unwrap(), full, commits }
    }

    async fn check(&self, seconds: i64) -> Result<(), Error> {
        health::check(&self.system, Timestamp::from_micros(1_768_478_400_000_000 + seconds * 1_000_000).unwrap()).await
    }

    fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }
}

async fn tells_the_truth(fixture: Fixture) {
    let before = fixture.commits();
    for _ in 0..20 {
        fixture.check(0).await.unwrap();
        fixture.check(2).await.unwrap();
    }
    assert_eq!(fixture.commits(), before + 1, "who asks often does not make the disk work");
    fixture.check(3).await.unwrap();
    assert_eq!(fixture.commits(), before + 2);
    fixture.full.store(true, Ordering::SeqCst);
    for seconds in [6, 6, 7] {
        let refused = fixture.check(seconds).await;
        assert!(matches!(refused, Err(Error::Store(StoreError::DiskFull { .. }))), "{refused:?}");
    }
    fixture.full.store(false, Ordering::SeqCst);
    fixture.check(7).await.unwrap();
    // A clock that was set back is no reason to believe an older write.
    let commits = fixture.commits();
    fixture.check(-60).await.unwrap();
    assert_eq!(fixture.commits(), commits + 1);
}

#[tokio::test]
async fn a_full_disk_is_not_ready_on_sqlite() {
    tells_the_truth(Fixture::open(Location::Memory).await).await;
}

#[tokio::test]
async fn a_full_disk_is_not_ready_on_postgres() {
    tells_the_truth(Fixture::open(Location::Postgres(Postgres::shared().fresh_database())).await).await;
}
