//! Credentials: missing, wrong, expired, scoped, foreign (MAN-1, API-2).

use serde_json::json;

use crate::common::{TestApp, on_both_engines};

const PRODUCTS: &str = "/api/admin/v1/products";
const KEYS: &str = "/api/admin/v1/api-keys";

on_both_engines! {
    async fn man_1_a_key_works_until_its_end(app: TestApp) {
        let expires = app.now().shifted(60_000_000).to_string();
        let body = json!({ "name": "short", "scopes": ["catalog:read"], "expires": expires });
        let key = app.post(KEYS).json(body).await.created()["key"].as_str().unwrap().to_owned();
        app.clock.advance(59);
        app.get(PRODUCTS).key(&key).await.ok();
        app.clock.advance(1);
        let problem = app.get(PRODUCTS).key(&key).await.problem("credential_expired");
        assert_eq!(problem["expired"], expires);
    }

    async fn man_1_a_key_does_what_its_scopes_say(app: TestApp) {
        let body = json!({ "name": "CAD", "key": "cad" });
        let reader = app.key_for(&["catalog:read"]).await;
        app.get(PRODUCTS).key(&reader).await.ok();
        let problem = app.post(PRODUCTS).key(&reader).json(body.clone()).await.problem("not_permitted");
        assert_eq!(problem["needed"], "catalog:write");
        app.get(KEYS).key(&reader).await.problem("not_permitted");
        let other = app.key_for(&["audit:read"]).await;
        app.get(PRODUCTS).key(&other).await.problem("not_permitted");
        let writer = app.key_for(&["catalog:write"]).await;
        app.post(PRODUCTS).key(&writer).json(body).await.created();
        app.get(PRODUCTS).key(&writer).await.ok();
    }

    async fn man_1_a_deleted_key_looks_like_one_that_never_was(app: TestApp) {
        let made = app.post(KEYS).json(json!({ "name": "x", "scopes": ["admin"] })).await.created();
        let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
        app.get(PRODUCTS).key(key).await.ok();
        app.delete(&format!("{KEYS}/{id}")).await.done();
        let deleted = app.get(PRODUCTS).key(key).await;
        let never = app.get(PRODUCTS).key(&format!("{}x", &key[..key.len() - 1])).await;
        let mut texts = [deleted.problem("credential_invalid"), never.problem("credential_invalid")];
        texts.iter_mut().for_each(|problem| problem["requestId"] = "".into());
        assert_eq!(texts[0], texts[1]);
    }

    async fn api_2_nothing_of_another_vendor_is_visible(app: TestApp) {
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let made = app.post(PRODUCTS).key(&other).json(json!({ "name": "V", "key": "virus" })).await.created();
        let id = made["id"].as_str().unwrap();
        let items = app.get(PRODUCTS).await.ok()["items"].clone();
        assert_eq!((items.as_array().unwrap().len(), &items[0]["key"]), (1, &json!("local-server")), "its own");
        for path in [id, "virus", "prod_01m4jx7gd1eb9bvwgxq8w7mmp3", "nothing", "cust_01m4jx7gd1eb9bvwgxq8w7mmp3"] {
            let path = format!("{PRODUCTS}/{path}");
            let mut seen = [
                app.get(&path).await.problem("not_found"),
                app.patch(&path).json(json!({ "name": "Mine" })).await.problem("not_found"),
                app.delete(&path).await.problem("not_found"),
            ];
            seen.iter_mut().for_each(|problem| problem["requestId"] = "".into());
            assert!(seen.iter().all(|problem| problem == &seen[0]), "{seen:?}");
        }
        assert_eq!(app.get(&format!("{PRODUCTS}/{id}")).key(&other).await.ok(), made);
        let foreign_key = app.get(KEYS).key(&other).await.ok()["items"][0]["id"].as_str().unwrap().to_owned();
        app.get(&format!("{KEYS}/{foreign_key}")).await.problem("not_found");
        app.delete(&format!("{KEYS}/{foreign_key}")).await.problem("not_found");
    }
}

#[tokio::test]
async fn man_1_what_is_no_credential_is_told_from_a_wrong_one() {
    let app = TestApp::sqlite().await;
    let missing = app.get(PRODUCTS).anonymous().await;
    missing.problem("credential_missing");
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    for header in ["", "Basic YWRtaW46eA==", "Bearer", "apik_x"] {
        app.get(PRODUCTS).header("authorization", header).await.problem("credential_missing");
    }
    for key in ["apik_", "apik_01m4jx7gd1eb9bvwgxq8w7mmp3_x", "x", "a.b.c", "apik_01m4jx7gd1eb9bvwgxq8w7mmp3", "é"] {
        let wrong = app.get(PRODUCTS).header("authorization", &format!("Bearer {}", key.escape_default())).await;
        wrong.problem("credential_invalid");
        assert_eq!(wrong.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn man_1_a_key_is_shown_once_and_made_with_no_more_than_its_maker_has() {
    let app = TestApp::sqlite().await;
    let made = app.post(KEYS).json(json!({ "name": "x", "scopes": ["settings:write"] })).await.created();
    assert!(made["key"].as_str().unwrap().starts_with(made["id"].as_str().unwrap()));
    let again = app.get(&format!("{KEYS}/{}", made["id"].as_str().unwrap())).await.ok();
    assert_eq!(again.get("key"), None);
    let more = json!({ "name": "more", "scopes": ["admin"] });
    app.post(KEYS).key(made["key"].as_str().unwrap()).json(more).await.problem("not_permitted");
    app.post(KEYS).json(json!({ "name": "none", "scopes": [] })).await.invalid("scopes", "required");
    app.post(KEYS).json(json!({ "name": "x", "scopes": ["everything"] })).await.invalid("scopes[0]", "bad_format");
}
