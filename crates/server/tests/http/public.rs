//! What needs no credential: root, health, metrics, keys, documentation (NET-2, KEY-4, API-5).

use chancery_server::Phase;
use chancery_server::operations::vendor::{self, NewVendor};
use chancery_server::operations::{KeyEncryptionKey, Location, System, SystemOptions};
use chancery_testkit::Postgres;
use serde_json::json;

use crate::common::{TestApp, logged, start_logging};

#[tokio::test]
async fn net_2_the_root_says_what_this_is_to_programs_and_people() {
    let app = TestApp::sqlite().await;
    let info = app.get("/").anonymous().await.ok();
    assert_eq!((&info["product"], &info["role"]), (&json!("chancery"), &json!("authority")));
    let page = app.get("/").anonymous().header("accept", "text/html,application/xhtml+xml").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text.contains("This is a Chancery authority"));
}

#[tokio::test]
async fn health_tells_whether_to_send_requests_here() {
    let app = TestApp::sqlite().await;
    assert_eq!(app.get("/health/live").anonymous().await.ok(), json!({ "status": "live" }));
    assert_eq!(app.get("/health/ready").anonymous().await.ok(), json!({ "status": "ready" }));
    app.app.enter(Phase::ShuttingDown);
    let stopping = app.get("/health/ready").await;
    stopping.problem("shutting_down");
    assert_eq!(stopping.header("retry-after"), "2");
    app.get("/health/live").await.ok();
    app.app.enter(Phase::Ready);
    app.system.close().await;
    let closed = app.get("/health/ready").await;
    assert_eq!(closed.status, 503);
    assert_ne!(closed.header("retry-after"), "");
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_never_by_what_was_sent() {
    let app = TestApp::sqlite().await;
    app.get("/api/admin/v1/products/secret-name").await.problem("not_found");
    app.get("/wherever/secret-name").await.problem("not_found");
    app.get("/metrics").anonymous().await.problem("credential_missing");
    let text = app.get("/metrics").await.text;
    assert!(!text.contains("secret-name"));
    let line = r#"chancery_http_requests_total{method="GET",path="/api/admin/v1/products/{product}",status="404"} 1"#;
    assert!(text.contains(line), "{text}");
    for name in
        ["chancery_http_request_duration_seconds_bucket", "chancery_build_info", "chancery_process_resident_memory"]
    {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(text.contains("chancery_http_requests_in_flight 1"));
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn api_7_metrics_and_log_know_no_method_that_a_caller_made_up() {
    start_logging();
    let app = TestApp::sqlite().await;
    for method in ["BREW", "get", "X-1", "HEAD"] {
        app.call(method, "/health/live").await;
    }
    let text = app.get("/metrics").await.text;
    let line = r#"chancery_http_requests_total{method="OTHER",path="/health/live",status="405"} 3"#;
    assert!(text.contains(line) && text.contains(r#"{method="HEAD",path="/health/live",status="200"} 1"#), "{text}");
    let log = logged();
    assert!(log.contains(r#""method":"OTHER""#), "{log}");
    for made_up in ["BREW", "\"get\"", "X-1"] {
        assert!(!text.contains(made_up) && !log.contains(made_up), "{made_up}");
    }
}

#[tokio::test]
async fn key_4_a_vendor_that_another_process_made_is_counted_at_once() {
    let database = Postgres::shared().fresh_database();
    let app = TestApp::on(Location::Postgres(database.clone())).await;
    let own = app.get("/.well-known/jwks.json").anonymous().await.ok();
    let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
    let options = SystemOptions { key_encryption_key, public_url: None, machine: None };
    let elsewhere = System::connect(Location::Postgres(database), options).await.unwrap();
    let new = NewVendor { name: "Umbrella".parse().unwrap(), sandbox: false, admin_key: None };
    vendor::create(&elsewhere, app.now(), [1; 32], new).await.unwrap();
    app.get("/.well-known/jwks.json").await.problem("not_found");
    app.get("/.well-known/trust-bundle").await.problem("not_found");
    assert_eq!(app.get(&format!("/vendors/{}/.well-known/jwks.json", app.vendor.id)).await.ok(), own);
    elsewhere.close().await;
}

#[tokio::test]
async fn key_4_keys_and_bundle_are_published_for_one_vendor_and_for_each() {
    let app = TestApp::sqlite().await;
    let keys = app.get("/.well-known/jwks.json").anonymous().await.ok();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 4, "the root, two keys that sign, and the one that receives");
    let own = format!("/vendors/{}/.well-known", app.vendor.id);
    assert_eq!(app.get(&format!("{own}/jwks.json")).anonymous().await.ok(), keys);
    for path in ["/.well-known/trust-bundle", &format!("{own}/trust-bundle")] {
        let bundle = app.get(path).anonymous().await.ok();
        assert_eq!(bundle["token"].as_str().unwrap().split('.').count(), 3);
    }
    let (other, _) = app.another_vendor("Umbrella", false).await;
    app.get("/.well-known/jwks.json").await.problem("not_found");
    app.get("/.well-known/trust-bundle").await.problem("not_found");
    let others = app.get(&format!("/vendors/{}/.well-known/jwks.json", other.id)).anonymous().await.ok();
    assert_ne!(others, keys);
    app.get("/vendors/ven_01m4jx7gd1eb9bvwgxq8w7mmp3/.well-known/trust-bundle").await.problem("not_found");
}

#[tokio::test]
async fn api_5_pages_load_nothing_from_elsewhere() {
    let app = TestApp::sqlite().await;
    for path in ["/docs", "/docs/docs.js", "/docs/docs.css", "/docs/problems"] {
        let page = app.get(path).anonymous().await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{path}");
        assert!(!page.text.contains("\"//") && !page.text.contains("@import") && !page.text.contains("url("), "{path}");
        assert!(!page.text.contains("<style") && !page.text.contains(" style=") && !page.text.contains("onclick"));
        assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn api_2_every_code_has_its_page() {
    let app = TestApp::sqlite().await;
    let page = app.get("/docs/problems").anonymous().await.text;
    for code in chancery_api_types::Code::ALL {
        assert!(page.contains(&format!("id=\"{code}\"")), "{code}");
    }
}
