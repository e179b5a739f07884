//! A dark site from the first file to the last: the vendor's authority on one host, a local server and three products on another, no
//! way between the two, and files that are carried. A watch looks who calls whom (LLS-8).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;
mod local_site;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::host::{Host, Traffic};
use common::{Run, World, text};
use local_site::{Site, code};
use serde_json::{Value, json};

/// What a product does from its first day to its last. Which server it asks is no part of it.
const LIFE: [&str; 11] = [
    "validate --product PRODUCT --code CODE --seat-id pc-7 --trust acme.trust --ca-file server.pem",
    "activate --product PRODUCT --code CODE --seat-id pc-7 --trust acme.trust --ca-file server.pem",
    "activate --product PRODUCT --code CODE --seat-id pc-7 --seat-name Seven",
    "checkout export 1",
    "checkout export 9",
    "state",
    "entitlement",
    "return export 1",
    "refresh",
    "status",
    "deactivate",
];

#[test]
fn lls_8_exp_7_a_dark_site_from_the_first_file_to_the_last() {
    story(Site::apart(World::on_host(), World::on_host()));
}

#[test]
fn lls_8_exp_7_a_dark_site_on_postgresql() {
    story(Site::apart(World::on_host_with_postgres(), World::on_host_with_postgres()));
}

fn story(mut site: Site) {
    no_way_leads_from_one_host_to_the_other(&site);
    site.init("local").expect_json();
    site.serve();
    license(&site);
    let pool = Pool::sold(&site);
    both_exports(&site, &pool);
    three_products(&site, &pool);
    a_product_is_the_same_against_both(&site, &pool);
    site.serve();
    let left = a_power_failure_a_report_and_fewer_seats(&mut site);
    let stays = if left == "ws-1" { "ws-2" } else { "ws-1" };
    the_license_goes_and_comes_again(&site, stays);
    everything_goes_back(&mut site, &pool);
    nobody_was_called(&site);
    assert!(site.local.take().unwrap().terminate().success());
    the_seats_are_the_vendors_again(&site, &pool);
}

/// A second entitlement of the customer, of which the vendor goes on serving a part.
struct Pool {
    entitlement: String,
    code: String,
}

impl Pool {
    fn sold(site: &Site) -> Self {
        let order = site.vendor(&["order", "create", "--customer", "CRM-1", "--ref", "PO-4", "--item", "CAD-Y"]);
        let pool = Self {
            entitlement: text(&order["entitlements"][0]["id"]),
            code: text(&order["activationCodes"][0]["code"]),
        };
        let terms = ["--seats", "4", "--offline-lease-period", "30d", "--lease-period", "7d"];
        site.vendor(&[&["entitlement", "update", &pool.entitlement], &terms[..]].concat());
        pool
    }

    /// Takes a seat of it where the vendor serves.
    fn take_there(&self, site: &Site, seat: &str) -> Run {
        there(site, &self.code, seat)
    }
}

/// A product at the vendor's own network, which asks the authority.
fn there(site: &Site, code: &str, seat: &str) -> Run {
    let mut asked = vec!["activate", "--server", &site.authority.url, "--product", &site.product];
    if site.office().path("clock").exists() {
        asked.extend(["--sandbox-clock", "clock"]);
    }
    site.office().client(seat, &[&asked[..], &["--code", code, "--seat-id", seat]].concat())
}

fn no_way_leads_from_one_host_to_the_other(site: &Site) {
    for host in [site.office().host(), site.world.host()] {
        assert_eq!(host.interfaces(), ["lo"]);
    }
    let port = site.authority.url.rsplit(':').next().unwrap();
    let call = format!("exec 3<>/dev/tcp/127.0.0.1/{port}");
    assert!(bash(site.office().host(), &call), "the authority listens on its own host");
    assert!(!bash(&Host::boot(), &call), "and on no other");
}

