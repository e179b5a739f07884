//! What goes wrong, how the program says so, and that nothing is lost: exit codes, hints, locks, crashes.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use common::{World, mode, run, text};
use serde_json::Value;

#[test]
fn net_3_a_folder_that_was_not_initialised_is_refused_with_the_hint() {
    let world = World::on_sqlite();
    let refused = world.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.exit, 1);
    assert!(refused.stderr.contains("chancery init"), "{}", refused.stderr);
    assert!(refused.stdout.is_empty(), "{}", refused.stdout);
    assert!(!world.data().join("chancery.db").exists(), "nothing was made");
    assert_eq!(world.run(&["serve", "--json"]).expect_problem()["code"], "not_initialised");
}

#[test]
fn net_3_init_if_missing_makes_the_folder_once() {
    let world = World::on_sqlite();
    let server = world.serve_with(&["--init-if-missing", "--vendor", "Container Corp"]);
    let vendor = server.ready["vendors"][0].clone();
    assert_eq!(vendor["name"], "Container Corp");
    assert!(server.terminate().success());
    assert_eq!(world.serve_with(&["--init-if-missing"]).ready["vendors"][0], vendor);
    assert_eq!(world.run(&["init", "--json"]).expect_problem()["code"], "already_initialised");
}

#[test]
fn man_1_the_first_key_is_in_a_private_file_and_in_no_output() {
    let world = World::on_sqlite();
    let made = world.run(&["init", "--vendor", "Acme"]).expect_done();
    let file = world.data().join("admin.key");
    assert_eq!((mode(&file), mode(&world.data())), (0o600, 0o700));
    let key = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    let server = world.serve();
    world.manage(&server, &["product", "list"]);
    for said in [made.stdout, made.stderr, world.log()] {
        assert!(!said.contains(&key));
    }
}

#[test]
fn a_second_server_on_one_sqlite_folder_is_refused_with_the_hint() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let second = world.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.exit, 1);
    assert!(second.stderr.contains("stop the other server"), "{}", second.stderr);
    world.manage(&server, &["product", "list"]);
}

#[test]
fn data_of_a_newer_version_is_refused_and_left_alone() {
    let world = World::on_sqlite().initialised();
    let file = world.data().join("chancery.db");
    make_newer(&file);
    let before = std::fs::read(&file).unwrap();
    let problem = world.run(&["serve", "--json", "--listen", "127.0.0.1:0"]).expect_problem();
    assert_eq!(problem["code"], "state_newer_than_program");
    assert!(text(&problem["hint"]).contains("newer version"));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

/// Raises the version that stands in the database.
fn make_newer(file: &std::path::Path) {
    let database = rusqlite::Connection::open(file).unwrap();
    let newer =
        "INSERT INTO schema_migrations (version, name, fingerprint, applied) VALUES (99, 'from the future', '', 0)";
    assert_eq!(database.execute(newer, []).unwrap(), 1);
    // Out of the write-ahead log, so that the file alone tells whether anything changed.
    database.pragma_update(None, "journal_mode", "DELETE").unwrap();
    database.pragma_update(None, "journal_mode", "WAL").unwrap();
}

#[test]
fn exit_codes_tell_done_from_refused_from_wrong_usage() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let at = |arguments: &[&str]| world.run(&[arguments, &["--server", &server.url]].concat());
    assert_eq!(at(&["product", "list"]).exit, 0);
    assert_eq!(at(&["product", "get", "none-such"]).exit, 1);
    for wrong in [
        &["product", "make"][..],
        &["product", "create", "--name", "A"],
        &["product", "create", "a", "--name", "A", "--lease-period", "soon"],
        &["product", "list", "--limit", "101"],
        &["plan", "get", "prod_00000000000000000000000000"],
        &["product", "get", ".."],
        &["client", "status"],
        &["serve", "--listen", "nowhere"],
    ] {
        let run = at(wrong);
        let run = if wrong[0] == "serve" { world.run(wrong) } else { run };
        assert_eq!(run.exit, 2, "{wrong:?}: {run:#?}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run:#?}");
    }
    let unknown = at(&["product", "get", "none-such", "--json"]).expect_problem();
    assert_eq!((&unknown["code"], &unknown["status"]), (&Value::from("not_found"), &Value::from(404)));
}

#[test]
fn wrong_values_are_told_one_by_one() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let feature = ["feature", "create", "a", "--type", "bool", "--value", "3", "--overdraft", "2"];
    let said = world.run(&[&feature[..], &["--server", &server.url]].concat());
    assert_eq!(said.exit, 1);
    for part in ["validation_failed", "value", "overdraft"] {
        assert!(said.stderr.contains(part), "{}", said.stderr);
    }
    let problem = world.refused(&server, &feature);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
}

