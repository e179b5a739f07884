//! Crashes under load: the server's process, and PostgreSQL's, killed at random moments.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;
mod crash_load;

use std::time::{Duration, Instant};

use chancery_testkit::{Durability, Postgres};
use common::{Server, World, run};
use crash_load::{Dice, Http, Load, Product, Shop, check, check_log};

/// How often the server is killed, unless `CHANCERY_CRASH_ROUNDS` says otherwise.
const ROUNDS: u64 = 20;
/// How often PostgreSQL is killed, and how often one of two authorities.
const POSTGRES_ROUNDS: u64 = 3;

fn serve(world: &World) -> (Server, Http) {
    let server = world.serve_with(&["--tls", "off"]);
    let key = std::fs::read_to_string(world.data().join("admin.key")).unwrap();
    let http = Http::new(&server.url, key.trim());
    (server, http)
}

/// SEAT-10, SAFE-1, SAFE-3: what was acknowledged is there after each restart, nothing is done twice, no seat is given twice, and
/// the server starts by itself on what the last one left.
#[test]
fn kill_9_under_load_loses_no_acknowledged_activation() {
    let rounds = std::env::var("CHANCERY_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let mut dice = Dice::new();
    let world = World::on_sqlite().initialised();
    let (mut server, mut http) = serve(&world);
    let shop = Shop::open(&http);
    let mut products = Product::all(&shop, &mut dice);
    for _ in 0..rounds {
        let load = Load::start(products, &http);
        // A random moment: the products go on calling while it is waited for, and while the signal is on its way.
        load.wait(1 + dice.below(200));
        server.kill();
        products = load.stop();
        (server, http) = serve(&world);
        check(&http, &shop, &mut products);
    }
    check_log(&http, &shop, &products);
    assert!(server.terminate().success(), "{}", world.log());
}

/// SEAT-10, SAFE-1: while PostgreSQL is dead, products are told 503 and try again; afterwards the authority heals by itself.
#[test]
fn a_killed_postgres_loses_no_acknowledged_activation() {
    let mut dice = Dice::new();
    let postgres = Postgres::start_with(Durability::Full);
    let world = World::on_sqlite();
    run(world.program().args(["init", "--vendor", "Acme", "--database", &postgres.url()])).expect_done();
    let (server, http) = serve(&world);
    let shop = Shop::open(&http);
    let mut products = Product::all(&shop, &mut dice);
    for _ in 0..POSTGRES_ROUNDS {
        let load = Load::start(products, &http);
        load.wait(1 + dice.below(100));
        postgres.kill();
        postgres.restart();
        // Products whose calls were cut off get their answers by sending them again.
        load.wait(100);
        products = load.stop();
        wait_until_ready(&http);
        check(&http, &shop, &mut products);
    }
    check_log(&http, &shop, &products);
    assert!(products.iter().all(|product| product.lost == 0), "the authority itself broke connections");
    assert!(server.terminate().success(), "{}", world.log());
}

/// SEAT-10, SAFE-1: two authorities on one PostgreSQL share the load. When one is killed, its products go on at the other: with
/// their calls whose outcome is not known, their access tokens and their nonces.
#[test]
fn one_of_two_authorities_is_killed_and_the_other_goes_on() {
    let rounds = std::env::var("CHANCERY_CRASH_ROUNDS").map_or(POSTGRES_ROUNDS, |rounds| rounds.parse().unwrap());
    let mut dice = Dice::new();
    let world = World::on_postgres().initialised();
    let (mut doomed, mut doomed_http) = serve(&world);
    let (mut server, mut http) = serve(&world);
    let shop = Shop::open(&http);
    let mut products = Product::all(&shop, &mut dice);
    for _ in 0..rounds {
        let others = products.split_off(products.len() / 2);
        let here = Load::start(products, &http);
        let there = Load::start(others, &doomed_http);
        there.wait(1 + dice.below(100));
        doomed.kill();
        // The one that is left is not held up by what the other had begun.
        here.wait(50);
        products = here.stop();
        products.append(&mut there.stop());
        check(&http, &shop, &mut products);
        (doomed, doomed_http) = (server, http);
        (server, http) = serve(&world);
    }
    check_log(&http, &shop, &products);
    assert!(server.terminate().success() && doomed.terminate().success(), "{}", world.log());
}

fn wait_until_ready(http: &Http) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !http.is_ready() {
        assert!(Instant::now() < deadline, "the authority did not heal");
        std::thread::yield_now();
    }
}
