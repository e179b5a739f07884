//! Each token of the wrong kind at each endpoint that takes one, tokens of others, and what is no token: refused, and never a 5xx.

use serde_json::{Value, json};

use super::server::{MACHINE, Server, export, used};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::text;
use crate::offline::device::Place;

/// One token of every kind that a vendor's people may have before them, by its name.
async fn one_of_each(place: &Place, server: &Server, entitlement: &str, code: &str) -> Vec<(&'static str, String)> {
    let device = place.device(9).await;
    let request = device.ask(code, "pc-9");
    let response = place.office().activate(&request).await.ok();
    let activation = &response["activation"]["id"];
    let refresh = place.office().refresh(activation).await.ok();
    let made =
        export(place, entitlement, json!({ "localServerId": server.id.to_string(), "seats": 1 })).await.created();
    let rebind = place.shop.post(&format!("{}/rebind", server.path()), json!({ "machine": MACHINE })).await.ok();
    let vendor = format!("/vendors/{}/.well-known/trust-bundle", place.vendor);
    let bundle = place.shop.app.get(&vendor).anonymous().await.ok();
    let token = |reply: &Value| text(&reply["token"]).to_owned();
    vec![
        ("request", request),
        ("response", token(&response)),
        ("refresh", token(&refresh)),
        ("deactivation", device.give_up(activation, 1)),
        ("registration", server.ask(code)),
        ("export", token(&made)),
        ("return", server.give_back(&made["session"], 1, used(0, None))),
        ("report", server.report(1, &[(&made["session"], 1, used(0, None))])),
        ("rebind", token(&rebind)),
        ("bundle", token(&bundle)),
    ]
}

/// Codes that say that a token is not what it must be.
const WRONG: [&str; 6] = [
    "token_malformed",
    "token_wrong_type",
    "token_wrong_recipient",
    "token_key_unknown",
    "token_signature_invalid",
    "token_wrong_product",
];

on_both_engines! {
    async fn api_2_each_token_of_the_wrong_kind_is_refused_everywhere(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        place.shop.patch(&sold.entitlement, json!({ "seats": 5 })).await.ok();
        let tokens = one_of_each(&place, &server, &sold.entitlement, &sold.code).await;
        let before = place.shop.get(&sold.entitlement).await.ok();
        let import = format!("{}/import", sold.entitlement);
        for (path, right) in [
            (import.as_str(), "return"),
            ("/local-servers/reports", "report"),
            ("/offline/activate", "request"),
            ("/offline/deactivate", "deactivation"),
        ] {
            for (kind, token) in tokens.iter().filter(|(kind, _)| *kind != right) {
                let reply = place.shop.post(path, json!({ "token": token })).await;
                if (path, *kind) == ("/offline/activate", "registration") {
                    // A request as any other; but its code is for another product.
                    reply.problem("product_not_in_order");
                    continue;
                }
                let code = reply.json()["code"].clone();
                assert!(WRONG.contains(&code.as_str().unwrap()), "{kind} at {path}: {reply:?}");
                reply.problem(text(&code));
            }
        }
        assert_eq!(place.shop.get(&sold.entitlement).await.ok(), before, "a refusal changes nothing");
    }

    async fn api_2_what_is_no_token_is_refused(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string() })).await.created();
        let right = server.give_back(&made["session"], 1, used(0, None));
        let cut = right[..right.len() / 2].to_owned();
        let altered = format!("{}{}", &right[..right.len() - 4], "AAAA");
        let large = "eyJ".repeat(2 << 20);
        let wrong = ["", " ", "x", "eyJ", "eyJ.", "....", "null", "{}", "{\"token\":1}", "chancery:1/2:x", "\u{feff}", &cut, &altered, &large];
        for path in [format!("{}/import", sold.entitlement), "/local-servers/reports".to_owned()] {
            for token in wrong {
                let reply = place.shop.post(&path, json!({ "token": token })).await;
                assert_eq!(reply.status, 422, "{:.40} at {path}: {reply:?}", token);
                assert!(text(&reply.json()["code"]).starts_with("token_"), "{:.40} at {path}: {reply:?}", token);
            }
            for body in ["", "[]", "{", "{\"token\":7}", "{\"token\":null}", "\"eyJ\""] {
                let reply = place.shop.call("POST", &path).body("application/json", body).await;
                assert!(reply.status.is_client_error(), "{body} at {path}: {reply:?}");
            }
            // Up to 16 MiB are read, and no more.
            let huge = json!({ "token": "x".repeat(15 << 20) });
            place.shop.post(&path, huge).await.problem("token_malformed");
            let huge = json!({ "token": "x".repeat(17 << 20) });
            place.shop.post(&path, huge).await.problem("body_too_large");
        }
        place.shop.post(&format!("{}/import", sold.entitlement), json!({ "token": right })).await.ok();
    }

    async fn api_2_tokens_of_other_vendors_and_of_strange_servers_are_refused(app: TestApp) {
        let (place, other) = (Place::open(&app, "Acme").await, Place::open(&app, "Umbrella").await);
        let (server, theirs) = (Server::activated(&place, 1).await, Server::activated(&other, 1).await);
        let (sold, another) = (place.sell("CAD-C").await, other.sell("CAD-C").await);
        let to = |server: &Server| json!({ "localServerId": server.id.to_string() });
        let made = export(&place, &sold.entitlement, to(&server)).await.created();
        export(&other, &another.entitlement, to(&theirs)).await.created();
        let (report, back) = (
            server.report(1, &[(&made["session"], 1, used(0, None))]),
            server.give_back(&made["session"], 1, used(0, None)),
        );
        // Another vendor can open neither.
        other.shop.post("/local-servers/reports", json!({ "token": report })).await.problem("token_wrong_recipient");
        other.shop.post(&format!("{}/import", another.entitlement), json!({ "token": back })).await.problem("token_wrong_recipient");
        // A server that nobody registered, and one that speaks for another.
        let stranger = Server::set_up(&place, 3).await;
        let strange = stranger.report(1, &[(&made["session"], 1, used(0, None))]);
        place.shop.post("/local-servers/reports", json!({ "token": strange })).await.problem("token_key_unknown");
        let impostor = Server { id: server.id, ..Server::activated(&place, 4).await };
        let false_word = impostor.report(1, &[(&made["session"], 1, used(0, None))]);
        place.shop.post("/local-servers/reports", json!({ "token": false_word })).await.problem("token_wrong_recipient");
        let false_word = impostor.give_back(&made["session"], 1, used(0, None));
        place.shop.post(&format!("{}/import", sold.entitlement), json!({ "token": false_word })).await.problem("token_wrong_recipient");
        // One of the vendor's own that never had this session.
        let second = Server::activated(&place, 5).await;
        let reply = place.shop.post(&format!("{}/import", sold.entitlement),
            json!({ "token": second.give_back(&made["session"], 1, used(0, None)) })).await;
        assert!(reply.status.is_client_error(), "{reply:?}");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["status"], "exported");
    }

    async fn off_11_tokens_from_the_future_are_refused_and_say_the_time(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (mut server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string() })).await.created();
        let now = server.device.now;
        server.device.now = now.shifted(30 * 24 * 3_600 * 1_000_000);
        let token = server.give_back(&made["session"], 1, used(0, None));
        let import = format!("{}/import", sold.entitlement);
        let problem = place.shop.post(&import, json!({ "token": token })).await.problem("token_not_yet_valid");
        assert_eq!(problem["now"], now.to_string());
        let report = server.report(1, &[]);
        place.shop.post("/local-servers/reports", json!({ "token": report })).await.problem("token_not_yet_valid");
    }
}
