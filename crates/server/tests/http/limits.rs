//! Rate limits (API-8), through the real router: who is told to wait, and who never is.

use chancery_server::operations::Location;
use chancery_server::{RateLimits, Traffic};
use chancery_testkit::Postgres;
use serde_json::json;

use crate::common::{Reply, TestApp};
use crate::management::shop::{Seat, Shop};

const HOME: &str = "192.0.2.7";

async fn app(limits: &str) -> TestApp {
    TestApp::with(Location::Memory, traffic(limits)).await
}

fn traffic(limits: &str) -> Traffic {
    Traffic { limits: limits.parse::<RateLimits>().unwrap(), ..Traffic::default() }
}

#[track_caller]
fn limited(reply: &Reply, limit: &str) -> u64 {
    let problem = reply.problem("rate_limited");
    assert_eq!(problem["limit"], limit, "{reply:?}");
    assert!(reply.header("ratelimit").starts_with(&format!("\"{limit}\";r=0;t=")), "{reply:?}");
    reply.header("retry-after").parse().unwrap()
}

#[tokio::test]
async fn api_8_an_api_key_has_its_quota_and_is_told_of_it() {
    let app = app("api-key=3/60s").await;
    let call = || app.get("/api/admin/v1/plans").from(HOME);
    for left in [2, 1, 0] {
        let reply = call().await;
        reply.ok();
        assert_eq!(reply.header("ratelimit-policy"), "\"api-key\";q=3;w=60");
        assert!(reply.header("ratelimit").starts_with(&format!("\"api-key\";r={left};t=")), "{reply:?}");
    }
    assert_eq!(limited(&call().await, "api-key"), 20);
    // Another key from the same place has a quota of its own, also while the first waits.
    let (_, other) = app.another_vendor("Acme", false).await;
    call().key(&other).await.ok();
    app.clock.advance(20);
    call().await.ok();
    limited(&call().await, "api-key");
}

#[tokio::test]
async fn api_8_a_limited_change_changes_nothing_and_can_be_repeated() {
    let app = app("api-key=2/60s").await;
    let make = || app.post("/api/admin/v1/customers").json(json!({ "name": "A" })).once("k");
    app.get("/api/admin/v1/customers").await.ok();
    app.get("/api/admin/v1/customers").await.ok();
    limited(&make().await, "api-key");
    app.clock.advance(60);
    make().await.created();
}

#[tokio::test]
async fn api_8_guesses_of_one_address_are_soon_stopped_before_anything_is_looked_up() {
    let app = app("failures=5/60s").await;
    let shop = Shop::open(&app, "Acme").await;
    let sold = shop.sell("CAD-C").await;
    let guess = |i: u32| shop.activate(&format!("0000-0000-0000-{i:04}"), "pc").from(HOME);
    for i in 0..5 {
        guess(i).await.problem("activation_code_unknown");
    }
    assert_eq!(limited(&guess(5).await, "failures"), 12);
    // Even the right code is not looked up now: a guess that hits is not told.
    limited(&shop.activate(&sold.code, "pc-1").from(HOME).await, "failures");
    app.get("/api/admin/v1/plans").key("apik_wrong").from(HOME).await.problem("rate_limited");
    // From elsewhere it is.
    shop.activate(&sold.code, "pc-1").from("192.0.2.8").await.created();
    // And what was right before is known to be.
    shop.activate(&sold.code, "pc-1").from(HOME).await.ok();
    app.clock.advance(60);
    guess(6).await.problem("activation_code_unknown");
}

#[tokio::test]
async fn api_8_wrong_keys_and_tokens_and_missing_ones_count_as_guesses() {
    for (path, credential, code) in [
        ("/api/admin/v1/plans", Some("apik_x"), "credential_invalid"),
        ("/api/admin/v1/plans", None, "credential_missing"),
        ("/api/v1/activation", Some("x.y.z"), "access_token_invalid"),
    ] {
        let app = app("failures=2/60s").await;
        let call = || match credential {
            Some(credential) => app.get(path).from("2001:db8::1").key(credential),
            None => app.get(path).from("2001:db8::2").anonymous(),
        };
        call().await.problem(code);
        call().await.problem(code);
        limited(&call().await, "failures");
        // A whole /64 is one neighbour, the next one is another.
        limited(&call().from("2001:db8::ffff:1").await, "failures");
        call().from("2001:db8:0:1::1").await.problem(code);
    }
}

