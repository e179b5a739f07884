//! Deleting, restoring, purging, extending and moving by the command line, and the server that purges by itself (ENT-10).
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{World, text};
use serde_json::{Value, json};

#[test]
fn ent_10_an_order_is_deleted_restored_and_purged() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    let manage = |arguments: &[&str]| world.manage(&server, arguments);
    let activate = ["--server", &server.url, "activate", "--product", &product, "--code", &code, "--seat-id", "host-1"];
    world.client("one", &activate).expect_json();

    let dry = manage(&["order", "delete", "PO-1", "--dry-run"]);
    assert_eq!((&dry["dryRun"], &dry["leaving"][0]["seatId"]), (&json!(true), &json!("host-1")));
    assert_eq!(manage(&["order", "delete", "PO-1"]), json!({}));
    let deleted = manage(&["order", "get", "PO-1"]);
    assert_ne!(deleted["purgeAt"], Value::Null);
    assert_eq!(manage(&["order", "list"])["items"], json!([]));
    assert_eq!(manage(&["order", "list", "--deleted"])["items"][0]["id"], deleted["id"]);
    assert_eq!(world.client("one", &["refresh"]).expect_problem()["code"], "entitlement_disabled");
    assert_eq!(world.refused(&server, &["order", "extend", "PO-1", "--item", "CAD-Y"])["code"], "deleted");
    assert_eq!(manage(&["order", "restore", "PO-1"])["deleted"], Value::Null);
    world.client("one", &["refresh"]).expect_json();

    let id = text(&deleted["id"]);
    assert_eq!(world.refused(&server, &["order", "delete", &id, "--purge", "PO-1"])["code"], "validation_failed");
    manage(&["order", "delete", &id, "--purge", &id]);
    assert_eq!(world.refused(&server, &["order", "get", &id])["code"], "not_found");
    assert_eq!(world.client("one", &["refresh"]).expect_problem()["code"], "access_token_invalid");
    let said = world.run(&["customer", "delete", "CRM-1", "--server", &server.url]).expect_done().stdout;
    assert!(said.contains("for 30 days"), "{said}");
}

#[test]
fn an_order_gets_more_and_goes_to_another_customer() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    world.sell(&server);
    let manage = |arguments: &[&str]| world.manage(&server, arguments);
    let extended = manage(&["order", "extend", "PO-1", "--item", "CAD-Y=5"]);
    assert_eq!(extended["entitlements"][1]["seats"], 5);
    let other = manage(&["customer", "create", "--name", "Umbrella", "--ref", "CRM-2"]);
    let contact = ["contact", "create", "--customer", "CRM-2", "--name", "Ada", "--email", "ada@umbrella.example"];
    let ada = text(&manage(&contact)["id"]);
    let to = ["order", "move", "PO-1", "--customer", "CRM-2", "--contact", &ada];
    assert_eq!(manage(&[&to[..], &["--dry-run"]].concat())["dryRun"], true);
    let moved = manage(&to);
    assert_eq!((&moved["customerId"], &moved["contacts"]), (&other["id"], &json!([ada])));
    let renamed = manage(&["contact", "update", &ada, "--customer", "CRM-2", "--name", "Ada L."]);
    assert_eq!(renamed, manage(&["contact", "get", &ada, "--customer", "CRM-2"]));
    assert_eq!(manage(&["contact", "list", "--customer", "CRM-2"])["items"], json!([renamed]));
}

#[test]
fn ent_10_the_server_purges_what_is_due_by_itself() {
    for world in World::each() {
        let world = world.initialised();
        let server = world.serve();
        world.sell(&server);
        world.manage(&server, &["customer", "delete", "CRM-1"]);
        let purge_at = text(&world.manage(&server, &["customer", "get", "CRM-1"])["purgeAt"]);
        world.manage(&server, &["clock", "move", &purge_at]);
        assert!(server.terminate().success(), "{}", world.log());
        // The job runs when the server starts; each question takes a while, so nothing is slept.
        let server = world.serve();
        let gone = |_: &i32| world.run(&["customer", "get", "CRM-1", "--server", &server.url]).exit != 0;
        assert!((0..500).any(|i| gone(&i)), "it was not purged: {}", world.log());
        assert_eq!(world.refused(&server, &["customer", "get", "CRM-1"])["code"], "not_found");
        assert_eq!(world.manage(&server, &["order", "list", "--deleted"])["items"], json!([]));
        let audit = world.manage(&server, &["audit", "list", "--action", "customer.purge"]);
        assert_eq!(audit["items"][0]["actor"], "operator");
    }
}
