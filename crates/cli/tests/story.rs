//! The whole program, from an empty folder to a product that was sold, ran, was refused, and gave its seat back.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Server, World, run, text};
use serde_json::{Value, json};

#[test]
fn a_vendor_sells_and_a_product_runs_on_both_engines() {
    for world in World::each() {
        let world = world.initialised();
        let server = world.serve();
        let product = describe_the_catalog(&world, &server);
        let (entitlement, code) = sell(&world, &server);
        activate_until_no_seat_is_left(&world, &server, &product, &code);
        take_features(&world);
        the_vendor_looks(&world, &server, &entitlement);
        assert!(server.terminate().success(), "{}", world.log());

        // Everything is there after a restart, and the product finds the server that has moved.
        let server = world.serve();
        let state = world.client("one", &["state", "--server", &server.url]).expect_json();
        assert_eq!(state["activation"]["seatId"], "host-1");
        world.client("one", &["refresh", "--server", &server.url]).expect_json();
        give_back(&world, &server, &entitlement);
    }
}

fn describe_the_catalog(world: &World, server: &Server) -> String {
    let manage = |arguments: &[&str]| world.manage(server, arguments);
    let product = manage(&["product", "create", "--name", "Acme CAD", "cad", "--lease-period", "7d"]);
    assert_eq!(product["leasePeriod"], json!({ "unit": "day", "count": 7 }));
    manage(&["feature", "create", "--product", "cad", "export", "--type", "elementPool", "--value", "2"]);
    manage(&["feature", "create", "--product", "cad", "render", "--type", "usageCount", "--value", "unlimited"]);
    manage(&["attribute", "create", "--product", "cad", "max-parts", "--type", "number", "--value", "5000"]);
    let edition = ["edition", "create", "--product", "cad", "--name", "Professional", "pro"];
    manage(&[&edition[..], &["--feature", "export=3", "--attribute", "max-parts=20000"]].concat());
    let export = manage(&["feature", "get", "export", "--product", "cad", "--edition", "pro"]);
    assert_eq!(
        (&export["value"], &export["level"], &export["valueLevel"]),
        (&json!(3), &json!("product"), &json!("edition"))
    );
    let plan = ["plan", "create", "--name", "Yearly", "--license-type", "subscription", "--duration", "1y"];
    let plan = text(&manage(&plan)["id"]);
    let offering =
        ["offering", "create", "--sku", "CAD-Y", "--name", "CAD, yearly", "--edition", "pro", "--seats", "1"];
    let made = manage(&[&offering[..], &["--plan", &plan, "--overdraft", "1"]].concat());
    assert_eq!(made["overdraft"], json!({ "type": "absolute", "value": 1 }));
    text(&product["id"])
}

fn sell(world: &World, server: &Server) -> (String, String) {
    let customer = ["customer", "create", "--name", "Initech", "--ref", "CRM-1", "--metadata", "region=north"];
    assert_eq!(world.manage(server, &customer)["metadata"], json!({ "region": "north" }));
    let contact = ["contact", "create", "--customer", "CRM-1", "--name", "Bob", "--email", "bob@initech.example"];
    world.manage(server, &contact);
    let contacts = world.manage(server, &["contact", "list", "--customer", "CRM-1"]);
    assert_eq!((&contacts["items"][0]["name"], &contacts["nextCursor"]), (&json!("Bob"), &Value::Null));
    let order = world.manage(server, &["order", "create", "--customer", "CRM-1", "--ref", "PO-7", "--item", "CAD-Y=2"]);
    let again = world.manage(server, &["order", "get", "PO-7"]);
    assert_eq!(again["activationCodes"][0]["code"], Value::Null, "a code is shown once");
    (text(&order["entitlements"][0]["id"]), text(&order["activationCodes"][0]["code"]))
}

