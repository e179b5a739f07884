//! Many rows, in and out: customers from a table, the audit as a file; and what says how far they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::path::Path;
use std::process::Stdio;

use common::{World, run};
use serde_json::{Value, json};

/// A table of so many customers, of which each tenth has a second contact further down.
fn table(count: usize) -> String {
    let mut text = String::from("ref,name,contact.name,contact.email\n");
    for row in 0..count {
        text.push_str(&format!("C-{row},Customer {row},Ada,ada@{row}.example\n"));
    }
    for row in (0..count).step_by(10) {
        text.push_str(&format!("C-{row},,Bob,bob@{row}.example\n"));
    }
    text
}

/// The files of a folder whose names are not those of files in the making.
fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.contains("audit") || name.contains("part")).collect();
    names.sort();
    names
}

#[test]
fn aud_1_customers_come_in_and_the_audit_goes_out_in_any_number() {
    for world in World::each() {
        let world = world.initialised();
        let server = world.serve();
        std::fs::write(world.path("customers.csv"), table(2_300)).unwrap();
        let import = |more: &[&str]| world.manage(&server, &[&["customer", "import", "customers.csv"], more].concat());
        let dry = import(&["--dry-run"]);
        assert_eq!(
            (&dry["created"], &dry["dryRun"], dry["customers"].as_array().unwrap().len()),
            (&json!(2_300), &json!(true), 2_300)
        );
        assert_eq!(dry["customers"][2_299]["row"], 2_301, "rows are those of the whole file");
        assert_eq!(world.manage(&server, &["customer", "list"])["items"], json!([]));
        assert_eq!(import(&[])["created"], 2_300);
        let again = import(&[]);
        assert_eq!((&again["created"], &again["updated"], &again["unchanged"]), (&json!(0), &json!(0), &json!(2_300)));
        let tenth = world.manage(&server, &["customer", "get", "C-2290"]);
        assert_eq!(tenth["contacts"].as_array().unwrap().len(), 2);

        let exported = world.manage(&server, &["audit", "export", "audit.jsonl"]);
        let text = std::fs::read_to_string(world.path("audit.jsonl")).unwrap();
        let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(exported["rows"], rows.len());
        let listed = world.manage(&server, &["audit", "list", "--all"]);
        assert_eq!(Value::from(rows), listed["items"]);
        world.manage(&server, &["audit", "export", "audit.csv", "--action", "customer.import"]);
        let csv = std::fs::read_to_string(world.path("audit.csv")).unwrap();
        assert_eq!(csv.lines().count(), 2_301);
        let piped = world.run(&[
            "audit",
            "export",
            "-",
            "--format",
            "csv",
            "--action",
            "customer.import",
            "--server",
            &server.url,
        ]);
        assert_eq!(piped.expect_done().stdout, csv, "on standard output there is nothing else");
        assert_eq!(files(&world.path("")), ["audit.csv", "audit.jsonl"]);
    }
}

#[test]
fn api_2_a_wrong_table_changes_nothing_and_all_its_errors_are_told() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let wrong = table(2_500).replace("C-7,Customer 7,", "C-7,,").replace("ada@2400.example", "nowhere");
    std::fs::write(world.path("customers.csv"), wrong).unwrap();
    let problem = world.refused(&server, &["customer", "import", "customers.csv"]);
    let told: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| (&error["row"], &error["path"])).collect();
    assert_eq!(told, [(&json!(9), &json!("name")), (&json!(2_402), &json!("contact.email"))]);
    let shown = world.run(&["customer", "import", "customers.csv", "--server", &server.url]);
    assert!(shown.stderr.contains("row 2402, contact.email: "), "{shown:?}");
    assert_eq!(world.manage(&server, &["customer", "list"])["items"], json!([]));
    std::fs::write(world.path("customers.csv"), "ref,name\n\"x,y\n").unwrap();
    let problem = world.refused(&server, &["customer", "import", "customers.csv"]);
    assert_eq!((&problem["code"], &problem["errors"][0]["row"]), (&json!("validation_failed"), &json!(2)));
}

#[test]
fn aud_1_an_export_that_breaks_off_is_not_taken_for_the_whole() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    std::fs::write(world.path("customers.csv"), table(900)).unwrap();
    world.manage(&server, &["customer", "import", "customers.csv"]);
    std::fs::write(world.path("audit.jsonl"), "of yesterday\n").unwrap();
    // A row in the middle becomes unreadable, once the beginning was sent.
    let database = rusqlite::Connection::open(world.data().join("chancery.db")).unwrap();
    let changed = database.execute("UPDATE journal SET changes = '?' WHERE seq = 700", []).unwrap();
    assert_eq!(changed, 1);
    let problem = world.refused(&server, &["audit", "export", "audit.jsonl"]);
    assert_eq!(problem["code"], "server_unreachable");
    assert!(problem["detail"].as_str().unwrap().contains("cut off"), "{problem}");
    assert_eq!(std::fs::read_to_string(world.path("audit.jsonl")).unwrap(), "of yesterday\n", "it is as it was");
    assert_eq!(files(&world.path("")), ["audit.jsonl"], "and nothing else is left");
    assert!(world.log().contains("an export of the audit was cut off"), "{}", world.log());
    // What fails at once is a problem as everywhere.
    database.execute("UPDATE journal SET changes = '?' WHERE seq = 1", []).unwrap();
    assert_eq!(world.refused(&server, &["audit", "export", "new.jsonl"])["code"], "internal_error");
    assert!(!world.path("new.jsonl").exists());
}

