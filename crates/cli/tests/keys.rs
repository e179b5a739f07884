//! Signing keys by the command line: rotated under two servers, the root in a file, another key-encryption key (KEY-1, KEY-5, KEY-6).
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::{Server, World, mode, text};
use serde_json::Value;

const PASSPHRASE: &str = "a long passphrase";

fn keys(world: &World, server: &Server) -> Vec<Value> {
    world.manage(server, &["key", "list"])["items"].as_array().unwrap().clone()
}

fn signer(world: &World, server: &Server, purpose: &str) -> Value {
    let mut keys = keys(world, server);
    keys.retain(|key| key["purpose"] == purpose && key["status"] == "active");
    assert_eq!(keys.len(), 1, "{keys:?}");
    keys.remove(0)
}

#[test]
fn key_1_the_root_goes_into_a_file_and_comes_back() {
    for world in World::each() {
        let world = world.initialised();
        let server = world.serve();
        let root = signer(&world, &server, "root");
        let (file, pass) = (world.path("root.pem"), world.path("passphrase"));
        std::fs::write(&pass, format!("{PASSPHRASE}\n")).unwrap();
        let (file, pass) = (file.to_str().unwrap(), pass.to_str().unwrap());
        let export = ["key", "export-root", file, "--remove", "--passphrase-file", pass];

        let exported = world.run(&[&export[..], &["--json", "--server", &server.url]].concat());
        assert!(!exported.stdout.contains("PRIVATE KEY"), "{exported:?}");
        assert_eq!(exported.expect_json()["key"]["status"], "removed");
        assert_eq!(mode(&world.path("root.pem")), 0o600);
        let pem = std::fs::read_to_string(file).unwrap();
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        assert_eq!(world.refused(&server, &["key", "rotate"])["code"], "root_key_removed");
        // A file that is there is never overwritten: it may be the only copy.
        assert_eq!(world.refused(&server, &export)["code"], "file");
        assert_eq!(std::fs::read_to_string(file).unwrap(), pem);

        // By the environment too; never without one.
        let mut import = world.program();
        import
            .args(["key", "import", file, "--json", "--server", &server.url])
            .env("CHANCERY_KEY_PASSPHRASE", PASSPHRASE);
        assert_eq!(common::run(&mut import).expect_json(), root);
        let asked = world.run(&["key", "import", file, "--server", &server.url]);
        assert_eq!((asked.exit, asked.stderr.contains("--passphrase-file")), (2, true), "{asked:?}");
        world.manage(&server, &["key", "rotate"]);
        assert!(!world.log().contains(PASSPHRASE) && !world.log().contains("PRIVATE KEY"));
    }
}

#[test]
fn key_5_a_key_is_revoked_and_the_product_activates_again() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    let take = ["--server", &server.url, "activate", "--product", &product, "--seat-id", "host-1", "--code", &code];
    world.client("one", &take).expect_json();
    let leaked = text(&signer(&world, &server, "issuing")["id"]);
    let told = world.manage(&server, &["key", "revoke", &leaked, "--dry-run"]);
    assert_eq!(told["dryRun"], true);
    assert_eq!(world.manage(&server, &["key", "revoke", &leaked])["status"], "revoked");
    let refused = world.client("one", &["refresh"]).expect_problem();
    assert_eq!(refused["code"], "access_token_invalid", "{refused}");
    world.client("one", &take).expect_json();
    world.client("one", &["refresh"]).expect_json();
}

#[test]
fn key_2_the_key_that_receives_is_listed_and_rotated() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let first = signer(&world, &server, "receiving");
    assert_eq!(first["algorithm"], "ECDH-ES");
    let made = world.manage(&server, &["key", "rotate", "--purpose", "receiving"]);
    assert_eq!((signer(&world, &server, "receiving"), &made["purpose"]), (made.clone(), &first["purpose"]));
    let retired = world.manage(&server, &["key", "get", &text(&first["id"])]);
    assert_eq!(retired["status"], "retired");
    let table = world.run(&["key", "list", "--server", &server.url]);
    assert_eq!(table.stdout.lines().filter(|line| line.contains("receiving")).count(), 2, "{table:?}");
}

#[test]
fn key_5_another_server_follows_within_seconds() {
    let world = World::on_postgres().initialised();
    let (one, other) = (world.serve(), world.serve());
    let (product, code) = world.sell(&one);
    let leaked = text(&signer(&world, &one, "issuing")["id"]);
    let take = |server: &Server, seat: &str| {
        let state = format!("state-{seat}");
        let place = ["--server", &server.url, "activate", "--product", &product, "--seat-id", seat, "--code", &code];
        world.client(&state, &place).expect_json();
        state
    };
    let state = take(&other, "host-1");
    world.manage(&one, &["key", "revoke", &leaked]);
    // The second server refuses the token as soon as it knows; it reads one number per second for that.
    let begun = Instant::now();
    while world.client(&state, &["refresh"]).exit == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never learned of it: {}", world.log());
    }
    take(&other, "host-1");
    world.client(&state, &["refresh"]).expect_json();
}

#[test]
fn key_6_the_key_encryption_key_is_changed() {
    for world in World::each() {
        let world = world.initialised();
        let new = world.path("new.kek");
        let told = world.run(&["key", "rewrap", new.to_str().unwrap(), "--json"]).expect_json();
        assert_eq!(told["rewrapped"], 5);
        assert_eq!(mode(&new), 0o600);
        // The old one, beside the data, opens nothing any more.
        let refused = world.run(&["serve", "--json", "--listen", "127.0.0.1:0"]).expect_problem();
        assert!(refused["hint"].as_str().unwrap().contains("key-encryption key"), "{refused}");
        let settings = world.data().join("chancery.toml");
        let named = format!("key-encryption-key-file = {:?}\n", new.to_str().unwrap());
        let text = std::fs::read_to_string(&settings).unwrap();
        std::fs::write(&settings, text + &named).unwrap();
        let server = world.serve();
        world.manage(&server, &["key", "rotate"]);
    }
}