fn activate_until_no_seat_is_left(world: &World, server: &Server, product: &str, code: &str) {
    let activate = |state: &str, seat: &str| {
        let seat =
            ["activate", "--product", product, "--code", code, "--seat-id", seat, "--seat-name", "A workstation"];
        world.client(state, &[&["--server", server.url.as_str()], &seat[..]].concat())
    };
    let first = activate("one", "host-1").expect_json();
    assert_eq!((&first["activation"]["seatNumber"], &first["activation"]["overdraft"]), (&json!(1), &json!(false)));
    activate("two", "host-2").expect_json();
    assert_eq!(activate("three", "host-3").expect_json()["activation"]["overdraft"], true);
    let problem = activate("four", "host-4").expect_problem();
    assert_eq!(problem["code"], "seats_exhausted");
    assert_eq!(world.client("four", &["status"]).exit, 1, "a refused activation leaves no license");
    let status = world.client("one", &["status"]).expect_json();
    assert_eq!((&status["state"], &status["mode"]), (&json!("active"), &json!("online")));
    assert_eq!(status["activation"]["id"], first["activation"]["id"]);
    let other = activate("one-elsewhere", "host-1").expect_problem();
    assert_eq!(other["code"], "seat_held_by_another_device", "SEAT-12");
    assert_eq!(activate("one", "host-1").expect_json()["activation"]["id"], first["activation"]["id"], "SEAT-2");
}

fn take_features(world: &World) {
    let taken = world.client("one", &["checkout", "export", "2"]).expect_json();
    assert_eq!((&taken["feature"]["active"], &taken["feature"]["available"]), (&json!(2), &json!(1)));
    assert_eq!(world.client("two", &["checkout", "export", "2"]).expect_problem()["code"], "feature_exhausted");
    assert_eq!(world.client("one", &["return", "export"]).expect_json()["feature"]["active"], 1);
    world.client("one", &["use", "render", "100"]).expect_json();
    assert_eq!(world.client("one", &["return", "render"]).expect_problem()["code"], "not_returnable");
    let entitlement = world.client("one", &["entitlement"]).expect_json();
    assert_eq!(entitlement["entitlement"]["customer"]["name"], "Initech");
}

fn the_vendor_looks(world: &World, server: &Server, entitlement: &str) {
    let found = world.manage(server, &["entitlement", "get", entitlement]);
    assert_eq!(
        (&found["status"], &found["seatsUsed"], &found["overdraftUsed"]),
        (&json!("active"), &json!(3), &json!(1))
    );
    let seats = world.manage(server, &["entitlement", "activations", entitlement]);
    assert_eq!(seats["items"].as_array().unwrap().len(), 3);
    let log = world.manage(server, &["entitlement", "activation-log", entitlement, "--all", "--limit", "3"]);
    let entries = log["items"].as_array().unwrap();
    for operation in ["activate", "deny", "checkout", "featureDeny", "return", "use"] {
        assert!(entries.iter().any(|entry| entry["operation"] == operation), "{operation} in {log}");
    }
    let audit = world.manage(server, &["audit", "list", "--action", "order.create"]);
    let audit = audit["items"].as_array().unwrap();
    assert!(!audit.is_empty() && audit.iter().all(|entry| entry["action"] == "order.create"), "{audit:?}");
    let renewed = world.manage(server, &["entitlement", "renew", entitlement]);
    assert!(text(&renewed["expiry"]) > text(&found["expiry"]));
}

fn give_back(world: &World, server: &Server, entitlement: &str) {
    let url = ["--server", server.url.as_str()];
    assert_eq!(world.client("one", &[&["deactivate"], &url[..]].concat()).expect_json(), json!({}));
    let status = world.client("one", &["status"]);
    assert_eq!(serde_json::from_str::<Value>(&status.stdout).unwrap()["state"], "notActivated");
    assert_eq!(status.expect_problem()["code"], "not_activated");
    assert_eq!(world.manage(server, &["entitlement", "get", entitlement])["seatsUsed"], 2);
}

