//! A fake licensing server that signs real leases, and what the tests need around it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "each test file uses a part of it")]

pub mod desk;
pub mod faces;
pub mod local;
pub mod server;
pub mod vendor;
pub mod world;

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chancery_client::{Activate, Clock, Machine, Options, Product, Sleeper, StateStore, Timestamp};

use self::faces::Face;
use self::server::Server;
use self::vendor::{Vendor, product_id, start};

/// A clock that the test moves: what it shows, and how long it has run.
#[derive(Debug)]
pub struct TestClock(AtomicI64, AtomicU64);

impl TestClock {
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_micros(), Ordering::SeqCst);
    }

    /// Lets time go by, which the clock's hands do not show.
    pub fn run(&self, micros: i64) {
        self.1.fetch_add(micros.unsigned_abs(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn running(&self) -> Duration {
        Duration::from_micros(self.1.load(Ordering::SeqCst))
    }
}

/// Does not sleep, and remembers for how long.
#[derive(Debug, Default)]
pub struct Waits(pub Mutex<Vec<Duration>>);

impl Sleeper for Waits {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.sleep_blocking(time);
        Box::pin(tokio::task::yield_now())
    }

    fn sleep_blocking(&self, time: Duration) {
        self.0.lock().unwrap().push(time);
        std::thread::yield_now();
    }
}

/// A server, a product, a state, and a client's options.
pub struct Scene {
    pub server: Server,
    pub product: Product,
    pub folder: tempfile::TempDir,
    pub clock: Arc<TestClock>,
    pub waits: Arc<Waits>,
    pub options: Options,
}

impl Scene {
    pub fn new() -> Self {
        Self::of(Vendor::new(1, false))
    }

    pub fn of(vendor: Vendor) -> Self {
        let product = Product::new(&product_id().to_string(), &vendor.bundle()).unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(start().as_micros()), AtomicU64::new(0)));
        let waits = Arc::new(Waits::default());
        let options = Options {
            clock: clock.clone(),
            sleeper: waits.clone(),
            machine: Machine::at("nowhere"),
            ..Options::default()
        };
        Self { server: Server::start(vendor), product, folder: tempfile::tempdir().unwrap(), clock, waits, options }
    }

    pub fn state(&self) -> StateStore {
        StateStore::from(self.folder.path())
    }

    pub fn client<F: Face>(&self) -> F {
        F::open(&self.server.url, self.product.clone(), self.state(), self.options.clone())
    }

    /// A client that tries once.
    pub fn impatient<F: Face>(&self) -> F {
        let options = Options { patience: Duration::ZERO, ..self.options.clone() };
        F::open(&self.server.url, self.product.clone(), self.state(), options)
    }

    /// An activated client; the activation's request is forgotten.
    pub fn activated<F: Face>(&self) -> F {
        let client: F = self.client();
        client.activate(&request()).unwrap();
        self.server.seen();
        client
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("state.json")).unwrap()
    }
}

pub fn request() -> Activate {
    Activate::code("7K2M-9QXT").seat_id("host-1")
}