/// LLS-2: request, response.
fn license(site: &Site) {
    site.at_site(&["license", "request", "--code", &site.server_code, "--out", "request.chancery"]);
    site.to_vendor("request.chancery");
    site.vendor(&["offline", "activate", "request.chancery", "--out", "response.chancery"]);
    site.to_site("response.chancery");
    let status = site.at_site(&["license", "activate", "response.chancery"]);
    assert_eq!(status["status"], "OfflineActivated", "{status}");
}

/// Imports what the vendor wrote into a file.
fn import(site: &Site, file: &str) -> Value {
    site.to_site(file);
    site.at_site(&["entitlement", "import", file])
}

/// One entitlement as a whole (EXP-1), of the other a share (EXP-2).
fn both_exports(site: &Site, pool: &Pool) {
    let server = site.server_id();
    site.vendor(&["entitlement", "export", &site.entitlement, "--to", &server, "--out", "whole.chancery"]);
    assert_eq!(import(site, "whole.chancery")["entitlement"]["seats"], 5);
    pool.take_there(site, "hq-1").expect_json();
    let export = ["entitlement", "export", &pool.entitlement, "--to", &server, "--out", "share.chancery"];
    assert_eq!(code(&site.vendor_refuses(&export)), "entitlement_has_active_seats");
    let share = ["--seats", "2", "--feature", "export=2"];
    let exported = site.vendor(&[&export[..], &share].concat());
    assert_eq!((&exported["session"]["whole"], &exported["session"]["seats"]), (&json!(false), &json!(2)));
    assert_eq!(import(site, "share.chancery")["entitlement"]["seats"], 2);
    let whole = there(site, &site.code, "hq-2").expect_problem();
    assert_eq!(code(&whole), "entitlement_exported", "{whole}");
    nobody_was_called(site);
}

fn three_products(site: &Site, pool: &Pool) {
    for (state, code) in [("ws-1", &site.code), ("ws-2", &site.code), ("ws-3", &pool.code)] {
        site.product(state, &["activate", "--product", &site.product, "--code", code, "--seat-id", state])
            .expect_json();
        let taken = site.product(state, &["checkout", "export"]).expect_json();
        assert_eq!(taken["feature"]["active"], 1, "{taken}");
        site.product(state, &["refresh"]).expect_json();
        site.product(state, &["return", "export"]).expect_json();
    }
    nobody_was_called(site);
}

/// The same command lines, with another address alone.
fn a_product_is_the_same_against_both(site: &Site, pool: &Pool) {
    let certificate = "certificates/self-signed.pem";
    std::fs::copy(site.path("local").join(certificate), site.path("server.pem")).unwrap();
    std::fs::copy(site.office().data().join(certificate), site.office().path("server.pem")).unwrap();
    for line in LIFE {
        let asked = line.replace("PRODUCT", &site.product).replace("CODE", &pool.code);
        let [there, here] = [(site.office(), &site.authority.url), (&site.world, &site.url)].map(|(world, server)| {
            let place = ["client", "--json", "--state", "pc-7", "--server", server];
            world.run(&[&place[..], &asked.split(' ').collect::<Vec<_>>()].concat())
        });
        assert_eq!(said(&there), said(&here), "{line}");
    }
    nobody_was_called(site);
}

