//! A licensed life without a network: the built program and files that are carried between a device and its vendor. The device
//! is given a server's address at which nobody answers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::path::PathBuf;

use common::{Run, Server, World, text};
use serde_json::{Value, json};

/// Nothing listens there, on any machine.
const NOWHERE: &str = "https://127.0.0.1:1";

/// A vendor with a product that is sold, one seat of it, for 30 days at a time.
struct Life {
    world: World,
    server: Server,
    product: String,
    code: String,
    entitlement: String,
}

impl Life {
    fn begin(world: World) -> Self {
        let world = world.initialised();
        let server = world.serve();
        let (product, code) = world.sell(&server);
        let entitlements = world.manage(&server, &["entitlement", "list"]);
        let entitlement = text(&entitlements["items"][0]["id"]);
        let terms = ["entitlement", "update", &entitlement, "--seats", "1", "--offline-lease-period", "30d"];
        world.manage(&server, &terms);
        world.run(&["trust", "export", "acme.trust", "--server", &server.url]).expect_done();
        Self { world, server, product, code, entitlement }
    }

    /// A command of the vendor's side.
    fn vendor(&self, arguments: &[&str]) -> Value {
        self.world.manage(&self.server, arguments)
    }

    /// A command on a device, whose clock is the vendor's.
    fn device(&self, state: &str, arguments: &[&str]) -> Run {
        let mut more = vec!["--server", NOWHERE, "--trust", "acme.trust"];
        if self.path("clock").exists() {
            more.extend(["--sandbox-clock", "clock"]);
        }
        self.world.client(state, &[&more[..], arguments].concat())
    }

    fn request(&self, state: &str, more: &[&str]) -> Run {
        let asked = ["offline", "request", "--product", &self.product, "--code", &self.code, "--seat-id", state];
        self.device(state, &[&asked[..], more].concat())
    }

    fn apply(&self, state: &str, token: &str) -> Value {
        self.device(state, &["offline", "apply", token]).expect_json()
    }

    /// What a device says of itself, and whether its product may run.
    #[track_caller]
    fn status(&self, state: &str, expected: &str, may_run: bool) -> Value {
        let run = self.device(state, &["status"]);
        let status: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((status["state"].as_str(), run.exit), (Some(expected), i32::from(!may_run)), "{run:?}");
        status
    }

    /// Days go by, for the vendor and for the devices.
    fn days_go_by(&self, days: u32, in_all: u32) {
        self.vendor(&["clock", "move", &format!("+{days}d")]);
        std::fs::write(self.path("clock"), format!("+{in_all}d")).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }
}

#[test]
fn off_3_off_5_off_7_off_9_a_whole_life_by_files_on_both_engines() {
    for world in World::each() {
        let life = Life::begin(world);
        let activation = activate(&life);
        refresh_twice(&life, &activation);
        expire_and_refresh(&life, &activation);
        deactivate(&life);
        activate_elsewhere(&life);
        the_vendor_looks(&life);
    }
}

/// Request, response: a file there, a picture back.
fn activate(life: &Life) -> String {
    life.status("ws-042", "notActivated", false);
    let lost = life.request("ws-042", &["--out", "lost.txt"]).expect_json();
    assert_eq!(life.read("lost.txt").trim(), text(&lost["token"]), "a text is the token's line");
    let made = life.request("ws-042", &["--out", "request.chancery"]).expect_json();
    assert_eq!(made["file"], "request.chancery");
    assert_ne!(made["token"], lost["token"]);
    let file = life.read("request.chancery");
    assert_eq!(file.lines().next(), Some("Chancery offline request of seat ws-042 for Acme"));
    assert!(file.lines().skip(1).all(|line| line.len() <= 76));
    let status = life.status("ws-042", "pending", false);
    assert_eq!(
        (&status["mode"], &status["requests"], &status["activation"]),
        (&json!("offline"), &json!(2), &json!(null))
    );

    let answer = life.vendor(&["offline", "activate", "request.chancery", "--out", "response.png"]);
    assert_eq!((&answer["activation"]["mode"], &answer["activation"]["seatId"]), (&json!("offline"), &json!("ws-042")));
    let again = life.vendor(&["offline", "activate", "request.chancery", "--out", "response.svg"]);
    assert_eq!(again["activation"]["id"], answer["activation"]["id"], "the same request holds one seat");
    // Somebody else's copy of the program cannot use it.
    life.request("thief", &[]).expect_json();
    let stolen = life.device("thief", &["offline", "apply", "response.png"]).expect_problem();
    assert_eq!(stolen["code"], "token_wrong_recipient");
    assert_eq!(life.device("thief", &["offline", "forget"]).expect_json()["forgotten"], 1);
    life.status("thief", "notActivated", false);

    let applied = life.apply("ws-042", "response.png");
    assert_eq!(applied["state"], "active");
    let status = life.status("ws-042", "active", true);
    assert_eq!((&status["mode"], &status["requests"]), (&json!("offline"), &json!(0)));
    assert_eq!(status["leaseExpiry"], answer["activation"]["leaseExpiry"]);
    assert_eq!(status["activation"]["id"], answer["activation"]["id"]);
    assert_eq!(life.request("ws-042", &[]).expect_problem()["code"], "already_activated");
    let twice = life.device("ws-042", &["offline", "apply", "response.svg"]).expect_problem();
    assert_eq!(twice["code"], "token_superseded");
    text(&answer["activation"]["id"])
}