#[test]
fn clk_1_years_pass_in_seconds_for_the_server_and_for_the_product() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    let clock_file = world.path("clock");
    std::fs::write(&clock_file, "+1m").unwrap();
    let clock = ["--sandbox-clock", clock_file.to_str().unwrap()];
    let activate = ["--server", &server.url, "activate", "--product", &product, "--code", &code, "--seat-id", "host-1"];
    world.manage(&server, &["clock", "move", "+1m"]);
    world.client("one", &[&clock[..], &activate].concat()).expect_json();

    std::fs::write(&clock_file, "+8d").unwrap();
    let status = world.client("one", &[&clock[..], &["status"]].concat());
    assert_eq!(serde_json::from_str::<Value>(&status.stdout).unwrap()["state"], "leaseExpired");
    assert_eq!(status.expect_problem()["code"], "lease_expired");
    world.manage(&server, &["clock", "move", "+8d"]);
    std::fs::write(&clock_file, "+9d").unwrap();
    world.client("one", &[&clock[..], &["refresh"]].concat()).expect_json();
    world.client("one", &[&clock[..], &["status"]].concat()).expect_json();

    world.manage(&server, &["clock", "move", "+2y"]);
    let problem = world.client("one", &[&clock[..], &["refresh"]].concat()).expect_problem();
    assert_eq!(problem["code"], "entitlement_expired");
}

#[test]
fn key_4_a_trust_bundle_is_exported_and_a_product_believes_it_alone() {
    let (ours, theirs) = (World::on_sqlite().initialised(), World::on_sqlite().initialised());
    let (server, other) = (ours.serve(), theirs.serve());
    let bundle = ours.path("trust.jws");
    let bundle = bundle.to_str().unwrap();
    ours.run(&["trust", "export", bundle, "--server", &server.url]).expect_done();
    let printed = ours.run(&["trust", "export", "-", "--server", &server.url]).expect_done();
    assert_eq!(printed.stdout.trim().split('.').count(), 3, "{}", printed.stdout);
    let (product, code) = ours.sell(&server);
    let request = ["activate", "--product", &product, "--code", &code, "--seat-id", "host-1"];
    let with = |server: &str| [&["--trust", bundle, "--server", server], &request[..]].concat().join("\n");
    let run = |world: &World, server: &str| world.client("one", &with(server).split('\n').collect::<Vec<_>>());
    assert_eq!(run(&ours, &server.url).expect_json()["activation"]["seatId"], "host-1");
    // The other vendor's server knows neither product nor code.
    let theirs_certificate = theirs.data().join("certificates/self-signed.pem");
    let refused = [&["--ca-file", theirs_certificate.to_str().unwrap()], &request[..]].concat();
    let refused = ours.client("two", &[&["--trust", bundle, "--server", &other.url], &refused[..]].concat());
    assert!(["activation_code_unknown", "not_found"].contains(&refused.expect_problem()["code"].as_str().unwrap()));
}

#[test]
fn key_4_who_is_activated_is_not_told_by_another_server_whom_to_trust() {
    let (ours, theirs) = (World::on_sqlite().initialised(), World::on_sqlite().initialised());
    let (server, other) = (ours.serve(), theirs.serve());
    let (product, code) = ours.sell(&server);
    let request = ["activate", "--product", &product, "--code", &code, "--seat-id", "host-1"];
    let at = |arguments: &[&str]| ours.client("one", &[arguments, &request[..]].concat());
    let remembered = || std::fs::read_to_string(ours.path("one").join("client.json")).unwrap();
    // A first attempt at the wrong place settles nothing.
    let ca = theirs.data().join("certificates/self-signed.pem");
    let elsewhere = ["--server", other.url.as_str(), "--ca-file", ca.to_str().unwrap()];
    at(&elsewhere).expect_problem();
    at(&["--server", &server.url]).expect_json();
    let before = remembered();
    at(&elsewhere).expect_problem();
    assert_eq!(remembered(), before);
    ours.client("one", &["refresh"]).expect_json();
}