#[test]
fn a_server_that_is_not_there_or_not_trusted_is_told_with_a_hint() {
    let world = World::on_sqlite().initialised();
    let port = chancery_testkit::free_port();
    let nobody = world.run(&["product", "list", "--json", "--server", &format!("https://127.0.0.1:{port}")]);
    assert_eq!(nobody.expect_problem()["code"], "server_unreachable");
    let server = world.serve();
    let stranger = World::on_sqlite();
    let key = world.data().join("admin.key");
    let refused = stranger.run(&["product", "list", "--server", &server.url, "--key", key.to_str().unwrap()]);
    assert_eq!(refused.exit, 1);
    assert!(refused.stderr.contains("certificate") && refused.stderr.contains("--ca-file"), "{}", refused.stderr);
    let no_key = stranger.run(&["product", "list", "--json", "--server", &server.url]);
    assert_eq!(no_key.expect_problem()["code"], "credential_missing");
}

#[test]
fn cert_3_plain_http_is_for_loopback_unless_forced() {
    let world = World::on_sqlite().initialised();
    let refused = world.run(&["serve", "--json", "--tls", "off", "--listen", "0.0.0.0:0"]).expect_problem();
    assert_eq!(refused["code"], "configuration_invalid");
    let server = world.serve_with(&["--tls", "off"]);
    assert!(server.url.starts_with("http://127.0.0.1:"), "{}", server.url);
    assert_eq!(server.ready["fingerprint"], Value::Null);
    world.manage(&server, &["clock", "get"]);
}

#[test]
fn cert_1_the_self_signed_certificate_is_kept_and_its_fingerprint_is_told() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let fingerprint = text(&server.ready["fingerprint"]);
    assert_eq!(fingerprint.len(), 32 * 3 - 1, "{fingerprint}");
    assert!(server.terminate().success());
    assert_eq!(world.serve().ready["fingerprint"], *fingerprint);
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    for world in World::each() {
        let world = world.initialised();
        let server = world.serve();
        let (product, code) = world.sell(&server);
        let request = ["activate", "--product", &product, "--code", &code, "--seat-id", "host-1"];
        let taken = world.client("one", &[&["--server", &server.url], &request[..]].concat()).expect_json();
        server.kill();
        assert_eq!(world.client("one", &["status"]).expect_json()["state"], "active", "no server is needed for it");
        let server = world.serve();
        let state = world.client("one", &["state", "--server", &server.url]).expect_json();
        assert_eq!(state["activation"]["id"], taken["activation"]["id"]);
        world.client("one", &["refresh", "--server", &server.url]).expect_json();
        assert!(server.terminate().success());
    }
}

#[test]
fn a_command_can_be_repeated_without_doing_it_twice() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    world.sell(&server);
    let order = ["order", "create", "--customer", "CRM-1", "--item", "CAD-Y", "--idempotency-key", "7f3a"];
    let first = world.manage(&server, &order);
    assert_eq!(world.manage(&server, &order), first, "with the code, which is shown again (SAFE-1)");
    assert_eq!(world.manage(&server, &["order", "list"])["items"].as_array().unwrap().len(), 2);
}

#[test]
fn api_4_a_change_is_made_only_of_the_version_that_was_shown() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    world.sell(&server);
    let get = ["customer", "get", "CRM-1"];
    let (plain, shown) =
        (world.manage(&server, &get), world.manage(&server, &[&get[..], &["--show-version"]].concat()));
    let version = shown["version"].as_str().unwrap().to_owned();
    assert!(plain.get("version").is_none() && !version.is_empty() && !version.contains('"'), "{shown}");
    assert_eq!(world.manage(&server, &renaming("First", &version))["name"], "First");
    let conflict = world.refused(&server, &renaming("Second", &version));
    assert_eq!(conflict["code"], "version_conflict");
    let said = format!("{}; {}", conflict["detail"], conflict["hint"]);
    assert!(said.contains("--if-match") && !said.contains("ETag"), "in the command line's words: {said}");
    assert_eq!(world.manage(&server, &get)["name"], "First");
    assert_eq!(world.manage(&server, &renaming("Third", "*"))["name"], "Third");
}

fn renaming<'a>(name: &'a str, version: &'a str) -> [&'a str; 7] {
    ["customer", "update", "CRM-1", "--name", name, "--if-match", version]
}

#[test]
fn a_second_signal_ends_at_once_what_the_first_one_lets_finish() {
    let world = World::on_sqlite().initialised();
    let mut program = world.program();
    program.args(["serve", "--tls", "off", "--listen", "127.0.0.1:0"]).env("CHANCERY_LOG", "off");
    let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = said.next().unwrap();
    let address = first.split_once("http://").unwrap().1.split(' ').next().unwrap().to_owned();
    let unfinished = "POST /api/v1/activate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                      content-length: 100\r\nexpect: 100-continue\r\n\r\n";
    let mut request = TcpStream::connect(address).unwrap();
    request.write_all(unfinished.as_bytes()).unwrap();
    // It answers this once the handler waits for the body: from then on the request has begun.
    let mut begun = [0; 12];
    request.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(said.any(|line| line.starts_with("Stopping")));
    assert!(child.try_wait().unwrap().is_none(), "it waits for the request");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn output_into_a_closed_pipe_is_no_crash() {
    let world = World::on_sqlite();
    let mut shell = Command::new("sh");
    let run = run(shell.args(["-c", "\"$0\" --help | head -1"]).arg(common::PROGRAM).current_dir(world.path("")));
    assert!(!run.stderr.contains("panic"), "{}", run.stderr);
}
