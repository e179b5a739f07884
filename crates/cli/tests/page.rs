//! The local server's page in a real browser: a whole life as somebody walks through it who sees it for the first time, with what is
//! carried between it and the vendor (LLS-6). It needs Chromium and Node.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;
mod local_site;

use std::path::Path;
use std::process::Command;

use chancery_testkit::runner;
use common::{World, run, text};
use local_site::{Site, code};
use serde_json::json;

const BROWSERS: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Walks one step. The picture of a step that fails is kept.
fn walk(site: &Site, step: &str) {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = runner::node(tools, &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page"));
    let browser = BROWSERS.into_iter().find(|path| Path::new(path).exists());
    let browser = browser.unwrap_or_else(|| panic!("there is no Chromium; ./test installs what is needed"));
    let key = std::fs::read_to_string(site.path("local/admin.key")).unwrap();
    let folder = site.path("");
    let mut node = Command::new("node");
    node.arg(program.join("walk.mjs")).arg(step).current_dir(&folder).env("HOME", &folder).env("BROWSER", browser);
    node.env("URL", &site.url).env("KEY", key.trim());
    node.env("CODE", &site.server_code).env("ENTITLEMENT", &site.entitlement);
    let done = run(&mut node);
    if done.exit != 0 {
        let kept = tools.join(format!("page-{step}.png"));
        let _ = std::fs::copy(site.path("failed.png"), &kept);
        panic!("{step}: {}\n{}\n{}", done.stdout, done.stderr, kept.display());
    }
}

#[test]
fn lls_6_a_whole_life_on_the_page() {
    let site = Site::made(World::on_sqlite());
    walk(&site, "request");
    site.vendor(&["offline", "activate", "request.chancery", "--out", "response.png"]);
    walk(&site, "activate");
    let server = site.server_id();
    site.vendor(&["entitlement", "export", &site.entitlement, "--to", &server, "--out", "export.chancery"]);
    walk(&site, "import");
    for seat in ["ws-1", "ws-2", "ws-3", "ws-4", "ws-5"] {
        site.take(seat).expect_done();
    }
    let asked = ["activate", "--product", &site.product, "--code", &site.code, "--seat-id", "<b>ws-6</b>"];
    assert_eq!(code(&site.product("six", &asked).expect_problem()), "seats_exhausted");
    site.vendor(&["entitlement", "update", &site.entitlement, "--seats", "3", "--force"]);
    site.vendor(&["entitlement", "export-token", &site.entitlement, "--out", "newer.chancery"]);
    walk(&site, "look");
    let reported = site.vendor(&["local-server", "report", "report.chancery"]);
    assert_eq!(reported["sessions"][0]["usage"]["seatsUsed"], 5, "{reported}");
    walk(&site, "return");
    let returned = site.vendor(&["entitlement", "import", &site.entitlement, "return.chancery"]);
    assert_eq!(returned["session"]["ending"], "returned", "{returned}");
    site.vendor(&["offline", "deactivate", "deactivation.chancery"]);
    let known = site.vendor(&["local-server", "get", &server]);
    assert_eq!((&known["active"], text(&known["name"]).as_str()), (&json!(false), "dark-1"), "{known}");
}
