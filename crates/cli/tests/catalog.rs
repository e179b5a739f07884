//! The catalog as a file, and long lists.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Server, World};
use serde_json::{Value, json};

const FILE: &str = r#"
[[products]]
key = "cad"
name = "Acme CAD"

[[products.features]]
key = "export"
type = "elementPool"
value = 2

[[products.editions]]
key = "pro"
name = "Professional"
features = { export = 5 }

[[plans]]
name = "Yearly"
licenseType = "subscription"
duration = "1 year"

[[offerings]]
sku = "CAD-Y"
name = "CAD, yearly"
product = "cad"
edition = "pro"
plan = "Yearly"
seats = 3
"#;

/// The keys of the vendor's products: what local servers are is always among them.
fn products(world: &World, server: &Server) -> Vec<String> {
    let list = world.manage(server, &["product", "list"]);
    list["items"].as_array().unwrap().iter().map(|product| product["key"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn cat_4_a_catalog_goes_from_one_server_to_another_in_a_file() {
    let (one, other) = (World::on_sqlite().initialised(), World::on_postgres().initialised());
    let (from, to) = (one.serve(), other.serve());
    std::fs::write(one.path("catalog.toml"), FILE).unwrap();
    let dry = one.manage(&from, &["catalog", "import", "catalog.toml", "--dry-run"]);
    assert_eq!(dry["dryRun"], true);
    assert_eq!(products(&one, &from), ["local-server"], "a dry run changes nothing");
    one.manage(&from, &["catalog", "import", "catalog.toml"]);
    let again = one.manage(&from, &["catalog", "import", "catalog.toml"]);
    let changes = again["changes"].as_array().unwrap();
    assert!(!changes.is_empty() && changes.iter().all(|change| change["action"] == "unchanged"), "{again}");

    let exported = other.path("exported.toml");
    one.manage(&from, &["catalog", "export", exported.to_str().unwrap()]);
    other.manage(&to, &["catalog", "import", "exported.toml"]);
    let offering = other.manage(&to, &["offering", "get", "CAD-Y"]);
    assert_eq!((&offering["seats"], &offering["name"]), (&json!(3), &json!("CAD, yearly")));
    let printed = other.run(&["catalog", "export", "-", "--server", &to.url]).expect_done();
    assert_eq!(printed.stdout, std::fs::read_to_string(exported).unwrap());
}

#[test]
fn cat_4_all_errors_of_a_file_are_told_with_their_lines() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let wrong = FILE.replace("\"elementPool\"", "\"pool\"").replace("seats = 3", "seats = -3");
    std::fs::write(world.path("wrong.toml"), &wrong).unwrap();
    let line = |part: &str| wrong.lines().position(|line| line.contains(part)).unwrap() + 1;
    let problem = world.refused(&server, &["catalog", "import", "wrong.toml"]);
    let lines: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|error| &error["line"]).collect();
    assert!(lines.contains(&&json!(line("\"pool\""))) && lines.contains(&&json!(line("seats = -3"))), "{problem}");
    let said = world.run(&["catalog", "import", "wrong.toml", "--server", &server.url]);
    assert!(said.stderr.contains(&format!("line {}: ", line("\"pool\""))), "{}", said.stderr);
    assert_eq!(products(&world, &server), ["local-server"], "nothing was made");
    let missing = world.run(&["catalog", "import", "none.toml", "--json", "--server", &server.url]).expect_problem();
    assert_eq!(missing["code"], "file");
}

#[test]
fn api_3_lists_are_read_page_by_page_or_all_at_once() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    for number in 1..=5 {
        world.manage(&server, &["customer", "create", "--name", &format!("Customer {number}")]);
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| common::text(&item["name"])).collect()
    };
    let first = world.manage(&server, &["customer", "list", "--limit", "2"]);
    assert_eq!(names(&first), ["Customer 1", "Customer 2"]);
    let cursor = common::text(&first["nextCursor"]);
    let second = world.manage(&server, &["customer", "list", "--limit", "2", "--cursor", &cursor]);
    assert_eq!(names(&second), ["Customer 3", "Customer 4"]);
    let all = world.manage(&server, &["customer", "list", "--limit", "2", "--all", "--newest-first"]);
    assert_eq!(names(&all), ["Customer 5", "Customer 4", "Customer 3", "Customer 2", "Customer 1"]);
    assert_eq!(all["nextCursor"], Value::Null);
    let table = world.run(&["customer", "list", "--limit", "2", "--server", &server.url]).expect_done().stdout;
    assert!(table.starts_with("id ") && table.contains("Customer 2") && table.contains("--all"), "{table}");
}
