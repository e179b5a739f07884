//! Paths and methods that are not there, and what every reply has (API-2, API-6).

use serde_json::json;

use crate::common::TestApp;

const PRODUCTS: &str = "/api/admin/v1/products";

#[tokio::test]
async fn api_2_unknown_paths_are_not_found() {
    let app = TestApp::sqlite().await;
    for path in ["/nothing", "/api/admin/v1", "/api/admin/v2/products", "/api/admin/v1/nothing", "/docs/x", "//"] {
        app.get(path).await.problem("not_found");
        app.post(path).json(json!({})).await.problem("not_found");
    }
}

#[tokio::test]
async fn api_2_a_method_that_a_path_does_not_have_is_named_with_those_that_it_has() {
    let app = TestApp::sqlite().await;
    let reply = app.call("PUT", PRODUCTS).json(json!({})).await;
    reply.problem("method_not_allowed");
    let mut allowed: Vec<&str> = reply.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    app.call("DELETE", "/").await.problem("method_not_allowed");
    app.call("TRACE", &format!("{PRODUCTS}/cad")).await.problem("method_not_allowed");
}

#[tokio::test]
async fn api_2_a_path_that_cannot_be_decoded_is_the_callers_fault() {
    let app = TestApp::sqlite().await;
    app.get(&format!("{PRODUCTS}/%ff")).await.problem("malformed_request");
    app.get(&format!("{PRODUCTS}/a%00b")).await.problem("malformed_request");
    app.get(&format!("{PRODUCTS}?cursor=a%00b")).await.problem("malformed_request");
    app.get(&format!("{PRODUCTS}/a%0ab")).await.problem("not_found");
    app.get(&format!("{PRODUCTS}/{}", "x".repeat(5_000))).await.problem("not_found");
    app.get(&format!("{PRODUCTS}/%2e%2e%2fapi-keys")).await.problem("not_found");
    app.get("/api/admin/v1/api-keys/no-id").await.problem("not_found");
    app.get("/vendors/ven_x/.well-known/jwks.json").await.problem("not_found");
}

#[tokio::test]
async fn api_6_every_reply_has_a_request_id() {
    let app = TestApp::sqlite().await;
    let first = app.get("/").await.header("request-id").to_owned();
    let second = app.get("/nothing").await.header("request-id").to_owned();
    assert!(!first.is_empty() && !second.is_empty() && first != second);
    assert_eq!(app.get("/").header("request-id", "build-7.a_b").await.header("request-id"), "build-7.a_b");
    for strange in ["", "a b", "<x>", &"x".repeat(65)] {
        let given = app.get("/").header("request-id", strange).await.header("request-id").to_owned();
        assert!(given != strange && !given.is_empty());
    }
}

#[tokio::test]
async fn api_4_single_resources_have_an_entity_tag_that_changes_with_them() {
    let app = TestApp::sqlite().await;
    let made = app.post(PRODUCTS).json(json!({ "name": "CAD", "key": "cad" })).await;
    let path = format!("{PRODUCTS}/cad");
    let read = app.get(&path).await;
    assert_eq!(made.header("etag"), read.header("etag"));
    assert!(read.header("etag").starts_with('"'));
    let changed = app.patch(&path).json(json!({ "name": "CAM" })).await;
    assert_ne!(changed.header("etag"), read.header("etag"));
    assert_eq!(changed.header("cache-control"), "no-store");
}
