//! A data folder that is set back to a backup: products go on, and what is unknown finds its way back (SAFE-3).
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::path::Path;

use common::{Server, World, text};

fn activate(world: &World, server: &Server, state: &str, (product, code): (&str, &str)) -> serde_json::Value {
    let seat = ["activate", "--product", product, "--code", code, "--seat-id", state];
    world.client(state, &[&["--server", server.url.as_str()], &seat[..]].concat()).expect_json()
}

fn stop(world: &World, server: Server) {
    assert!(server.terminate().success(), "{}", world.log());
}

/// Sells and activates, backs up by `back_up`, goes on, and puts the backup in the place of the database.
fn set_back(back_up: impl Fn(&World, Server, &Path) -> Server) {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    let sold = (product.as_str(), code.as_str());
    let known = activate(&world, &server, "known", sold);
    let backup = world.path("backup.db");
    let server = back_up(&world, server, &backup);

    let refresh = |server: &Server, state: &str| world.client(state, &["refresh", "--server", &server.url]);
    for _ in 0..3 {
        refresh(&server, "known").expect_json();
    }
    activate(&world, &server, "lost", sold);
    stop(&world, server);
    let database = world.data().join("chancery.db");
    std::fs::copy(&backup, &database).unwrap();
    for beside in ["chancery.db-wal", "chancery.db-shm"] {
        let _ = std::fs::remove_file(world.data().join(beside));
    }

    let server = world.serve();
    let refreshed = refresh(&server, "known").expect_json();
    assert_eq!(refreshed["activation"]["id"], known["activation"]["id"]);
    refresh(&server, "known").expect_json();
    let entitlement = text(&known["activation"]["entitlementId"]);
    let log = world.manage(&server, &["entitlement", "activation-log", &entitlement, "--all"]);
    let operations: Vec<_> = log["items"].as_array().unwrap().iter().map(|entry| text(&entry["operation"])).collect();
    assert_eq!(operations, ["activate", "stateRestored", "refresh", "refresh"]);

    // What the restored database does not know is told how to come back, and comes back.
    let unknown = refresh(&server, "lost").expect_problem();
    assert_eq!(unknown["code"], "access_token_invalid", "{unknown}");
    activate(&world, &server, "lost", sold);
    refresh(&server, "lost").expect_json();
    let shown = world.manage(&server, &["entitlement", "get", &entitlement]);
    assert_eq!((&shown["seatsUsed"], &shown["seats"]), (&2.into(), &2.into()), "SEAT-10");
    stop(&world, server);
}

#[test]
fn safe_3_a_copy_that_was_made_while_the_server_was_stopped() {
    set_back(|world, server, backup| {
        stop(world, server);
        std::fs::copy(world.data().join("chancery.db"), backup).unwrap();
        world.serve()
    });
}

#[test]
fn safe_3_a_backup_that_was_made_while_the_server_ran() {
    set_back(|world, server, backup| {
        let database = rusqlite::Connection::open(world.data().join("chancery.db")).unwrap();
        database.execute("VACUUM INTO ?1", [backup.to_str().unwrap()]).unwrap();
        server
    });
}
