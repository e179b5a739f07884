//! What is no token of the right kind, for the right vendor, at the right time: each a clear 4xx that repeats nothing of it.

use chancery_token::carried;
use serde_json::{Value, json};

use super::device::{Desk, Place};
use crate::common::{Reply, TestApp, on_both_engines};
use crate::management::shop::{NOBODY, text};

/// A refusal of a token by its form: nothing in the reply is of the token.
#[track_caller]
fn refused(reply: &Reply, token: &str) {
    let problem = reply.json();
    let code = problem["code"].as_str().unwrap_or_default();
    assert_eq!(reply.status, 422, "{reply:?}");
    assert!(code.starts_with("token_") || code == "validation_failed", "{reply:?}");
    reply.problem(code);
    let secret = token.get(..40).unwrap_or(token);
    assert!(secret.len() < 8 || !reply.text.contains(secret), "{reply:?}");
}

async fn both(desk: &Desk, token: &str) {
    refused(&desk.activate(token).await, token);
    refused(&desk.deactivate(token).await, token);
}

on_both_engines! {
    async fn tok_3_what_is_no_token_is_refused_and_never_a_fault_of_the_server(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let sold = place.sell("CAD-C").await;
        let good = place.device(1).await.ask(&sold.code, "pc-1");
        let mut parts = carried::parts(&good, 300);
        parts.pop();
        let desk = place.office();
        for garbage in [
            String::new(),
            " \r\n\t ".to_owned(),
            "x".to_owned(),
            "....".to_owned(),
            "eyJ.eyJ.eyJ.eyJ.eyJ".to_owned(),
            "a\u{0}b".to_owned(),
            "🦀".repeat(100),
            "\u{feff}\u{200b}".to_owned(),
            "{\"token\":".to_owned(),
            "{\"token\":{\"token\":\"x\"}}".to_owned(),
            "[".repeat(50_000),
            "A".repeat(64 * 1024 + 1),
            format!("{good}{}", "A".repeat(300_000)),
            format!("{good}.{good}"),
            format!("{good}\n{good}"),
            parts.join("\n"),
            parts.first().unwrap().clone(),
            good.to_lowercase(),
            good[..good.len() - 1].to_owned(),
            carried::write_file("request", &good).replace('.', ""),
        ] {
            both(&desk, &garbage).await;
        }
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 0);
        desk.activate(&good).await.ok();
    }

    async fn off_4_tokens_of_other_kinds_are_refused(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, device, desk) = (place.sell("CAD-P").await, place.device(1).await, place.office());
        let request = device.ask(&sold.code, "pc-1");
        let made = desk.activate(&request).await.ok();
        let id = &made["activation"]["id"];
        let refresh = desk.refresh(id).await.ok();
        // Sealed to the device, not to the vendor.
        for reply in [&made, &refresh] {
            desk.activate(text(&reply["token"])).await.problem("token_wrong_recipient");
            desk.deactivate(text(&reply["token"])).await.problem("token_wrong_recipient");
        }
        desk.deactivate(&request).await.problem("token_wrong_type");
        desk.activate(&device.give_up(id, 2)).await.problem("token_wrong_type");
        // Signed, and not sealed at all.
        let online = place.shop.activate(&sold.code, "pc-2").await.created();
        for signed in [text(&online["lease"]), text(&online["accessToken"]), device.open(&made).0.lease()] {
            both(&desk, signed).await;
        }
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 2);
    }

    async fn api_2_tokens_and_activations_of_another_vendor_are_refused(app: TestApp) {
        let (place, other) = (Place::open(&app, "Acme").await, Place::open(&app, "Umbrella").await);
        let sold = place.sell("CAD-C").await;
        let (device, desk) = (place.device(1).await, place.office());
        let token = device.ask(&sold.code, "pc-1");
        let id = desk.activate(&token).await.ok()["activation"]["id"].clone();
        let gone = device.give_up(&id, 1);
        for foreign in other.desks().await {
            foreign.activate(&token).await.problem("token_wrong_recipient");
            foreign.deactivate(&gone).await.problem("token_wrong_recipient");
            foreign.refresh(&id).await.problem("not_found");
            foreign.refresh(&json!(format!("act_{NOBODY}"))).await.problem("not_found");
            // A device of that vendor, which asks for what is another's.
            let theirs = other.device(9).await;
            let mut request = theirs.request(json!({ "type": "activationCode", "code": sold.code }), "pc-2");
            request.product = place.product;
            foreign.activate(&theirs.seal(&request)).await.problem("token_wrong_product");
            foreign.deactivate(&theirs.give_up(&id, 1)).await.problem("not_found");
        }
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 1);
        desk.refresh(&id).await.ok();
    }

    async fn off_9_only_the_device_itself_gives_its_seat_up(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, device, thief) = (place.sell("CAD-C").await, place.device(1).await, place.device(2).await);
        let desk = place.office();
        let id = desk.activate(&device.ask(&sold.code, "pc-1")).await.ok()["activation"]["id"].clone();
        let reply = desk.deactivate(&thief.give_up(&id, 1)).await;
        assert!(reply.status.is_client_error(), "{reply:?}");
        desk.deactivate(&device.give_up(&json!(format!("act_{NOBODY}")), 1)).await.problem("not_found");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 1);
        desk.deactivate(&device.give_up(&id, 1)).await.ok();
    }

    async fn off_1_without_an_offline_lease_period_nothing_is_activated(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let never = json!({ "offlineLeasePeriod": null });
        place.shop.patch("/products/cad", never).await.ok();
        let (sold, device, desk) = (place.sell("CAD-C").await, place.device(1).await, place.office());
        desk.activate(&device.ask(&sold.code, "pc-1")).await.problem("offline_not_permitted");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 0);
        // An activation that was made online is none that is refreshed by tokens.
        let online = place.shop.activate(&sold.code, "pc-2").await.created();
        desk.refresh(&online["activation"]["id"]).await.problem("wrong_mode");
    }

    async fn seat_5_a_request_gets_no_seat_that_is_not_there(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, desk) = (place.sell("CAD-C").await, place.office());
        for (seed, seat) in [(1, "pc-1"), (2, "pc-2")] {
            desk.activate(&place.device(seed).await.ask(&sold.code, seat)).await.ok();
        }
        let refused = desk.activate(&place.device(3).await.ask(&sold.code, "pc-3")).await;
        assert_eq!(refused.problem("seats_exhausted")["seats"], 2);
    }
}

#[tokio::test]
async fn api_1_bodies_of_offline_calls_are_read_strictly() {
    let app = TestApp::sqlite().await;
    let place = Place::open(&app, "Acme").await;
    for desk in place.desks().await {
        let prefix = if desk.key == place.shop.key { "/api/admin/v1" } else { "/api/portal/v1" };
        let call = |verb: &str, body: Value| app.post(&format!("{prefix}/offline/{verb}")).key(&desk.key).json(body);
        for verb in ["activate", "deactivate"] {
            call(verb, json!({})).await.invalid("token", "required");
            call(verb, json!({ "token": 7 })).await.invalid("token", "bad_format");
            call(verb, json!({ "token": "x", "activationId": "y" })).await.invalid("activationId", "unknown_field");
        }
        call("refresh", json!({})).await.invalid("activationId", "required");
        call("refresh", json!({ "activationId": "x" })).await.invalid("activationId", "bad_format");
        let query = format!("{prefix}/offline/refresh?dryRun=true");
        app.post(&query).key(&desk.key).json(json!({})).await.invalid("dryRun", "unknown_field");
        app.get(&format!("{prefix}/offline/refresh")).key(&desk.key).await.problem("method_not_allowed");
    }
}
