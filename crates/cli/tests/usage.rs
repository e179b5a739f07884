//! Wrong usage: what it says, that nothing was done, and that programs can read it too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use common::{Run, World, text};
use serde_json::Value;

/// The usage error's problem.
#[track_caller]
fn misused(run: Run) -> Value {
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{run:#?}");
    let problem: Value = serde_json::from_str(run.stderr.trim()).unwrap_or_else(|error| panic!("{error}: {run:#?}"));
    assert_eq!(problem["code"], "usage");
    for member in ["type", "title", "detail", "hint"] {
        assert!(!text(&problem[member]).is_empty(), "{problem}");
    }
    problem
}

#[test]
fn for_programs_wrong_usage_is_a_problem_like_any_other() {
    let world = World::on_sqlite();
    for wrong in [
        &["--json"][..],
        &["--json", "product", "make"],
        &["product", "create", "--name", "A", "--json"],
        &["product", "create", "a", "--name", "A", "--lease-period", "soon", "--json"],
        &["product", "get", "a", "--nonsense", "--json"],
        &["client", "status", "--json"],
    ] {
        let problem = misused(world.run(wrong));
        assert!(!text(&problem["detail"]).contains('\n'), "{problem}");
    }
    let for_people = world.run(&["product", "get", "--", "--json", "more"]);
    assert!(for_people.exit == 2 && for_people.stderr.starts_with("error: "), "{for_people:#?}");
}

#[test]
fn help_and_version_are_no_errors_also_for_programs() {
    let world = World::on_sqlite();
    for asked in [&["--help"][..], &["--version"], &["product", "create", "--help", "--json"]] {
        let run = world.run(asked).expect_done();
        assert!(run.stderr.is_empty() && run.stdout.contains("chancery"), "{run:#?}");
    }
}

#[test]
fn an_address_that_is_none_is_wrong_usage() {
    let world = World::on_sqlite().initialised();
    for address in ["nonsense", "", "host:7011", "ftp://host", "https://host/?a=b"] {
        let problem = misused(world.run(&["product", "list", "--json", "--server", address]));
        assert!(text(&problem["detail"]).contains("https://host:7011"), "{problem}");
        misused(world.client("state", &["--server", address, "refresh"]));
    }
}

#[test]
fn cert_3_keys_and_codes_are_not_sent_in_the_open_unless_that_is_asked_for() {
    let world = World::on_sqlite().initialised();
    let mut server = world.serve_with(&["--tls", "off", "--force-plain", "--listen", "0.0.0.0:0"]);
    let url = server.url.clone();
    let open = ["--server", url.as_str()];
    assert!(url.starts_with("http://0.0.0.0:"), "an address that need not be this machine's");
    let list = [&["product", "list", "--json"], &open[..]].concat();
    assert!(text(&misused(world.run(&list))["hint"]).contains("--allow-plain-http"));
    world.run(&[&list[..], &["--allow-plain-http"]].concat()).expect_json();

    server.url = url.replace("0.0.0.0", "127.0.0.1");
    let (product, code) = world.sell(&server);
    let activate = ["activate", "--product", &product, "--code", &code, "--seat-id", "host-1"];
    let activate = [&open[..], &activate].concat();
    misused(world.client("one", &activate));
    world.client("one", &[&["--allow-plain-http"], &activate[..]].concat()).expect_json();
    world.client("one", &["refresh"]).expect_json();
    misused(world.client("one", &["refresh", "--server", "http://0.0.0.0:9"]));
}

#[test]
fn an_address_of_the_wrong_scheme_is_told_with_the_right_one() {
    let world = World::on_sqlite().initialised();
    let server = world.serve();
    let plain = server.url.replace("https:", "http:");
    let problem = world.run(&["product", "list", "--json", "--server", &plain]).expect_problem();
    assert!(text(&problem["hint"]).contains("https://"), "{problem}");
    let product = format!("prod_{}", "0".repeat(26));
    let bundle = world.path("trust.jws");
    let export = ["trust", "export", bundle.to_str().unwrap(), "--server", &server.url];
    world.run(&export).expect_done();
    let activate =
        ["--trust", bundle.to_str().unwrap(), "activate", "--product", &product, "--code", "7K2M", "--seat-id", "pc-1"];
    let problem = world.client("state", &[&["--server", &plain], &activate[..]].concat()).expect_problem();
    assert!(text(&problem["detail"]).contains("https://"), "{problem}");
    let off = world.path("other");
    let off = World::on_sqlite().initialised().serve_with(&[
        "--tls",
        "off",
        "--data",
        off.to_str().unwrap(),
        "--init-if-missing",
    ]);
    let secure = off.url.replace("http:", "https:");
    let problem = world.run(&["product", "list", "--json", "--server", &secure]).expect_problem();
    assert!(text(&problem["hint"]).contains("http://"), "{problem}");
}

#[test]
fn the_address_that_goes_into_trust_bundles_is_one() {
    let world = World::on_sqlite();
    for address in ["licences.example", "ftp://licences.example", "https://licences.example/?a=b", "https://"] {
        misused(world.run(&["serve", "--json", "--init-if-missing", "--public-url", address]));
    }
    let plain = ["serve", "--json", "--init-if-missing", "--public-url", "http://licences.example"];
    assert!(text(&misused(world.run(&plain))["hint"]).contains("--tls off"));
    assert!(!world.data().exists(), "nothing was made");
    let world = world.initialised();
    for (url, tls) in
        [("https://licences.example/a", "auto"), ("http://127.0.0.1:9", "auto"), ("http://b.example", "off")]
    {
        let server = world.serve_with(&["--tls", tls, "--public-url", &format!("{url}/")]);
        assert_eq!(server.ready["url"], url);
    }
}

#[test]
fn cert_1_a_certificate_without_tls_is_wrong_usage() {
    let world = World::on_sqlite().initialised();
    let files = ["--cert", "c.pem", "--key-file", "k.pem"];
    let problem = misused(world.run(&[&["serve", "--json", "--tls", "off"], &files[..]].concat()));
    assert!(text(&problem["detail"]).contains("--tls off"), "{problem}");
}

#[test]
fn who_takes_the_api_key_for_the_products_is_told() {
    let world = World::on_sqlite();
    for noun in ["product", "feature"] {
        let wrong = world.run(&[noun, "create", "--name", "A", "--key", "cad"]);
        assert_eq!(wrong.exit, 2);
        let positional = format!("<{}_KEY>", noun.to_uppercase());
        assert!(
            wrong.stderr.contains(&positional) && wrong.stderr.contains("hint: --key takes the API key"),
            "{wrong:?}"
        );
    }
    let problem = misused(world.run(&["product", "create", "--name", "A", "--key=cad", "--json"]));
    assert!(text(&problem["hint"]).contains("API key"), "{problem}");
    let other = world.run(&["product", "create", "--name", "A"]);
    assert!(!other.stderr.contains("hint"), "{other:?}");
}

#[test]
fn commands_have_the_verbs_of_their_operations() {
    let world = World::on_sqlite();
    for verbs in [&["clock", "move"][..], &["entitlement", "activation-log"]] {
        world.run(&[verbs, &["--help"]].concat()).expect_done();
    }
    let listed = world.run(&["clock", "--help"]).expect_done().stdout;
    assert!(listed.contains("move") && !listed.contains("set"), "{listed}");
}

#[test]
fn metadata_that_is_given_twice_is_wrong_usage() {
    let world = World::on_sqlite().initialised();
    let twice = ["--metadata", "crm=1", "--metadata", "crm=2"];
    let problem = misused(world.run(&[&["customer", "create", "--json", "--name", "A"], &twice[..]].concat()));
    assert!(text(&problem["detail"]).contains("crm"), "{problem}");
}

#[test]
fn a_vendor_is_made_in_the_database_that_the_server_is_given() {
    let world = World::on_sqlite().initialised();
    let elsewhere = ["vendor", "create", "Hooli", "--json", "--database", "nonsense"];
    let problem = world.run(&elsewhere).expect_problem();
    assert_eq!(problem["code"], "configuration_invalid");
}
