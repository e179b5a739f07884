//! The catalog as a file: import and export (CAT-4).

mod bodies;
mod errors;
mod export;
mod import;
mod roundtrip;

use serde_json::Value;

use crate::common::{Call, Reply, TestApp};

const IMPORT: &str = "/api/admin/v1/catalog/import";
const EXPORT: &str = "/api/admin/v1/catalog/export";
const ACME: &str = include_str!("../../../../../../examples/acme.toml");

/// A small catalog.
const SMALL: &str = r#"
[[features]]
key = "sso"
type = "bool"
value = false

[[attributes]]
key = "region"
type = "string"

[[products]]
key = "cad"
name = "CAD"
featureValues = { sso = true }

[[products.features]]
key = "export"
type = "elementPool"
value = 5

[[products.attributes]]
key = "parts"
type = "number"
value = 100

[[products.editions]]
key = "pro"
name = "Professional"
features = { export = 10 }
attributes = { parts = 2000, region = "eu" }

[[products.editions.ownFeatures]]
key = "beta"
type = "usageCount"
value = "unlimited"

[[plans]]
name = "Yearly"
licenseType = "subscription"
duration = "1 year"

[[offerings]]
sku = "CAD-PRO"
name = "CAD Professional"
product = "cad"
edition = "pro"
plan = "Yearly"
seats = 10
"#;

impl TestApp {
    fn import(&self, text: &str) -> Call {
        self.post(IMPORT).body("application/toml", text.to_owned())
    }

    fn dry_run(&self, text: &str) -> Call {
        self.post(&format!("{IMPORT}?dryRun=true")).body("application/toml", text.to_owned())
    }

    async fn export(&self) -> String {
        exported(&self.get(EXPORT).await)
    }

    /// How many changes the audit knows.
    async fn audited(&self) -> usize {
        self.get("/api/admin/v1/audit?limit=100").await.ok()["items"].as_array().unwrap().len()
    }
}

fn exported(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/toml");
    reply.text.clone()
}

/// What was done with each thing, as `create product cad`.
fn actions(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let each =
        |change: &Value| format!("{} {} {}", text(&change["action"]), text(&change["kind"]), text(&change["key"]));
    report["changes"].as_array().unwrap().iter().map(each).collect()
}

/// The members that change, as `cad/pro name: "Pro" -> "Professional"`.
fn differences(report: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for change in report["changes"].as_array().unwrap() {
        for member in change["changes"].as_array().unwrap() {
            let key = change["key"].as_str().unwrap();
            all.push(format!("{key} {}: {} -> {}", member["field"].as_str().unwrap(), member["from"], member["to"]));
        }
    }
    all
}
