//! Idempotency keys over HTTP (SAFE-1).

use serde_json::json;

use crate::common::{TestApp, on_both_engines};

const PRODUCTS: &str = "/api/admin/v1/products";
const KEYS: &str = "/api/admin/v1/api-keys";

on_both_engines! {
    async fn safe_1_the_same_key_repeats_the_reply_and_the_thing_happens_once(app: TestApp) {
        let body = json!({ "name": "CAD", "key": "cad" });
        let first = app.post(PRODUCTS).once("k1").json(body.clone()).await;
        let again = app.post(PRODUCTS).once("k1").json(body.clone()).await;
        assert_eq!(first.created(), again.created());
        assert_eq!(first.header("etag"), again.header("etag"));
        app.post(PRODUCTS).once("k1").json(json!({ "name": "CAM", "key": "cam" })).await
            .problem("idempotency_key_reused");
        app.post(KEYS).once("k1").json(json!({ "name": "x", "scopes": ["admin"] })).await
            .problem("idempotency_key_reused");
        app.post(PRODUCTS).once("k2").json(body).await.problem("already_exists");
        assert_eq!(app.get(PRODUCTS).await.ok()["items"].as_array().unwrap().len(), 2, "it, and the built-in one");
    }

    async fn safe_1_another_credential_has_keys_of_its_own(app: TestApp) {
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let body = json!({ "name": "CAD", "key": "cad" });
        let mine = app.post(PRODUCTS).once("k").json(body.clone()).await.created();
        let theirs = app.post(PRODUCTS).once("k").key(&other).json(body).await.created();
        assert_ne!(mine["id"], theirs["id"]);
    }

    async fn safe_1_a_secret_shown_once_is_shown_again_to_the_same_request(app: TestApp) {
        let body = json!({ "name": "x", "scopes": ["admin"] });
        let first = app.post(KEYS).once("k").json(body.clone()).await.created();
        assert_eq!(app.post(KEYS).once("k").json(body).await.created(), first);
    }

    async fn safe_1_a_deletion_is_repeated_too(app: TestApp) {
        app.post(PRODUCTS).json(json!({ "name": "CAD", "key": "cad" })).await.created();
        let path = format!("{PRODUCTS}/cad");
        app.delete(&path).once("d").await.done();
        app.delete(&path).once("d").await.done();
        app.delete(&path).once("e").await.problem("not_found");
    }
}

#[tokio::test]
async fn safe_1_a_key_that_is_none_is_refused() {
    let app = TestApp::sqlite().await;
    for key in ["", &"x".repeat(256)] {
        let reply = app.post(PRODUCTS).once(key).json(json!({ "name": "CAD", "key": "cad" })).await;
        reply.invalid("Idempotency-Key", "bad_format");
    }
}