#[tokio::test]
async fn api_8_pages_for_everybody_are_counted_by_address_and_watchers_never() {
    let app = app("public=2/60s").await;
    let get = |path: &str| app.get(path).anonymous().from(HOME);
    get("/docs").await;
    assert_eq!(get("/nothing/here").await.status, 404);
    limited(&get("/openapi/management.json").await, "public");
    limited(&get("/nothing/here").await, "public");
    assert_eq!(get("/docs").from("192.0.2.8").await.status, 200);
    for path in ["/health/live", "/health/ready", "/metrics"] {
        for _ in 0..5 {
            assert_eq!(app.get(path).from(HOME).await.status, 200, "{path}");
        }
    }
    app.get("/api/admin/v1/plans").from(HOME).await.ok();
}

#[tokio::test]
async fn api_8_the_proxy_that_is_trusted_says_where_a_call_comes_from() {
    let trusted = Traffic { proxies: "10.0.0.0/8".parse().unwrap(), ..traffic("failures=1/60s") };
    let app = TestApp::with(Location::Memory, trusted).await;
    let call = |peer: &str, forwarded: &str| {
        app.get("/api/admin/v1/plans").key("apik_x").from(peer).header("x-forwarded-for", forwarded)
    };
    call("10.0.0.1", "192.0.2.7").await.problem("credential_invalid");
    limited(&call("10.0.0.1", "192.0.2.7").await, "failures");
    call("10.0.0.1", "192.0.2.8").await.problem("credential_invalid");
    // Who is no proxy cannot be somebody else.
    call("198.51.100.1", "192.0.2.9").await.problem("credential_invalid");
    limited(&call("198.51.100.1", "192.0.2.10").await, "failures");
}

/// A fleet behind one address at eight o'clock, and one of it that does everything wrong.
async fn a_fleet_is_not_starved(app: TestApp) {
    let shop = Shop::open(&app, "Acme").await;
    shop.patch("/offerings/CAD-C", json!({ "seats": 60 })).await.ok();
    let sold = shop.sell("CAD-C").await;
    let mut fleet = Vec::new();
    for machine in 0..50 {
        fleet.push(Seat::take(&shop, &sold.code, &format!("pc-{machine}")).await.at(HOME));
    }
    let mut noisy = Seat::take(&shop, &sold.code, "noisy").await.at(HOME);
    for seat in &mut fleet {
        for _ in 0..3 {
            noisy.post("/refresh", json!({})).await;
            app.get("/api/v1/activation").key("x.y.z").from(HOME).await;
            assert!(!shop.activate("0000-0000-0000-0000", "guess").from(HOME).await.status.is_success());
        }
        seat.post("/refresh", json!({})).await.ok();
    }
    let reply = noisy.post("/refresh", json!({})).await;
    limited(&reply, "activation");
    assert_eq!(reply.header("chancery-nonce"), "", "SAFE-2: the nonce is not turned");
    app.clock.advance(60);
    noisy.post("/refresh", json!({})).await.ok();
}

#[tokio::test]
async fn api_8_a_fleet_behind_one_address_is_not_starved_on_sqlite() {
    a_fleet_is_not_starved(app("activation=20/60s, failures=3/60s").await).await;
}

#[tokio::test]
async fn api_8_a_fleet_behind_one_address_is_not_starved_on_postgres() {
    let location = Location::Postgres(Postgres::shared().fresh_database());
    a_fleet_is_not_starved(TestApp::with(location, traffic("activation=20/60s, failures=3/60s")).await).await;
}

#[tokio::test]
async fn api_8_without_limits_nothing_is_counted_or_told() {
    let app = app("off").await;
    for _ in 0..100 {
        let reply = app.get("/api/admin/v1/plans").key("apik_x").from(HOME).await;
        reply.problem("credential_invalid");
        assert_eq!(reply.header("ratelimit"), "");
    }
}

#[tokio::test]
async fn api_8_the_usual_limits_let_a_whole_import_through() {
    let app = app("").await;
    for i in 0..500 {
        app.post("/api/admin/v1/customers").json(json!({ "name": format!("C{i}") })).from(HOME).await.created();
    }
}