#[test]
fn progress_is_told_to_whom_it_concerns() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    std::fs::write(world.path("customers.csv"), table(1_500)).unwrap();
    let import = |more: &[&str]| {
        let words = [&["customer", "import", "customers.csv", "--server", &server.url], more].concat();
        world.run(&words).expect_done()
    };
    assert_eq!(import(&[]).stderr, "", "no noise where there is no terminal");
    let told = import(&["--progress", "--json"]);
    assert!(told.stderr.lines().any(|line| line == "1650 of 1650 rows checked"), "{told:?}");
    assert!(told.stderr.lines().last() == Some("1650 of 1650 rows imported"), "{told:?}");
    assert_eq!(told.stdout.lines().count(), 1);
    let exported = world.run(&["audit", "export", "a.jsonl", "--progress", "--server", &server.url]).expect_done();
    assert!(exported.stderr.contains("rows of the audit"), "{exported:?}");
    let other = World::on_sqlite();
    let made = other.run(&["init", "--progress"]).expect_done();
    assert!(made.stderr.contains("Making the database"), "{made:?}");
    assert_eq!(
        World::on_sqlite().run(&["init"]).expect_done().stderr.lines().filter(|line| line.contains("Making")).count(),
        0
    );
}

#[test]
fn lic_2_codes_come_from_a_file_or_from_standard_input() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    world.sell(&server);
    std::fs::write(world.path("codes.txt"), "OWN-CODE-NUMBER-ONE\r\n\n  OWN-CODE-NUMBER-TWO \n").unwrap();
    let made = world.manage(&server, &["activation-code", "create", "--order", "PO-1", "--code-file", "codes.txt"]);
    assert_eq!(made["items"].as_array().unwrap().len(), 2, "{made}");
    std::fs::write(world.path("codes.txt"), "OWN-CODE-NUMBER-THREE").unwrap();
    let mut piped = world.program();
    piped.args(["order", "create", "--customer", "CRM-1", "--item", "CAD-Y", "--code-file", "-", "--json"]);
    piped.args(["--server", &server.url]).stdin(Stdio::from(std::fs::File::open(world.path("codes.txt")).unwrap()));
    let order = run(&mut piped).expect_json();
    assert_eq!(order["activationCodes"][0]["code"].as_str().unwrap().replace('-', ""), "OWNCODENUMBERTHREE");
    std::fs::write(world.path("codes.txt"), "\n").unwrap();
    let empty = world.run(&[
        "activation-code",
        "create",
        "--order",
        "PO-1",
        "--code-file",
        "codes.txt",
        "--server",
        &server.url,
    ]);
    assert_eq!((empty.exit, empty.stderr.contains("holds no code")), (2, true), "{empty:?}");
}

#[test]
fn lic_5_an_explanation_reads_rule_by_rule() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    world.sell(&server);
    let entitlement = world.manage(&server, &["entitlement", "list"])["items"][0]["id"].as_str().unwrap().to_owned();
    let told = world.manage(&server, &["entitlement", "explain", &entitlement, "--seat-id", "pc-1"]);
    assert_eq!((&told["outcome"]["granted"], &told["seatId"]), (&json!(true), &json!("pc-1")));
    world.manage(&server, &["entitlement", "disable", &entitlement, "--reason", "unpaid"]);
    let shown = world.run(&["entitlement", "explain", &entitlement, "--server", &server.url]).expect_done().stdout;
    assert!(shown.starts_with("A newcomer would be refused: entitlement_disabled\n"), "{shown}");
    let refused = shown.lines().find(|line| line.contains("REFUSED")).unwrap();
    assert!(refused.contains("ENT-6") && refused.contains("reason unpaid"), "{shown}");
    assert!(shown.lines().last().unwrap().contains("not asked"), "{shown}");
}

#[test]
fn every_shell_gets_its_completion() {
    let world = World::on_sqlite();
    for (shell, begins) in [
        ("bash", "_chancery() {"),
        ("zsh", "#compdef chancery"),
        ("fish", "# Print an optspec"),
        ("elvish", "\nuse builtin"),
        ("powershell", "\nusing namespace"),
    ] {
        let script = world.run(&["completion", shell]).expect_done().stdout;
        assert!(script.starts_with(begins), "{shell}: {}", &script[..80]);
        assert!(script.contains("explain") && script.contains("entitlement"), "{shell}");
    }
    assert_eq!(world.run(&["completion", "tcsh"]).exit, 2);
}

/// The script is taken by the shell that is always there.
#[test]
fn bash_completes_verbs() {
    let world = World::on_sqlite();
    std::fs::write(world.path("completion"), world.run(&["completion", "bash"]).expect_done().stdout).unwrap();
    let asked = "source ./completion; COMP_WORDS=(chancery audit ex); COMP_CWORD=2; _chancery chancery ex audit; echo ${COMPREPLY[@]}";
    let shell = run(std::process::Command::new("bash").args(["-c", asked]).current_dir(world.path("")));
    assert_eq!(shell.expect_done().stdout.trim(), "export");
}
