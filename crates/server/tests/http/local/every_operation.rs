//! What holds for every call of the local management API, by its document (API-1…3, API-5, MAN-1).

use std::collections::BTreeMap;

use chancery_server::openapi_documents;
use serde_json::{Value, json};

use super::site::Site;
use crate::common::{Call, Reply, TestApp, on_both_engines};
use crate::management::shop::{NOBODY, text};

/// One call.
struct Operation {
    name: String,
    method: String,
    path: String,
    takes_body: bool,
    needs_token: bool,
    statuses: BTreeMap<String, Value>,
}

fn operations() -> Vec<Operation> {
    let (_, document) = openapi_documents().into_iter().find(|(file, _)| *file == "local.json").unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            all.push(Operation {
                name: text(&operation["operationId"]).to_owned(),
                method: method.to_uppercase(),
                path: path.strip_prefix("/api/lls").unwrap().replace("{entitlement}", &format!("ent_{NOBODY}")),
                takes_body: method != "get" && is_json(&operation["requestBody"]),
                needs_token: schema == "#/components/schemas/ApplyLocalToken",
                statuses: operation["responses"].as_object().unwrap().clone().into_iter().collect(),
            });
        }
    }
    all
}

/// Whether a body is JSON; whoever takes none is content with an empty one.
fn is_json(body: &Value) -> bool {
    body.is_null() || body["content"]["application/json"].is_object()
}

impl Operation {
    fn call(&self, site: &Site) -> Call {
        site.call(&self.method, &self.path)
    }

    /// It was refused by a code that the document names.
    #[track_caller]
    fn refused(&self, reply: &Reply, code: &str) {
        reply.problem(code);
        let described = &self.statuses.get(reply.status.as_str()).unwrap_or(&Value::Null)["description"];
        assert!(described.as_str().unwrap_or_default().split(", ").any(|one| one == code), "{}: {code}", self.name);
    }
}

on_both_engines! {
    async fn api_5_every_call_is_refused_as_its_document_says(app: TestApp) {
        let site = Site::activated(&app).await;
        let all = operations();
        assert!(all.len() >= 19, "{}", all.len());
        for one in &all {
            one.refused(&one.call(&site).anonymous().await, "credential_missing");
            one.refused(&one.call(&site).key("apik_x_y").await, "credential_invalid");
            one.refused(&one.call(&site).header("host", "evil.example").await, "host_not_allowed");
            one.refused(&one.call(&site).header("origin", "null").await, "origin_not_allowed");
            let unknown = site.call(&one.method, &format!("{}?colour=red", one.path)).json(json!({})).await;
            unknown.invalid("colour", "unknown_field");
            if one.path.contains("ent_") {
                one.refused(&one.call(&site).json(json!({})).await, "not_found");
            }
        }
    }

    async fn api_1_unknown_members_are_refused(app: TestApp) {
        let site = Site::activated(&app).await;
        for one in operations().iter().filter(|one| one.takes_body) {
            one.call(&site).json(json!({ "colour": "red" })).await.invalid("colour", "unknown_field");
            one.call(&site).body("text/plain", "x").await.problem("media_type_unsupported");
            one.call(&site).body("application/json", "{").await.problem("malformed_request");
        }
    }

    async fn tok_3_what_is_no_token_is_refused_and_changes_nothing(app: TestApp) {
        let site = Site::activated(&app).await;
        let before = site.get("/license/status").await.ok();
        for one in operations().iter().filter(|one| one.needs_token) {
            for wrong in ["", "x", "a.b.c", "a.b.c.d.e", "-----BEGIN CHANCERY TOKEN-----", "\u{e9}"] {
                one.refused(&one.call(&site).json(json!({ "token": wrong })).await, "token_malformed");
            }
            one.call(&site).json(json!({})).await.invalid("token", "required");
            one.call(&site).json(json!({ "token": 7 })).await.invalid("token", "bad_format");
        }
        assert_eq!(site.get("/license/status").await.ok(), before);
    }
}
