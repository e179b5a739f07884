//! What reaches the log, and what must not (API-7).

use serde_json::{Value, json};

use crate::common::{TestApp, logged, start_logging};

#[tokio::test]
async fn api_7_the_log_names_the_request_and_no_secret_of_it() {
    start_logging();
    let app = TestApp::sqlite().await;
    let made = app.post("/api/admin/v1/api-keys").once("once-secret").header("request-id", "r-1");
    let made = made.json(json!({ "name": "body-secret", "scopes": ["admin"] })).await.created();
    app.get("/api/admin/v1/products/path-secret?x=query-secret").header("cookie", "cookie-secret").await;
    app.post("/api/admin/v1/products").json(json!({ "name": ["body-secret"], "body-secret": 1 })).await;
    app.get("/api/admin/v1/products").key("apik_secret-key").await.problem("credential_invalid");
    app.post("/api/v1/activate")
        .json(json!({ "credential": { "type": "activationCode", "code": "code-secret" } }))
        .await;

    let text = logged();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["span"]["id"] == "r-1").expect("the request's line");
    let fields = &line["fields"];
    assert_eq!((&fields["method"], &fields["status"]), (&json!("POST"), &json!(201)));
    assert_eq!(fields["route"], "/api/admin/v1/api-keys");
    assert_eq!(fields["vendor"], app.vendor.id.to_string());
    assert!(app.admin.starts_with(fields["actor"].as_str().unwrap()));
    let key = made["key"].as_str().unwrap();
    for secret in ["secret", app.admin.as_str(), key] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
