//! `chancery demo` as people meet it: the built binary tells its story, continues it, and survives being killed in it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The demo in a folder, on a free port.
fn serving(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CHANCERY_")) {
        command.env_remove(name);
    }
    command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command
}

/// The same, ending by itself.
fn demo(data: &Path) -> Command {
    let mut command = serving(data);
    command.arg("--once");
    command
}

/// What a run says, which must end well and without noise.
fn told(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""), "{stdout}");
    stdout
}

/// The text with its lines joined, in which sentences can be found.
fn sentences(text: &str) -> String {
    text.replace("     > ", "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_tells(text: &str, expected: &[&str]) {
    let text = sentences(text);
    let mut rest = text.as_str();
    for sentence in expected {
        let Some(at) = rest.find(sentence) else { panic!("{sentence:?} is not there, or not in its place, in {text}") };
        rest = &rest[at + sentence.len()..];
    }
}

/// What every run tells, in this order.
const STORY: [&str; 39] = [
    "Its server answers at https://127.0.0.1:",
    "2 products",
    "Anna's workstation activates and gets seat",
    "It activates with the same seat id, and gets its own seat",
    "1 seat in use",
    "It tries to activate all the same: refused (seat_held_by_another_device).",
    "Anna calls Acme, who frees the seat",
    "Anna's workstation activates and gets seat 1.",
    "It is an overdraft seat",
    "Fay's workstation tries to activate: refused (seats_exhausted).",
    "buy more seats.",
    "Boris's workstation goes home and gives its seat back.",
    "Fay's workstation activates and gets seat",
    "5 exports may run at once",
    "asks for 1 more: refused (feature_exhausted).",
    "Anna's workstation renders for 45 minutes: 615 left.",
    "Hank's laptop at Globex activates.",
    "Its seat is its own until it gives it back",
    "A second render server tries to activate: refused (seats_exhausted).",
    "asking nobody: it may run until",
    "Its daily refresh fails (server_unreachable)",
    "so it must stop. The network is back. One refresh, and all is well: it may run until",
    "The laboratory's computer never sees a network.",
    "(1-request.chancery)",
    "The codes are read where they are needed: it may run until",
    "Nobody thinks of it until",
    "nobody has to ask the computer for anything: it may run until",
    "Its computer gives the license up: it is not activated. (4-deactivation.chancery)",
    "Brought twice, it is said to be done already",
    "A local server runs there,",
    "Acme exports 2 seats, and lets that one server lease them until",
    "the entitlement is exported now: nobody gets a seat twice. (7-export.chancery)",
    "It gets a seat from the local server, whose lease it believes by Acme's key alone: it may run until",
    "tells Acme: 1 seat in use. (8-report.chancery)",
    "Acme has 2 seats again, and the entitlement is active. (9-return.chancery)",
    "everything works: the status is grace",
    "refused (entitlement_expired).",
    "The render server was bought for good, and is not affected: it may run until",
    "refreshes, and is well again, without a new code: it may run until",
];

#[test]
fn the_demo_tells_its_story_and_continues_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let first = told(demo(&data));
    assert_tells(&first, &STORY);
    assert_tells(&first, &["12. Your turn", "run the demo without --once", "demo --data"]);
    let printed = first.lines().filter(|line| line.starts_with("     ") && !line.starts_with("     >"));
    let commands: Vec<&str> = printed.collect();
    assert!(!commands.iter().any(|line| line.contains("curl") || line.contains("activate")), "{commands:?}");
    assert_tells(&first, &["opens its business", "25 entries are new", "Initech becomes a customer", "12. Your turn"]);
    for carried in [
        "1-request.chancery",
        "2-response.chancery",
        "2-response.png",
        "3-refresh.chancery",
        "4-deactivation.chancery",
        "5-server-request.chancery",
        "6-server-response.chancery",
        "7-export.chancery",
        "8-report.chancery",
        "9-return.chancery",
    ] {
        assert!(data.join("carried").join(carried).is_file(), "{carried}");
    }
    assert!(data.join("acme.trust").is_file() && data.join("authority/admin.key").is_file());
    for _ in 0..2 {
        let again = told(demo(&data));
        assert_tells(&again, &STORY);
        assert_tells(
            &again,
            &[
                "is here from an earlier run",
                "Imported again: nothing changed",
                "Initech (CRM-1001) is a customer already.",
                "Initech has its order PO-1001",
                "Eight days go by",
                "Globex's trial ran out in an earlier run, so Acme extends it",
                "here from an earlier run, at https://127.0.0.1:",
                "Its own license has no end, and is there already.",
            ],
        );
    }
}

#[test]
fn a_demo_that_was_killed_continues() {
    let folder = tempfile::tempdir().unwrap();
    for killed_at in [
        "1. ",
        "3. ",
        "   Anna's workstation activates",
        "5. ",
        "   Render minutes",
        "   The codes are read",
        "   The laboratory closes",
        "   It serves nobody",
        "   Acme exports",
        "   A report, signed",
        "   The tests are done",
        "   It asks all the same",
    ] {
        let mut child = demo(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let reached = lines.any(|line| line.starts_with(killed_at));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(reached, "the story has a line {killed_at:?}");
    }
    assert_tells(&told(demo(folder.path())), &STORY);
}

#[test]
fn for_programs_each_event_is_a_line_of_json() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = demo(folder.path());
    command.arg("--json");
    let text = told(command);
    let events: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).collect::<Vec<_>>();
    assert_eq!(of("chapter").len(), 12);
    assert_eq!(of("activated").iter().filter(|event| event["overdraft"] == true).count(), 2);
    let denied = of("denied").iter().map(|event| event["problem"]["code"].clone()).collect::<Vec<_>>();
    assert_eq!(denied, ["seat_held_by_another_device", "seats_exhausted", "seats_exhausted", "entitlement_expired"]);
    let resumed = of("resumed");
    assert_eq!(resumed[0]["activationId"], of("activated")[0]["activationId"], "SEAT-2");
    assert!(events.iter().all(|event| event["event"].is_string()));
}

#[test]
fn a_second_demo_in_the_same_folder_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let mut serving = serving(folder.path()).arg("--json").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains(r#""event":"serving""#)));
    let second = demo(folder.path()).output().unwrap();
    serving.kill().unwrap();
    serving.wait().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(said.contains("state_locked") && said.contains("hint: "), "{said}");
}
