//! Guesses inside of tokens are limited as others are (API-8).

use chancery_server::operations::Location;
use chancery_server::{RateLimits, Traffic};
use serde_json::json;

use super::device::Place;
use crate::common::TestApp;

const HOME: &str = "192.0.2.7";

#[tokio::test]
async fn api_8_guesses_inside_of_tokens_are_stopped_before_they_are_looked_up() {
    let limits = "failures=3/60s".parse::<RateLimits>().unwrap();
    let app = TestApp::with(Location::Memory, Traffic { limits, ..Traffic::default() }).await;
    let place = Place::open(&app, "Acme").await;
    let (sold, device) = (place.sell("CAD-C").await, place.device(1).await);
    for desk in place.desks().await {
        app.clock.advance(60);
        // The key is known from here on, and is not counted among the guesses.
        desk.refresh(&json!("act_01m4jx7gd1eb9bvwgxq8w7mmp3")).from(HOME).await.problem("not_found");
        for guess in 0..3 {
            let token = device.ask(&format!("0000-0000-0000-{guess:04}"), "pc-1");
            desk.activate(&token).from(HOME).await.problem("activation_code_unknown");
        }
        let right = device.ask(&sold.code, "pc-1");
        let problem = desk.activate(&right).from(HOME).await.problem("rate_limited");
        assert_eq!(problem["limit"], "failures");
        // What needs no guess goes on; and from elsewhere all does.
        desk.refresh(&json!("act_01m4jx7gd1eb9bvwgxq8w7mmp3")).from(HOME).await.problem("not_found");
        desk.activate(&right).from("192.0.2.8").await.ok();
    }
}

#[tokio::test]
async fn api_8_a_contact_s_key_has_its_quota() {
    let limits = "api-key=2/60s".parse::<RateLimits>().unwrap();
    let app = TestApp::with(Location::Memory, Traffic { limits, ..Traffic::default() }).await;
    let (_, key) = app.another_vendor("Acme", true).await;
    let customer = json!({ "name": "I", "contacts": [{ "name": "Bob", "email": "bob@initech.example" }] });
    let made = app.post("/api/admin/v1/customers").key(&key).json(customer).await.created();
    let body = json!({ "name": "Bob's", "contactId": made["contacts"][0]["id"] });
    let made = app.post("/api/admin/v1/api-keys").key(&key).json(body).await.created();
    let body = json!({ "activationId": "act_01m4jx7gd1eb9bvwgxq8w7mmp3" });
    let call = || app.post("/api/portal/v1/offline/refresh").key(made["key"].as_str().unwrap()).json(body.clone());
    call().await.problem("not_found");
    call().await.problem("not_found");
    let problem = call().await.problem("rate_limited");
    assert_eq!(problem["limit"], "api-key");
    app.clock.advance(60);
    call().await.problem("not_found");
}