/// How a run ended, and what it said without what differs from one activation to the next (ids, keys, instants, signed tokens), and
/// without how many seats a server has to give.
fn said(run: &Run) -> (i32, Value) {
    let line = if run.exit == 0 { &run.stdout } else { &run.stderr };
    let mut said: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {run:#?}"));
    plain(&mut said);
    (run.exit, said)
}

fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !matches!(name.as_str(), "clientCode" | "keyThumbprint" | "requestId" | "seats"));
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::String(text) => {
            let is_id = text.split_once('_').is_some_and(|(kind, rest)| kind.len() < 6 && rest.len() > 20);
            let is_instant = text.ends_with('Z') && text.contains(':');
            if is_id || is_instant || text.starts_with("eyJ") {
                text.clear();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Runs a command at the site, and a power failure ends the server while it serves the command, at a moment of chance. What was begun
/// is there as a whole afterwards, or not at all: the command can be given again.
fn cut_off(site: &mut Site, arguments: &[&str]) {
    let taken = site.world.host().traffic().taken;
    let mut cut = site.world.program();
    cut.arg("local").args(arguments).args(["--data", "local", "--server", &site.url]);
    let mut cut = cut.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    eventually(|| site.world.host().traffic().taken > taken);
    site.serve();
    cut.wait().unwrap();
}

/// `kill -9` forgets nothing (the server was just started anew); the report tells the vendor of both; an edit takes seats away (EXP-6).
fn a_power_failure_a_report_and_fewer_seats(site: &mut Site) -> String {
    for state in ["ws-1", "ws-2", "ws-3"] {
        site.product(state, &["refresh"]).expect_json();
    }
    site.at_site(&["report", "--out", "report.chancery"]);
    site.to_vendor("report.chancery");
    let reported = site.vendor(&["local-server", "report", "report.chancery"]);
    let mut told: Vec<_> = reported["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| (session["acknowledgedSeq"].as_u64().unwrap(), session["usage"]["seatsUsed"].as_u64().unwrap()))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [(1, 1), (1, 2)], "{reported}");

    site.vendor(&["entitlement", "update", &site.entitlement, "--seats", "1"]);
    site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", "fewer.chancery"]);
    site.to_site("fewer.chancery");
    let import = ["entitlement", "import", "fewer.chancery"];
    let seen = site.at_site(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(seen["leavingCount"], 1, "{seen}");
    let left = text(&seen["leaving"][0]["seatId"]);
    cut_off(site, &import);
    let again = site.run_local(&import);
    match again.exit {
        0 => assert_eq!(again.expect_json()["leaving"], seen["leaving"]),
        _ => assert_eq!(code(&again.expect_problem()), "token_replayed"),
    }
    assert_eq!(site.at_site(&["entitlement", "get", &site.entitlement])["seats"], 1);
    for state in ["ws-1", "ws-2", "ws-3"] {
        let refreshed = site.product(state, &["refresh"]);
        match state == left {
            true => assert_eq!(code(&refreshed.expect_problem()), "activation_released"),
            false => drop(refreshed.expect_json()),
        }
    }
    nobody_was_called(site);
    left
}

/// LLS-1, LLS-2: without its license it serves nobody, and the products run on; with it, it is the same server, and goes on.
fn the_license_goes_and_comes_again(site: &Site, stays: &str) {
    let server = site.server_id();
    let gone = site.at_site(&["license", "deactivate", "--out", "gone.chancery"]);
    assert_eq!(gone["hosted"], 2, "{gone}");
    let refused = site.product(stays, &["refresh"]).expect_problem();
    assert_eq!((code(&refused), &refused["status"]), ("local_server_not_active", &json!(405)));
    assert_eq!(site.product(stays, &["status"]).expect_json()["state"], "active");
    site.to_vendor("gone.chancery");
    site.vendor(&["offline", "deactivate", "gone.chancery"]);
    let known = || site.vendor(&["local-server", "get", &server]);
    assert_eq!(known()["active"], false);
    license(site);
    assert_eq!(site.server_id(), server);
    assert_eq!(known()["active"], true);
    assert_eq!(site.vendor(&["local-server", "list"])["items"].as_array().unwrap().len(), 1);
    for state in [stays, "ws-3"] {
        site.product(state, &["refresh"]).expect_json();
    }
    site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", "next.chancery"]);
    assert_eq!(import(site, "next.chancery")["leavingCount"], 0, "its sessions go on");
}

/// EXP-7.
fn everything_goes_back(site: &mut Site, pool: &Pool) {
    site.product("ws-3", &["deactivate"]).expect_json();
    let whole = site.entitlement.clone();
    for (entitlement, file) in [(&whole, "whole-back.chancery"), (&pool.entitlement, "share-back.chancery")] {
        let delete = ["entitlement", "delete", entitlement, "--out", file];
        cut_off(site, &delete);
        site.at_site(&delete);
        site.to_vendor(file);
        let ended = site.vendor(&["entitlement", "import", entitlement, file]);
        assert_eq!(ended["session"]["ending"], "returned", "{ended}");
    }
    assert_eq!(site.at_site(&["entitlement", "list"])["items"], json!([]));
}

/// At once what nobody uses any more; when its lease has ended what still runs at the site.
fn the_seats_are_the_vendors_again(site: &Site, pool: &Pool) {
    for seat in ["hq-2", "hq-3", "hq-4"] {
        pool.take_there(site, seat).expect_json();
    }
    assert_eq!(code(&pool.take_there(site, "hq-5").expect_problem()), "seats_exhausted");
    let early = there(site, &site.code, "hq-6").expect_problem();
    assert_eq!(code(&early), "entitlement_exported", "a lease still runs there: {early}");
    site.vendor(&["clock", "move", "+8d"]);
    std::fs::write(site.office().path("clock"), "+8d").unwrap();
    there(site, &site.code, "hq-6").expect_json();
}

/// LLS-8: of all connections that were ever begun on the site's host each was taken by the server there, nothing was sent to anybody
/// else, and the server has no socket by which it calls.
#[track_caller]
fn nobody_was_called(site: &Site) {
    let host = site.world.host();
    let traffic = host.traffic();
    assert_eq!(traffic, Traffic { begun: traffic.taken, taken: traffic.taken, ..Traffic::default() });
    assert!(traffic.taken > 0, "{traffic:?}");
    let server = site.local.as_ref().unwrap().id();
    assert_eq!(host.calls(server), Vec::<String>::new());
    assert!(!host.sockets(server).is_empty(), "it listens");
}

/// A shell on a host; whether what it was told was done.
fn bash(host: &Host, script: &str) -> bool {
    host.program("bash").args(["-c", script]).stderr(Stdio::null()).status().unwrap().success()
}

/// A shell that holds a call open.
struct Caller(Child);

impl Caller {
    fn to(host: &Host, whom: &str) -> Self {
        let script = format!("exec 3<>/dev/{whom}; exec cat");
        Self(host.program("bash").args(["-c", &script]).stdin(Stdio::piped()).spawn().unwrap())
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn eventually(what: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !what() {
        assert!(Instant::now() < deadline, "it never was so");
        std::thread::yield_now();
    }
}

/// What the watch is worth.
#[test]
fn lls_8_the_watch_sees_whoever_calls() {
    let world = World::on_host().initialised();
    let server = world.serve();
    let (host, port) = (world.host(), server.url.rsplit(':').next().unwrap());
    assert_eq!(host.traffic(), Traffic::default(), "to start takes no call");
    assert_eq!((host.sockets(server.id()).len(), host.calls(server.id()).len()), (1, 0), "it listens");

    let caller = Caller::to(host, &format!("tcp/127.0.0.1/{port}"));
    eventually(|| host.sockets(server.id()).len() == 2);
    assert_eq!(host.calls(server.id()), Vec::<String>::new(), "who was called calls nobody");
    assert_eq!(host.calls(caller.0.id()).len(), 1);
    assert_eq!(host.traffic(), Traffic { begun: 1, taken: 1, ..Traffic::default() });

    // Calls that are over before anybody looks are counted all the same.
    assert!(!bash(host, "exec 3<>/dev/tcp/127.0.0.1/9"), "nobody listens there");
    assert_eq!(host.traffic(), Traffic { begun: 2, taken: 1, ..Traffic::default() });
    assert!(bash(host, "echo hello > /dev/udp/127.0.0.1/53"));
    assert_eq!(host.traffic(), Traffic { begun: 2, taken: 1, datagrams: 1, astray: 0 });
    for (number, whom) in ["tcp/192.0.2.1/443", "udp/192.0.2.1/53", "tcp/2001:db8::1/443"].into_iter().enumerate() {
        assert!(!bash(host, &format!("exec 3<>/dev/{whom}")), "no way leads there");
        assert!(host.traffic().astray > number as u64, "{whom}: {:?}", host.traffic());
    }
    let asks = Caller::to(host, "udp/127.0.0.1/53");
    eventually(|| host.calls(asks.0.id()).len() == 1);
}
