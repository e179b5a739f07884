//! Requests that schemathesis generates from the OpenAPI documents, against the built server: no 5xx, no undocumented status, no
//! reply that is not of the documented form (API-2, API-5).
//!
//! `CHANCERY_GENERATED_REQUESTS=200 cargo test -p chancery --test generated_requests` generates more for each operation.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;
mod local_site;

use std::path::Path;
use std::process::Command;

use chancery_testkit::runner;
use common::{Server, World, run, text};
use local_site::Site;
use serde_json::Value;

/// How many requests are generated for each operation, besides those that cover each parameter.
const EXAMPLES: &str = "3";
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method";

/// What the server has, so that requests reach what is behind unknown ids.
struct Sample {
    key: String,
    ids: Vec<(&'static str, String)>,
    access_token: String,
    /// The API key of a contact of the order.
    contact_key: String,
}

impl Sample {
    fn make(world: &World, server: &Server) -> Self {
        let (product, code) = world.sell(server);
        let activated = world.client(
            "state",
            &["activate", "--server", &server.url, "--product", &product, "--code", &code, "--seat-id", "pc-1"],
        );
        let activation = activated.expect_json();
        let order = world.manage(server, &["order", "get", "PO-1"]);
        let list = |noun: &str| text(&world.manage(server, &[noun, "list"])["items"][0]["id"]);
        let ids = vec![
            ("product", product),
            ("edition", "pro".to_owned()),
            ("plan", list("plan")),
            ("offering", "CAD-Y".to_owned()),
            ("customer", "CRM-1".to_owned()),
            ("order", text(&order["id"])),
            ("licensee", list("licensee")),
            ("entitlement", text(&order["entitlements"][0]["id"])),
            ("activation", find_id(&activation, "act_")),
        ];
        let key = std::fs::read_to_string(world.data().join("admin.key")).unwrap().trim().to_owned();
        let access_token = access_token(&server.url, &ids[0].1, &code);
        let address = ["--name", "Bob", "--email", "bob@initech.example"];
        let contact = world.manage(server, &[&["contact", "create", "--customer", "CRM-1"][..], &address].concat());
        let contact = text(&contact["id"]);
        world.manage(server, &["order", "update", "PO-1", "--contact", &contact]);
        let made = world.manage(server, &["api-key", "create", "--name", "Bob", "--contact", &contact]);
        Self { key, ids, access_token, contact_key: text(&made["key"]) }
    }

    fn config(&self) -> String {
        let lines = self.ids.iter().map(|(name, id)| format!("{name} = {id:?}\n"));
        format!("[parameters]\n{}", lines.collect::<String>())
    }
}

/// The first id with this prefix in a reply.
fn find_id(value: &Value, prefix: &str) -> String {
    let all = value.to_string();
    let from = all.find(prefix).unwrap();
    all[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The access token of a seat of its own.
fn access_token(url: &str, product: &str, code: &str) -> String {
    let body = serde_json::json!({
        "productId": product, "seatId": "generated", "credential": {"type": "activationCode", "code": code}
    });
    let client = reqwest::blocking::Client::builder().no_proxy().build().unwrap();
    let reply: Value = client.post(format!("{url}/api/v1/activate")).json(&body).send().unwrap().json().unwrap();
    text(&reply["accessToken"])
}

fn schemathesis(home: &Path, server: &Server, document: &str, credential: &str, more: &[&str]) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated_requests");
    let python = runner::python(Path::new(env!("CARGO_TARGET_TMPDIR")), &here.join("requirements.txt"));
    let examples = std::env::var("CHANCERY_GENERATED_REQUESTS").unwrap_or_else(|_| EXAMPLES.to_owned());
    let mut command = Command::new(python);
    command.env("SCHEMATHESIS_HOOKS", "hooks").env("PYTHONPATH", &here).env("PYTHONDONTWRITEBYTECODE", "1");
    command.env_remove("HTTP_PROXY").env_remove("http_proxy").current_dir(home);
    command.args(["-m", "schemathesis.cli"]);
    command.arg("--config-file").arg(home.join("schemathesis.toml"));
    command.args(["run", &format!("{}/openapi/{document}.json", server.url), "--url", &server.url]);
    command.args(["-H", &format!("Authorization: Bearer {credential}"), "--checks", CHECKS]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", &examples, "--seed", "1"]);
    command.args(["--no-color", "--continue-on-failure", "--warnings", "off", "--no-shrink"]).args(more);
    let done = run(&mut command);
    assert_eq!(done.exit, 0, "{document}: {}\n{}", done.stdout, done.stderr);
}

/// A local server that hosts an entitlement, of which a product has a seat.
fn nothing_surprises_at_a_local_server(world: World) {
    let mut site = Site::sold(world);
    site.serving = ["--tls", "off", "--rate-limits", "off"].map(ToOwned::to_owned).to_vec();
    site.init("local").expect_json();
    site.serve();
    site.activate();
    site.export();
    let key = std::fs::read_to_string(site.path("local/admin.key")).unwrap().trim().to_owned();
    let seat = access_token(&site.url, &site.product, &site.code);
    let ids = vec![("entitlement", site.entitlement.clone())];
    let sample = Sample { key, ids, access_token: seat, contact_key: String::new() };
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("schemathesis.toml"), sample.config()).unwrap();
    let server = site.local.take().unwrap();
    schemathesis(home.path(), &server, "licensing", &sample.access_token, &[]);
    // `entitlement` and `entitlements` are accepted alike, and documented once: each path has methods that its document does not tell.
    let alike = ["--exclude-checks", "unsupported_method"];
    schemathesis(home.path(), &server, "local", &sample.key, &[&alike[..], &["--exclude-method", "DELETE"]].concat());
    schemathesis(home.path(), &server, "local", &sample.key, &[&alike[..], &["--include-method", "DELETE"]].concat());
    assert!(server.terminate().success());
    let log = site.world.log();
    assert!(!log.contains("panicked") && !log.contains("\"level\":\"ERROR\""), "{log}");
}

fn nothing_surprises(world: &World) {
    let server = world.serve_with(&["--tls", "off", "--rate-limits", "off"]);
    let sample = Sample::make(world, &server);
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("schemathesis.toml"), sample.config()).unwrap();
    // First on what is there, then with what deletes it.
    schemathesis(home.path(), &server, "management", &sample.key, &["--exclude-method", "DELETE"]);
    schemathesis(home.path(), &server, "licensing", &sample.access_token, &[]);
    schemathesis(home.path(), &server, "portal", &sample.contact_key, &[]);
    schemathesis(home.path(), &server, "management", &sample.key, &["--include-method", "DELETE"]);
    assert!(server.terminate().success());
    let log = world.log();
    assert!(!log.contains("panicked") && !log.contains("\"level\":\"ERROR\""), "{log}");
}

#[test]
fn api_5_requests_made_from_the_documents_find_no_surprise_on_sqlite() {
    nothing_surprises(&World::on_sqlite().initialised());
}

#[test]
fn api_5_requests_to_a_local_server_find_no_surprise_on_either_engine() {
    World::each().into_iter().for_each(nothing_surprises_at_a_local_server);
}

#[test]
fn api_5_requests_made_from_the_documents_find_no_surprise_on_postgres() {
    nothing_surprises(&World::on_postgres().initialised());
}
