//! Licensees, their secrets, and customers who come by themselves, by the command line as in the guide.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{World, text};

#[test]
fn sec_1_a_product_is_tied_to_a_secret() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    let manage = |arguments: &[&str]| world.manage(&server, arguments);
    manage(&["product", "update", "cad", "--licensee-secret-mode", "client"]);
    let licensee = manage(&["licensee", "list", "--customer", "CRM-1", "--product", "cad"])["items"][0].clone();
    let number = text(&licensee["number"]);
    assert_eq!(licensee["secretSet"], false);
    assert_eq!(text(&manage(&["licensee", "update", &number, "--number", "INITECH"])["number"]), "INITECH");

    std::fs::write(world.path("secret"), "hush\n").unwrap();
    let activate = |state: &str, rest: &[&str]| {
        let base = ["--server", &server.url, "activate", "--product", &product, "--seat-id", state];
        world.client(state, &[&base[..], rest].concat())
    };
    let without = activate("host-1", &["--code", &code]);
    assert_eq!(without.expect_problem()["code"], "licensee_secret_required");
    activate("host-1", &["--code", &code, "--secret", "@secret"]).expect_json();
    let other = activate("host-2", &["--licensee", "INITECH", "--secret", "other"]);
    assert_eq!(other.expect_problem()["code"], "licensee_secret_mismatch");
    activate("host-2", &["--licensee", "INITECH", "--secret", "hush"]).expect_json();

    assert_eq!(world.client("host-1", &["refresh"]).expect_problem()["code"], "licensee_secret_required");
    let mut refresh = world.program();
    refresh.args(["client", "--json", "--state", "host-1", "refresh"]).env("CHANCERY_SECRET", "hush");
    common::run(&mut refresh).expect_json();

    let set = manage(&["licensee", "set-secret", "INITECH", "--secret", "@secret"]);
    assert!(set["secretSet"] == true && !set.to_string().contains("hush"));
    world.run(&["licensee", "reset-secret", "INITECH", "--server", &server.url]).expect_done();
    assert_eq!(manage(&["licensee", "get", "INITECH"])["secretSet"], false);
    world.client("host-1", &["refresh", "--secret", "fresh"]).expect_json();
    assert!(!world.log().contains("hush"));
}

#[test]
fn auto_1_a_customer_comes_by_itself() {
    let world = World::on_sqlite().initialised();
    let server = world.serve_with(&["--automatic-licensees-per-day", "1"]);
    let (product, _) = world.sell(&server);
    let manage = |arguments: &[&str]| world.manage(&server, arguments);
    manage(&["product", "update", "cad", "--licensee-auto-create", "true"]);
    manage(&["offering", "update", "CAD-Y", "--automatic", "true"]);
    let activate = |number: &str| {
        let base = ["--server", &server.url, "activate", "--product", &product, "--seat-id", "host-1"];
        world.client(number, &[&base[..], &["--licensee", number, "--customer-name", "Hooli"]].concat())
    };
    activate("SN-1").expect_json();
    assert_eq!(activate("SN-2").expect_problem()["limit"], "automatic-licensees");
    let licensee = manage(&["licensee", "get", "SN-1"]);
    let orders = manage(&["order", "list", "--customer", &text(&licensee["customerId"])]);
    assert_eq!(orders["items"].as_array().unwrap().len(), 1);
    assert_eq!(text(&manage(&["customer", "get", &text(&licensee["customerId"])])["name"]), "Hooli");
    let both = ["activate", "--product", &product, "--licensee", "SN-1", "--code", "x", "--server", &server.url];
    assert_eq!(world.client("both", &both).exit, 2);
}
