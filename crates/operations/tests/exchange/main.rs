//! Local servers and their vendor in stories that chance tells: tokens that are carried, lost, repeated, late, to the wrong place;
//! databases that are set back, or run twice; servers that move, or burn. After every step no more runs than was sold (EXP-6), and nothing
//! is taken that must be refused (EXP-4), by a model that knows the rules and not the code.
//!
//! A thousand short stories are played in every test run, `CHANCERY_EXPORT_SEEDS=n` plays n longer ones. `CHANCERY_EXPORT_SEED=n` plays
//! one and tells it: a short one, or a longer one if the other is set too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests fail by panicking, and tell why")]

mod book;
mod chance;
mod checks;
#[path = "../local/dark.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod dark;
mod ending;
mod feature;
#[path = "../licensing/fixture.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod fixture;
mod inbox;
mod license;
#[path = "../offline/machine.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod machine;
mod mail;
mod moving;
mod opening;
mod play;
mod product;
mod record;
mod refresh;
#[path = "../exports/server.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod server;
mod site;
mod story;
mod tables;
mod told;
mod truth;
mod vendor;
mod world;

use std::ops::RangeInclusive;

use fixture::Engine;
use play::Length;

/// So many stories have the same systems, one after the other.
const OF_A_WORLD: u64 = 50;

fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Seeds from one to another, or one alone: `17`, `0-17`.
fn range(text: &str) -> RangeInclusive<u64> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    from.parse().unwrap()..=to.parse().unwrap()
}

#[test]
fn exp_6_exp_4_every_story_keeps_the_rules() {
    let long = set("CHANCERY_EXPORT_SEEDS").map(|text| text.parse::<u64>().unwrap());
    let length = if long.is_some() { Length::Long } else { Length::Short };
    if let Some(seeds) = set("CHANCERY_EXPORT_SEED") {
        return runtime().block_on(play::replay(range(&seeds), length, Engine::SqliteMemory));
    }
    let seeds = long.unwrap_or(1_000);
    let next = std::sync::atomic::AtomicU64::new(0);
    let hands = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        let work = || {
            let runtime = runtime();
            loop {
                let from = next.fetch_add(OF_A_WORLD, std::sync::atomic::Ordering::Relaxed);
                if from >= seeds {
                    return;
                }
                let some = from..=(from + OF_A_WORLD).min(seeds) - 1;
                runtime.block_on(play::stories(some, length, Engine::SqliteMemory));
            }
        };
        let running: Vec<_> = (0..hands).map(|_| scope.spawn(work)).collect();
        let failed: Vec<_> = running.into_iter().filter_map(|one| one.join().err()).collect();
        if let Some(why) = failed.into_iter().next() {
            std::panic::resume_unwind(why);
        }
    });
}

/// A few of them: what is played is the same, and what decides it too.
#[test]
fn exp_6_exp_4_stories_on_postgresql() {
    let seeds = set("CHANCERY_EXPORT_SEED").map_or(0..=7, |seeds| range(&seeds));
    runtime().block_on(play::replay(seeds, Length::Short, Engine::Postgres));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
