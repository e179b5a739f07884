//! Who manages a local server: its administrator, by one key (MAN-1, API-8).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chancery_server::{RateLimits, Traffic};

use super::site::Site;
use crate::common::{Call, TestApp, on_both_engines};

fn basic(call: Call, user: &str, password: &str) -> Call {
    call.header("authorization", &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

on_both_engines! {
    async fn man_1_the_admin_key_is_shown_as_bearer_or_as_the_password_of_admin(app: TestApp) {
        let site = Site::set_up(&app).await;
        let key = site.local.admin.clone();
        let call = || site.get("/license/status");
        call().key(&key).await.ok();
        basic(call(), "admin", &key).await.ok();
        call().header("authorization", &format!("basic {}", STANDARD.encode(format!("admin:{key}")))).await.ok();
        call().anonymous().await.problem("credential_missing");
        call().header("authorization", "Digest x").await.problem("credential_missing");
        for wrong in [basic(call(), "bob", &key), basic(call(), "", &key), basic(call(), "admin", ""), basic(call(), &key, "")] {
            wrong.await.problem("credential_invalid");
        }
        for wrong in ["Basic ", "Basic !", "Basic ////", "Bearer apik_x_y"] {
            let reply = call().header("authorization", wrong).await;
            assert_eq!(reply.status, 401, "{wrong}: {reply:?}");
        }
        call().key(&format!("{}x", &key[..key.len() - 1])).await.problem("credential_invalid");
    }

    async fn man_1_no_key_of_the_vendor_works_here_and_the_local_one_not_there(app: TestApp) {
        let site = Site::set_up(&app).await;
        site.get("/license/status").key(&site.place.shop.key).await.problem("credential_invalid");
        let there = || app.get("/api/admin/v1/products");
        there().key(&site.local.admin).await.problem("credential_invalid");
        basic(there(), "admin", &app.admin).await.problem("credential_missing");
    }
}

#[tokio::test]
async fn api_8_guesses_of_the_admin_key_are_soon_stopped() {
    let app = TestApp::sqlite().await;
    let limits: RateLimits = "failures=5/60s".parse().unwrap();
    let site = Site::with(&app, Traffic { limits, ..Traffic::default() }).await;
    let guess = |n: u32| basic(site.get("/license/status").from("192.0.2.1"), "admin", &format!("apik_{n}_x"));
    for n in 0..5 {
        guess(n).await.problem("credential_invalid");
    }
    let refused = guess(5).await;
    refused.problem("rate_limited");
    assert!(!refused.header("retry-after").is_empty());
    site.get("/license/status").from("192.0.2.1").await.problem("rate_limited");
    site.get("/license/status").from("192.0.2.2").await.ok();
}

#[tokio::test]
async fn metrics_need_the_admin_key() {
    let app = TestApp::sqlite().await;
    let site = Site::activated(&app).await;
    let call = || site.local.get("/metrics").header("host", "localhost");
    assert_eq!(basic(call(), "admin", &site.local.admin).await.status, 200);
    call().anonymous().await.problem("credential_missing");
}