/// A seat is taken and given back at one server, whatever a shell was set up for meanwhile.
#[test]
fn the_environment_names_a_server_only_to_who_has_none() {
    let [world, elsewhere] = [(); 2].map(|()| World::on_sqlite().initialised());
    let [server, other] = [&world, &elsewhere].map(|world| world.serve_with(&["--tls", "off"]));
    let (product, code) = world.sell(&server);
    world.run(&["trust", "export", "acme.trust", "--server", &server.url]).expect_done();
    let client = |named: &str, arguments: &[&str]| {
        let mut program = world.program();
        program.args(["client", "--json", "--state", "one", "--trust", "acme.trust"]).args(arguments);
        run(program.env("CHANCERY_SERVER", named))
    };
    let activate = ["activate", "--product", &product, "--code", &code, "--seat-id", "pc-1"];
    assert_eq!(client("nonsense", &activate).exit, 2);
    assert_eq!(client(&other.url, &activate).expect_problem()["code"], "activation_code_unknown");
    let first = client(&server.url, &activate).expect_json();
    let again = client(&other.url, &activate).expect_json();
    assert_eq!(again["activation"]["id"], first["activation"]["id"], "it is asked where the activation is");
    client(&other.url, &["refresh"]).expect_json();
    let told = client(&server.url, &["refresh", "--server", &other.url]);
    assert_eq!(told.expect_problem()["code"], "access_token_invalid", "the option is obeyed");
    client(&other.url, &["deactivate"]).expect_json();
    assert_eq!(client(&other.url, &activate).expect_problem()["code"], "activation_code_unknown", "the next is free");
}

#[test]
fn clk_1_a_sandbox_clock_is_refused_where_the_vendor_is_live() {
    let world = World::on_sqlite();
    world.run(&["init", "--vendor", "Acme"]).expect_done();
    let server = world.serve();
    let (product, code) = world.sell(&server);
    std::fs::write(world.path("clock"), "+40d").unwrap();
    let request = ["--sandbox-clock", "clock", "activate", "--product", &product, "--code", &code];
    let refused = world.client("one", &[&["--server", server.url.as_str()], &request[..]].concat()).expect_problem();
    assert_eq!(refused["code"], "not_a_sandbox");
    assert_eq!(world.refused(&server, &["clock", "move", "+1d"])["code"], "not_a_sandbox");
}

#[test]
fn several_vendors_live_on_one_server_apart_from_each_other() {
    let world = World::on_sqlite().initialised();
    let made = world.run(&["vendor", "create", "Hooli", "--json"]).expect_json();
    let (hooli, key) = (text(&made["vendor"]["id"]), text(&made["keyFile"]));
    let server = world.serve();
    let running = world.run(&["vendor", "create", "Third", "--json"]).expect_problem();
    assert_eq!(running["code"], "state_locked");
    world.manage(&server, &["product", "create", "cad", "--name", "Acme CAD"]);
    let theirs = world.manage(&server, &["product", "list", "--key", &key]);
    let keys: Vec<&Value> = theirs["items"].as_array().unwrap().iter().map(|product| &product["key"]).collect();
    assert_eq!(keys, ["local-server"], "what each vendor has, and nothing of another's");
    assert_eq!(world.refused(&server, &["product", "get", "cad", "--key", &key])["code"], "not_found");
    let refused = world.refused(&server, &["trust", "export", "-"]);
    assert_eq!(refused["code"], "not_found", "which vendor's?");
    assert!(refused["hint"].as_str().unwrap().contains("give --vendor"), "{refused}");
    let bundle = world.run(&["trust", "export", "-", "--vendor", &hooli, "--server", &server.url]).expect_done();
    assert_eq!(bundle.stdout.trim().split('.').count(), 3);
}
