//! A local server that really listens: its management at an address of its own, and what it says by itself (LLS-3, LLS-5).

use std::sync::Arc;
use std::time::Duration;

use chancery_domain::Timestamp;
use chancery_server::{Clock, Randomness, Running, Server, ServerOptions, StartError, TlsMode, Traffic};

use super::site::Site;
use crate::common::{TestApp, logged, start_logging};

async fn start(site: &Site, listen: &str, management: Option<&str>) -> Result<Running, StartError> {
    let clock = site.local.clock.clone();
    let options = ServerOptions {
        listen: listen.parse().unwrap(),
        management: management.map(|address| address.parse().unwrap()),
        tls: TlsMode::Off { force: false },
        data_dir: std::env::temp_dir(),
        drain: Duration::ZERO,
        clock: Clock::new(move || Timestamp::from_micros(clock.micros()).unwrap()),
        randomness: Randomness::system(),
        traffic: Traffic::unlimited(),
    };
    Server::start(options, Arc::clone(&site.local.system)).await
}

/// The status of an answer, to a call by this name.
async fn ask(address: std::net::SocketAddr, path: &str, host: Option<&str>, key: Option<&str>) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut call = client.get(format!("http://{address}{path}"));
    if let Some(host) = host {
        call = call.header("host", host);
    }
    if let Some(key) = key {
        call = call.basic_auth("admin", Some(key));
    }
    let reply = call.send().await.unwrap();
    (reply.status().as_u16(), reply.text().await.unwrap())
}

#[tokio::test]
async fn lls_5_management_can_have_an_address_of_its_own() {
    let app = TestApp::sqlite().await;
    let site = Site::activated(&app).await;
    let running = start(&site, "127.0.0.1:0", Some("127.0.0.1:0")).await.unwrap();
    let (products, management) = (running.local_addr(), running.management_addr().unwrap());
    assert_ne!(products, management);
    let key = Some(site.local.admin.as_str());
    for path in ["/api/lls/license/status", "/page/main.js", "/docs", "/metrics", "/openapi/local.json"] {
        assert_eq!(ask(management, path, None, key).await.0, 200, "{path}");
        assert_eq!(ask(products, path, None, key).await.0, 404, "{path}");
        let foreign = ask(management, path, Some("evil.example"), key).await;
        assert_eq!(foreign.0, 403, "{path}");
        assert!(foreign.1.contains("host_not_allowed"), "{foreign:?}");
    }
    assert_eq!(ask(products, "/api/v1/activation", Some("any.example"), None).await.0, 401);
    assert_eq!(ask(management, "/api/v1/activation", None, None).await.0, 404);
    for address in [products, management] {
        assert_eq!(ask(address, "/health/ready", None, None).await.0, 200);
        assert!(ask(address, "/", None, None).await.1.contains("local-server"));
    }
    running.shutdown().await;
}

#[tokio::test]
async fn lls_5_one_address_serves_all_and_no_other_plain_one_than_loopback() {
    let app = TestApp::sqlite().await;
    let site = Site::activated(&app).await;
    for management in [Some("0.0.0.0:0"), Some("192.0.2.1:0")] {
        let refused = start(&site, "127.0.0.1:0", management).await.unwrap_err();
        assert!(matches!(refused, StartError::PlainOutsideLoopback { .. }), "{refused}");
    }
    let running = start(&site, "127.0.0.1:0", None).await.unwrap();
    assert_eq!(running.management_addr(), None);
    let key = Some(site.local.admin.as_str());
    assert_eq!(ask(running.local_addr(), "/api/lls/license/status", None, key).await.0, 200);
    assert_eq!(ask(running.local_addr(), "/api/v1/activation", None, None).await.0, 401);
    running.shutdown().await;
}

#[tokio::test]
async fn lls_3_what_ends_soon_is_in_the_log_and_in_the_metrics() {
    let app = TestApp::sqlite().await;
    let site = Site::activated(&app).await;
    app.clock.advance(360 * 24 * 3_600);
    start_logging();
    let running = start(&site, "127.0.0.1:0", None).await.unwrap();
    let key = Some(site.local.admin.as_str());
    let told = async {
        loop {
            let (_, text) = ask(running.local_addr(), "/metrics", None, key).await;
            if text.contains("chancery_local_server_active{") {
                return text;
            }
        }
    };
    let text = tokio::time::timeout(Duration::from_secs(60), told).await.unwrap();
    assert!(text.contains("chancery_local_server_ends_within_days{what=\"license\",entitlement=\"\"} 7"), "{text}");
    let active = text.lines().find(|line| line.starts_with("chancery_local_server_active{")).unwrap();
    assert!(active.ends_with(" 1"), "{active}");
    let log = logged();
    let warned = log.lines().filter(|line| line.contains("ends soon")).count();
    assert_eq!(warned, 1, "once, not each minute: {log}");
    running.shutdown().await;
}
