//! The licensing API of a server that is not active (LLS-1).

use chancery_server::openapi_documents;
use serde_json::{Value, json};

use super::site::{Site, path};
use crate::common::{Reply, TestApp, on_both_engines};
use crate::management::shop::Seat;

/// Every call of the licensing API, by its document.
fn calls() -> Vec<(String, String)> {
    let (_, text) = openapi_documents().into_iter().find(|(file, _)| *file == "licensing.json").unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods: Vec<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        let path = path.replace("{key}", "export");
        methods.into_iter().map(move |method| (method, path.clone())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[track_caller]
fn refused(reply: &Reply, reason: &str) {
    assert_eq!(reply.problem("local_server_not_active")["reason"], reason, "{reply:?}");
    assert!(reply.headers.contains_key("allow") && reply.header("allow").is_empty(), "{reply:?}");
}

async fn all_are_refused(site: &Site, reason: &str) {
    let calls = calls();
    assert!(calls.len() >= 9, "{calls:?}");
    for (method, path) in &calls {
        refused(&site.local.call(method, path).anonymous().await, reason);
        refused(&site.local.call(method, path).json(json!({ "x": 1 })).await, reason);
    }
}

on_both_engines! {
    async fn lls_1_a_server_that_was_never_activated_serves_no_product(app: TestApp) {
        let site = Site::set_up(&app).await;
        all_are_refused(&site, "neverActivated").await;
        site.get("/license/status").await.ok();
        site.get("/entitlements").await.ok();
        site.local.get("/health/ready").anonymous().await.ok();
        site.activate().await;
        site.local.get("/api/v1/activation").anonymous().await.problem("credential_missing");
    }

    async fn lls_1_an_expired_one_keeps_its_entitlements_and_goes_on_after_a_refresh(app: TestApp) {
        let site = Site::set_up(&app).await;
        let (response, _) = site.activate().await;
        let sold = site.hosted("CAD-P", json!({ "delegationPeriod": { "unit": "year", "count": 2 } })).await;
        let mut seat = Seat::take(&site.products(), &sold.code, "pc-1").await;
        app.clock.advance(366 * 24 * 3_600);
        all_are_refused(&site, "leaseEnded").await;
        refused(&seat.post("/refresh", json!({})).await, "leaseEnded");
        assert_eq!(site.get(&path(&sold)).await.ok()["seats"], 2);
        let refresh = site.place.office().refresh(&response["activation"]["id"]).await.ok();
        site.post("/license/refresh", json!({ "token": refresh["token"] })).await.ok();
        seat.post("/refresh", json!({})).await.ok();
    }

    async fn lls_1_a_deactivated_one_serves_no_product(app: TestApp) {
        let site = Site::activated(&app).await;
        site.hosted("CAD-C", json!({})).await;
        site.post("/license/deactivate", json!({})).await.ok();
        all_are_refused(&site, "deactivated").await;
        assert_eq!(site.get("/entitlements").await.ok()["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn lls_1_an_authority_has_no_gate_and_a_local_server_no_other_api() {
    let app = TestApp::sqlite().await;
    app.get("/api/v1/activation").anonymous().await.problem("credential_missing");
    app.get("/api/lls/license/status").await.problem("not_found");
    app.get("/openapi/local.json").anonymous().await.problem("not_found");
    let site = Site::activated(&app).await;
    for path in
        ["/api/admin/v1/products", "/api/portal/v1/local-servers", "/openapi/management.json", "/openapi/portal.json"]
    {
        site.local.get(path).header("host", "localhost").await.problem("not_found");
    }
    let root = site.local.get("/").header("host", "localhost").anonymous().await.ok();
    assert_eq!(root["role"], "local-server");
}
