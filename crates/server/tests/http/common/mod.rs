//! A server to be tested: the real router on a real database, with a clock that tests move and randomness that they know.

mod call;
mod log;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chancery_domain::{MachineIdentity, Name, Timestamp, Vendor};
use chancery_server::operations::local::{self, NewLocal};
use chancery_server::operations::vendor::{self, NewVendor};
use chancery_server::operations::{KeyEncryptionKey, Location, System, SystemOptions};
use chancery_server::{App, Clock, Randomness, Traffic, router};
use chancery_testkit::{FixedClock, Postgres};

pub(crate) use call::{Call, Reply};
pub(crate) use log::{logged, start_logging};

/// A server with one live vendor.
#[derive(Clone)]
pub(crate) struct TestApp {
    pub(crate) system: Arc<System>,
    pub(crate) app: App,
    pub(crate) clock: FixedClock,
    pub(crate) vendor: Vendor,
    /// The vendor's first API key, which may do everything.
    pub(crate) admin: String,
    router: axum::Router,
    postgres: bool,
}

impl TestApp {
    /// On SQLite, in memory.
    pub(crate) async fn sqlite() -> Self {
        Self::on(Location::Memory).await
    }

    /// On a database of its own in PostgreSQL.
    pub(crate) async fn postgres() -> Self {
        Self::on(Location::Postgres(Postgres::shared().fresh_database())).await
    }

    /// On this database, which has no vendor `Initech` yet. As often as a test likes: what is limited has tests of its own.
    pub(crate) async fn on(location: Location) -> Self {
        // The tests' issuers are on this machine.
        Self::with(location, Traffic { private_issuers: true, ..Traffic::unlimited() }).await
    }

    /// The same, so often as `traffic` allows.
    pub(crate) async fn with(location: Location, traffic: Traffic) -> Self {
        let public_url = Some("https://licenses.initech.example".to_owned());
        let postgres = matches!(location, Location::Postgres(_));
        let system = connect(location, public_url, None).await;
        let clock = FixedClock::new();
        let app = make_app(&system, &clock, traffic, 0);
        let (vendor, admin) = make_vendor(&system, &app, "Initech", false).await;
        Self { router: router(app.clone()), system, app, clock, vendor, admin, postgres }
    }

    /// A local server that knows a vendor by its trust bundle alone: on such a database as this server, by the same clock.
    pub(crate) async fn local_server(&self, bundle: &str, traffic: Traffic) -> Self {
        let location =
            if self.postgres { Location::Postgres(Postgres::shared().fresh_database()) } else { Location::Memory };
        // Data on PostgreSQL are bound to their database.
        let machine = (!self.postgres).then(|| MACHINE.parse().unwrap());
        let system = connect(location, None, machine).await;
        let new = NewLocal { bundle: bundle.to_owned(), name: Some(Name::new("dark-1").unwrap()), admin_key: None };
        // No two that are made at different instants have the same keys.
        let first = self.clock.micros().unsigned_abs();
        let (_, admin) = local::init(&system, self.now(), seed(first), new).await.unwrap();
        let app = make_app(&system, &self.clock, traffic, first + 1);
        let vendor = system.vendors().remove(0);
        Self {
            router: router(app.clone()),
            system,
            app,
            clock: self.clock.clone(),
            vendor,
            admin,
            postgres: self.postgres,
        }
    }

    /// One more vendor on the same server, with its API key.
    pub(crate) async fn another_vendor(&self, name: &str, sandbox: bool) -> (Vendor, String) {
        make_vendor(&self.system, &self.app, name, sandbox).await
    }

    /// Where the clock stands.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.clock.micros()).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call("POST", path)
    }

    pub(crate) fn patch(&self, path: &str) -> Call {
        self.call("PATCH", path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.call("DELETE", path)
    }

    /// A call with the vendor's first API key, unless it is given another credential.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        Call::new(self.router.clone(), method, path).key(&self.admin)
    }

    /// Makes an API key with these scopes.
    pub(crate) async fn key_for(&self, scopes: &[&str]) -> String {
        let body = serde_json::json!({ "name": "scoped", "scopes": scopes });
        let made = self.post("/api/admin/v1/api-keys").json(body).await.created();
        made["key"].as_str().unwrap().to_owned()
    }
}

/// The machine that every local server here runs on.
pub(crate) const MACHINE: &str = "board:40:000102030405060708090a0b0c0d0e0f";

async fn connect(location: Location, public_url: Option<String>, machine: Option<MachineIdentity>) -> Arc<System> {
    let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
    let options = SystemOptions { key_encryption_key, public_url, machine };
    Arc::new(System::connect(location, options).await.unwrap())
}

/// With seeds that are counted from a number on.
fn make_app(system: &Arc<System>, clock: &FixedClock, traffic: Traffic, first: u64) -> App {
    let (read, seeds) = (clock.clone(), AtomicU64::new(first));
    App::new(
        Arc::clone(system),
        Clock::new(move || Timestamp::from_micros(read.micros()).unwrap()),
        Randomness::new(move || Ok(seed(seeds.fetch_add(1, Ordering::SeqCst)))),
        traffic,
    )
}

async fn make_vendor(system: &System, app: &App, name: &str, sandbox: bool) -> (Vendor, String) {
    let new = NewVendor { name: Name::new(name).unwrap(), sandbox, admin_key: None };
    vendor::create(system, app.clock().now(), app.randomness().seed().unwrap(), new).await.unwrap()
}

fn seed(number: u64) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    seed
}

/// Runs each test on SQLite and on PostgreSQL. Once per file.
macro_rules! on_both_engines {
    ($(async fn $name:ident($app:ident: $type:ty) $body:block)*) => {
        $(async fn $name($app: $type) $body)*

        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::common::TestApp::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::common::TestApp::postgres().await).await;
            })*
        }
    };
}

pub(crate) use on_both_engines;