fn refresh_twice(life: &Life, activation: &str) {
    let before = life.status("ws-042", "active", true)["leaseExpiry"].clone();
    life.days_go_by(10, 10);
    life.vendor(&["offline", "refresh", activation, "--out", "first.chancery"]);
    let first = life.apply("ws-042", "first.chancery")["leaseExpiry"].clone();
    assert!(text(&first) > text(&before), "{first} {before}");
    life.days_go_by(10, 20);
    let second = life.vendor(&["offline", "refresh", activation]);
    // By copying and pasting.
    let second = life.apply("ws-042", second["token"].as_str().unwrap());
    assert!(text(&second["leaseExpiry"]) > text(&first));
    let older = life.device("ws-042", &["offline", "apply", "first.chancery"]).expect_problem();
    assert_eq!(older["code"], "token_superseded");
    assert_eq!(life.device("ws-042", &["refresh"]).expect_problem()["code"], "wrong_mode");
    let feature = life.device("ws-042", &["checkout", "export"]).expect_problem();
    assert_eq!(feature["code"], "feature_needs_connection");
}

fn expire_and_refresh(life: &Life, activation: &str) {
    life.days_go_by(40, 60);
    let status = life.status("ws-042", "leaseExpired", false);
    assert_eq!((&status["mode"], &status["activation"]["id"]), (&json!("offline"), &json!(activation)));
    life.vendor(&["offline", "refresh", activation, "--out", "late.svg"]);
    assert_eq!(life.apply("ws-042", "late.svg")["state"], "active");
    life.status("ws-042", "active", true);
}

/// Here at once; there when the token comes, however often.
fn deactivate(life: &Life) {
    assert_eq!(life.device("ws-042", &["offline", "deactivate", "--show"]).expect_problem()["code"], "not_activated");
    let made = life.device("ws-042", &["offline", "deactivate", "--out", "deactivation.chancery"]).expect_json();
    life.status("ws-042", "notActivated", false);
    assert!(life.read("deactivation.chancery").starts_with("Chancery offline deactivation of seat ws-042 for Acme\n"));
    let shown = life.device("ws-042", &["offline", "deactivate", "--show", "--out", "shown.png"]).expect_json();
    assert_eq!(shown["token"], made["token"]);
    for old in ["response.png", "first.chancery", "late.svg"] {
        let refused = life.device("ws-042", &["offline", "apply", old]).expect_problem();
        assert!(text(&refused["code"]).starts_with("token_"), "{old}: {refused}");
    }
    // The seat is not free before the vendor knows.
    life.request("ws-043", &["--out", "elsewhere.txt"]).expect_json();
    let taken = life.world.refused(&life.server, &["offline", "activate", "elsewhere.txt"]);
    assert_eq!(taken["code"], "seats_exhausted");
    let done = life.vendor(&["offline", "deactivate", "shown.png"]);
    assert_eq!(done["alreadyDone"], false);
    let again = life.vendor(&["offline", "deactivate", "deactivation.chancery"]);
    assert_eq!((&again["alreadyDone"], &again["activation"]["id"]), (&json!(true), &done["activation"]["id"]));
    let gone = life.world.refused(&life.server, &["offline", "activate", "request.chancery"]);
    assert!(gone["code"] == "activation_deactivated" || gone["code"] == "token_expired", "{gone}");
}

fn activate_elsewhere(life: &Life) {
    life.vendor(&["offline", "activate", "elsewhere.txt", "--out", "elsewhere.chancery"]);
    // As a mail program delivers it.
    let quoted: String = life.read("elsewhere.chancery").lines().map(|line| format!("> {line}\r\n")).collect();
    std::fs::write(life.path("mail.txt"), format!("\u{feff}Hello,\r\n\r\n{quoted}\r\n")).unwrap();
    assert_eq!(life.apply("ws-043", "mail.txt")["state"], "active");
    life.status("ws-043", "active", true);
    life.status("ws-042", "notActivated", false);
}

