//! Products under load that write down every acknowledged reply, and what must be true of them after a crash.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::print_stderr, reason = "the seed of a test that failed")]

mod http;
mod ledger;
mod seat;
mod shop;

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

pub(crate) use http::Http;
pub(crate) use ledger::{check, check_log};
use seat::{Seat, Sent};
pub(crate) use shop::Shop;

/// How many products call at the same time; each has some seat ids of its own.
const PRODUCTS: usize = 8;

/// Randomness that a seed repeats (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// From `CHANCERY_CRASH_SEED`, or a new seed; it is printed, and so stands in the output of a test that failed.
    pub(crate) fn new() -> Self {
        let given = std::env::var("CHANCERY_CRASH_SEED").ok().map(|seed| seed.parse().expect("a number"));
        let seed = given.unwrap_or_else(|| std::collections::hash_map::RandomState::new().build_hasher().finish());
        eprintln!("CHANCERY_CRASH_SEED={seed}");
        Self(seed)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// One product: its seats, and its own dice.
pub(crate) struct Product {
    pub(crate) seats: Vec<Seat>,
    /// How often a connection broke.
    pub(crate) lost: usize,
    dice: Dice,
}

/// Products at work, each in a thread.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Product>>,
    answers: Receiver<()>,
}

static KEYS: AtomicU64 = AtomicU64::new(0);

/// An idempotency key that nobody has used.
fn fresh_key() -> String {
    format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed))
}

impl Product {
    /// Products with seat ids on every order of the shop.
    pub(crate) fn all(shop: &Shop, dice: &mut Dice) -> Vec<Self> {
        let product = |number| Self {
            seats: shop.orders.iter().enumerate().flat_map(|(at, order)| Seat::some(number, at, order)).collect(),
            lost: 0,
            dice: Dice(dice.below(u64::MAX)),
        };
        (0..PRODUCTS).map(product).collect()
    }

    fn work(mut self, http: &Http, answered: &Sender<()>, stop: &AtomicBool) -> Self {
        while !stop.load(Ordering::Relaxed) {
            let at = self.dice.below(self.seats.len() as u64) as usize;
            match self.seats[at].step(http, &mut self.dice) {
                // Nobody may be counting any more.
                Sent::Answered => drop(answered.send(())),
                Sent::Unavailable => std::thread::yield_now(),
                Sent::Lost => {
                    self.lost += 1;
                    break;
                }
            }
        }
        self
    }
}

impl Load {
    /// Sets the products to work on a server. They go on until it is gone, or they are told to stop.
    pub(crate) fn start(products: Vec<Product>, http: &Http) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, answers) = channel();
        let spawn = |product: Product| {
            let (http, sender, stop) = (http.clone(), sender.clone(), Arc::clone(&stop));
            std::thread::spawn(move || product.work(&http, &sender, &stop))
        };
        let threads = products.into_iter().map(spawn).collect();
        Self { stop, threads, answers }
    }

    /// Waits until so many calls were answered.
    pub(crate) fn wait(&self, answers: u64) {
        for _ in 0..answers {
            self.answers.recv().expect("the products gave up: the server is gone");
        }
    }

    /// Takes the products back, once their server is gone or they have noticed that they shall stop.
    pub(crate) fn stop(self) -> Vec<Product> {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().map(|thread| thread.join().expect("a product got a wrong answer")).collect()
    }
}
