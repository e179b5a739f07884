//! By which names a local server is managed, and from which pages (LLS-5).

use chancery_server::{Hosts, Traffic};

use super::site::{LLS, Site};
use crate::common::TestApp;

const MANAGED: [&str; 8] = [
    "/",
    "/page/main.js",
    "/docs",
    "/docs/docs.js",
    "/docs/problems",
    "/openapi/local.json",
    "/metrics",
    "/api/lls/license/status",
];

#[tokio::test]
async fn lls_5_management_answers_to_the_servers_own_names_alone() {
    let app = TestApp::sqlite().await;
    let hosts = Hosts::new(Some("https://licenses.corp.example"), &["dark-1".to_owned()]);
    let site = Site::with(&app, Traffic { hosts, ..Traffic::unlimited() }).await;
    for path in MANAGED {
        for own in ["localhost:7012", "127.0.0.1", "[::1]:7012", "dark-1", "licenses.corp.example"] {
            let reply = site.local.get(path).header("host", own).await;
            assert_eq!(reply.status, 200, "{path} {own} {reply:?}");
        }
        for foreign in ["evil.example", "10.1.2.3:7012", "licenses.corp.example.evil.example"] {
            let call = site.local.get(path).header("host", foreign);
            call.await.problem("host_not_allowed");
        }
        site.local.get(path).await.problem("host_not_allowed");
    }
    for path in ["/health/ready", "/health/live", "/.well-known/trust-bundle"] {
        site.local.get(path).anonymous().header("host", "evil.example").await.ok();
    }
    site.local.get("/api/v1/activation").header("host", "evil.example").await.problem("local_server_not_active");
}

#[tokio::test]
async fn lls_5_pages_of_other_sites_are_refused() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    for path in MANAGED {
        let call = |origin: &str| site.local.get(path).header("host", "localhost:7012").header("origin", origin);
        assert_eq!(call("http://localhost:7012").await.status, 200, "{path}");
        for foreign in ["https://evil.example", "http://localhost:3000", "null"] {
            call(foreign).await.problem("origin_not_allowed");
        }
    }
    // Also before anybody knows who calls, and whatever is wanted.
    let call = site.local.delete(&format!("{LLS}/entitlements/x")).anonymous();
    call.header("host", "localhost").header("origin", "https://evil.example").await.problem("origin_not_allowed");
    let embedded = site.get("/report").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "no-cors");
    embedded.await.problem("origin_not_allowed");
}

#[tokio::test]
async fn lls_5_an_authority_is_reached_by_any_name() {
    let app = TestApp::sqlite().await;
    app.get("/").anonymous().header("host", "any.example").await.ok();
    app.get("/api/admin/v1/products").header("host", "any.example").header("origin", "https://x.example").await.ok();
}