fn the_vendor_looks(life: &Life) {
    let log = life.vendor(&["entitlement", "activation-log", &life.entitlement, "--limit", "100"]);
    let operations: Vec<&str> =
        log["items"].as_array().unwrap().iter().filter_map(|e| e["operation"].as_str()).collect();
    for expected in ["activate", "refresh", "deactivate", "deny"] {
        assert!(operations.contains(&expected), "{operations:?}");
    }
    let seats = life.vendor(&["entitlement", "get", &life.entitlement]);
    assert_eq!(seats["seatsUsed"], 1);
}

#[test]
fn tok_6_a_token_goes_through_every_kind_of_file_and_the_terminal() {
    let life = Life::begin(World::on_sqlite());
    let made = life.request("ws-042", &["--out", "request.png"]).expect_json();
    let printed = life
        .world
        .run(&[
            "client",
            "--state",
            "ws-042",
            "--trust",
            "acme.trust",
            "offline",
            "request",
            "--product",
            &life.product,
            "--code",
            &life.code,
            "--seat-id",
            "ws-042",
        ])
        .expect_done();
    assert_eq!(printed.stdout.lines().count(), 1, "a line, for pipes: {printed:?}");
    assert!(printed.stderr.contains("Carry it to the vendor"), "{printed:?}");
    let codes = life
        .world
        .run(&[
            "client",
            "--state",
            "ws-042",
            "--trust",
            "acme.trust",
            "offline",
            "request",
            "--product",
            &life.product,
            "--code",
            &life.code,
            "--seat-id",
            "ws-042",
            "--qr",
            "--out",
            "request.SVG",
        ])
        .expect_done();
    assert!(codes.stdout.lines().all(|line| line.chars().count() <= 80), "{}", codes.stdout);
    assert!(codes.stdout.contains('▀') && codes.stdout.contains("\n2/"), "{}", codes.stdout);
    assert!(life.read("request.SVG").contains("<title>Chancery offline request of seat ws-042 for Acme</title>"));
    // All three reach the vendor, and are one seat's.
    std::fs::write(life.path("printed.txt"), &printed.stdout).unwrap();
    std::fs::write(life.path("request.json"), made.to_string()).unwrap();
    let answers = ["request.png", "request.SVG", "printed.txt", "request.json"]
        .map(|file| life.vendor(&["offline", "activate", file, "--out", "response.svg"])["activation"]["id"].clone());
    assert!(answers.iter().all(|id| *id == answers[0]), "{answers:?}");
    // From standard input, as a picture too.
    let mut apply = life.world.program();
    let picture = std::fs::File::open(life.path("response.svg")).unwrap();
    apply.args(["client", "--state", "ws-042", "offline", "apply", "-"]).stdin(picture);
    let applied = common::run(&mut apply).expect_done();
    assert!(applied.stdout.contains("state: active"), "{applied:?}");
}

#[test]
fn off_6_a_contact_does_it_by_the_portals_api_for_its_own_orders() {
    let life = Life::begin(World::on_sqlite());
    let bob = ["contact", "create", "--customer", "CRM-1", "--name", "Bob", "--email", "bob@initech.example"];
    let bob = text(&life.vendor(&bob)["id"]);
    life.vendor(&["order", "update", "PO-1", "--contact", &bob]);
    let key = text(&life.vendor(&["api-key", "create", "--name", "Bob", "--contact", &bob])["key"]);
    std::fs::write(life.path("bob.key"), key).unwrap();
    let portal = |arguments: &[&str]| life.vendor(&[arguments, &["--portal", "--key", "bob.key"]].concat());
    life.request("ws-042", &["--out", "request.chancery"]).expect_json();
    let activated = portal(&["offline", "activate", "request.chancery", "--out", "response.chancery"]);
    life.apply("ws-042", "response.chancery");
    let refreshed = portal(&["offline", "refresh", activated["activation"]["id"].as_str().unwrap()]);
    life.apply("ws-042", refreshed["token"].as_str().unwrap());
    life.device("ws-042", &["offline", "deactivate", "--out", "deactivation.chancery"]).expect_json();
    assert_eq!(portal(&["offline", "deactivate", "deactivation.chancery"])["alreadyDone"], false);
    // Not on the vendor's API.
    let refused = life.world.refused(&life.server, &["offline", "activate", "request.chancery", "--key", "bob.key"]);
    assert_eq!(refused["code"], "not_permitted");
}

#[test]
fn tok_3_tok_6_bad_inputs_are_refused_and_change_nothing() {
    let life = Life::begin(World::on_sqlite());
    let request = text(&life.request("ws-042", &["--out", "request.chancery"]).expect_json()["token"]);
    life.vendor(&["offline", "activate", "request.chancery", "--out", "response.chancery"]);
    let response = life.read("response.chancery");
    let body: String = response.lines().skip(1).collect();
    let middle = body.len() / 2;
    let flipped = if body.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let flipped = format!("{}{flipped}{}", &body[..middle], &body[middle + 1..]);
    let codes = life.device("ws-042", &["status"]).stdout;
    let files: [(&str, Vec<u8>, &str); 13] = [
        ("empty.txt", Vec::new(), "token_malformed"),
        ("label.chancery", b"Chancery offline response for seat ws-042\n".to_vec(), "token_malformed"),
        ("status.json", codes.into_bytes(), "token_malformed"),
        ("truncated.txt", body.as_bytes()[..middle].to_vec(), "token_"),
        ("twice.chancery", [response.as_bytes(), response.as_bytes()].concat(), "token_malformed"),
        ("flipped.txt", flipped.into_bytes(), "token_"),
        ("long.txt", format!("{body}{}", "A".repeat(70_000)).into_bytes(), "token_malformed"),
        ("longer.txt", vec![b'e'; 300_000], "token_malformed"),
        ("request.txt", request.clone().into_bytes(), "token_wrong_recipient"),
        ("photo.jpg", vec![0xff, 0xd8, 0xff, 0xe0, 0, 16], "file"),
        ("broken.png", b"\x89PNG\r\n\x1a\n and nothing of it".to_vec(), "file"),
        ("drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>".to_vec(), "file"),
        ("binary.dat", vec![0x80, 0x00, 0xfe, 0xed], "file"),
    ];
    for (name, bytes, code) in &files {
        std::fs::write(life.path(name), bytes).unwrap();
        let problem = life.device("ws-042", &["offline", "apply", name]).expect_problem();
        assert!(text(&problem["code"]).starts_with(code), "{name}: {problem}");
        let said = problem.to_string();
        assert!(!said.contains(&body[middle - 20..middle]) && !said.contains(&request[40..80]), "{name}: {said}");
        life.status("ws-042", "pending", false);
    }
    for (arguments, code) in
        [(&["nowhere.chancery"][..], "file"), (&["."], "file"), (&["chancery:1/2:AAAAAAAA:eyJ"], "token_malformed")]
    {
        let problem = life.device("ws-042", &[&["offline", "apply"], arguments].concat()).expect_problem();
        assert_eq!(problem["code"], code, "{problem}");
    }
    // The vendor takes no response for a request, and no foreign one.
    let wrong = life.world.refused(&life.server, &["offline", "activate", "response.chancery"]);
    assert_eq!(wrong["code"], "token_wrong_recipient");
    let wrong = life.world.refused(&life.server, &["offline", "deactivate", "request.chancery"]);
    assert_eq!(wrong["code"], "token_wrong_type");
    for usage in [
        &["offline", "request", "--product", &life.product, "--code", "x", "--out", "request.jpg"][..],
        &["offline", "apply"],
        &["offline", "apply", "-", "-"],
    ] {
        assert_eq!(life.device("ws-042", usage).exit, 2, "{usage:?}");
    }
    // After all that, the right one.
    assert_eq!(life.apply("ws-042", "response.chancery")["state"], "active");
}

#[test]
fn off_11_a_clock_that_was_set_back_stops_the_product_until_it_is_right() {
    let life = Life::begin(World::on_sqlite());
    life.days_go_by(20, 20);
    life.request("ws-042", &["--out", "request.chancery"]).expect_json();
    life.vendor(&["offline", "activate", "request.chancery", "--out", "response.chancery"]);
    life.apply("ws-042", "response.chancery");
    std::fs::write(life.path("clock"), "+1d").unwrap();
    life.status("ws-042", "clockRolledBack", false);
    assert_eq!(life.device("ws-042", &["status"]).exit, 1);
    std::fs::write(life.path("clock"), "+20d").unwrap();
    life.status("ws-042", "active", true);
}

#[test]
fn off_12_a_damaged_state_is_said_and_left_as_it_is() {
    let life = Life::begin(World::on_sqlite());
    life.request("ws-042", &["--out", "request.chancery"]).expect_json();
    life.vendor(&["offline", "activate", "request.chancery", "--out", "response.chancery"]);
    life.apply("ws-042", "response.chancery");
    for name in ["state.json", "keys.json"] {
        let file = life.path("ws-042").join(name);
        let good = std::fs::read(&file).unwrap();
        let newer = String::from_utf8(good.clone()).unwrap().replacen("1", "9", 1).into_bytes();
        for bad in [good[..good.len() / 2].to_vec(), b"{}".to_vec(), Vec::new(), newer] {
            std::fs::write(&file, &bad).unwrap();
            let refused = life.device("ws-042", &["offline", "deactivate"]).expect_problem();
            assert!(text(&refused["code"]).starts_with("state_"), "{name}: {refused}");
            assert_eq!(std::fs::read(&file).unwrap(), bad, "{name}");
        }
        std::fs::write(&file, &good).unwrap();
        life.status("ws-042", "active", true);
    }
}
