//! Products of a dark site: their calls are the very same, and so are the answers (LLS-1, TOK-8, LIC-1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chancery_testkit::Issuer;
use serde_json::{Value, json};

use super::site::{Site, path};
use crate::common::{TestApp, on_both_engines};
use crate::licensing::jws;
use crate::management::shop::{Seat, text};

on_both_engines! {
    async fn a_products_whole_life_at_a_local_server(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        let products = site.products();
        let mut seat = Seat::take(&products, &sold.code, "pc-1").await;
        assert_eq!((&seat.activation["seatNumber"], &seat.activation["status"]), (&json!(1), &json!("active")));
        app.clock.advance(3_600);
        let refreshed = seat.post("/refresh", json!({})).await.ok();
        assert_eq!(refreshed["activation"]["lastLease"], app.now().to_string());
        assert_eq!(seat.post("/features/export/checkout", json!({ "amount": 3 })).await.ok()["feature"]["active"], 3);
        assert_eq!(seat.post("/features/export/return", json!({ "amount": 1 })).await.ok()["feature"]["active"], 2);
        seat.post("/features/export/checkout", json!({ "amount": 9 })).await.problem("feature_exhausted");
        seat.post("/features/renders/use", json!({ "amount": 5 })).await.ok();
        let features = site.get(&path(&sold)).await.ok()["features"].clone();
        let used = |key: &str| features.as_array().unwrap().iter().find(|one| one["key"] == key).unwrap()["used"].clone();
        assert_eq!((used("export"), used("renders")), (json!(2), json!(5)));

        // The seat id's own seat again.
        let again = products.activate(&sold.code, "pc-1").await.ok();
        assert_eq!(again["activation"]["id"], seat.activation["id"]);
        let asked = json!({ "credential": { "type": "activationCode", "code": sold.code }, "productId": "cad" });
        let answer = products.app.post("/api/v1/validate").anonymous().json(asked).await.ok();
        assert_eq!((&answer["allowed"], &answer["seatsAvailable"]), (&json!(true), &json!(1)));
        let token = text(&again["accessToken"]);
        let info = products.app.get("/api/v1/activation/entitlement").key(token).await.ok();
        assert_eq!(info["entitlement"]["customer"]["name"], "Initech");
        assert_eq!(products.app.get("/api/v1/activation").key(token).await.ok()["activation"]["status"], "active");
    }

    async fn tok_8_leases_of_a_local_server_open_by_the_vendors_bundle_alone(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        let reply = site.products().activate(&sold.code, "pc-1").await.created();
        let lease = text(&reply["lease"]);
        let product = text(&reply["activation"]["productId"]).parse().unwrap();
        let expected = chancery_token::LeaseExpectation::online(product, app.now());
        // As it was before there was any local server.
        let trust = site.place.device(7).await.trust;
        let opened = trust.open_lease(lease, &expected).unwrap();
        assert_eq!(opened.activation.map(|id| id.to_string()).as_deref(), Some(text(&reply["activation"]["id"])));
        assert_eq!(jws::claims(lease)["host"]["id"], site.id);
        assert!(jws::header(lease).get("chancery_cert").is_none(), "the server's own key has no certificate");
        let end = site.get(&path(&sold)).await.ok()["delegation"]["end"].clone();
        assert!(text(&reply["activation"]["leaseExpiry"]) <= text(&end));
    }

    async fn tok_8_no_lease_outlives_the_delegation(app: TestApp) {
        let site = Site::activated(&app).await;
        let days = json!({ "delegationPeriod": { "unit": "day", "count": 3 } });
        let sold = site.hosted("CAD-C", days).await;
        let mut seat = Seat::take(&site.products(), &sold.code, "pc-1").await;
        let end = site.get(&path(&sold)).await.ok()["delegation"]["end"].clone();
        assert_eq!(seat.activation["leaseExpiry"], end);
        app.clock.advance(3 * 24 * 3_600);
        seat.post("/refresh", json!({})).await.problem("delegation_ended");
        site.products().activate(&sold.code, "pc-2").await.problem("delegation_ended");
        site.import(&site.next_token(&sold).await).await.ok();
        seat.post("/refresh", json!({})).await.ok();
    }

    async fn lic_1_accounts_are_the_vendors_alone(app: TestApp) {
        let site = Site::activated(&app).await;
        site.hosted("CAD-C", json!({})).await;
        for credential in [
            json!({ "type": "openIdToken", "token": "a.b.c" }),
            json!({ "type": "password", "username": "bob@initech.example", "password": "correct horse" }),
        ] {
            let body = json!({ "credential": credential, "productId": "cad", "seatId": "pc-1" });
            for path in ["/api/v1/activate", "/api/v1/validate"] {
                site.local.post(path).anonymous().json(body.clone()).await.problem("credential_not_available_here");
            }
        }
    }

    async fn lls_8_no_token_makes_it_call_anybody(app: TestApp) {
        let site = Site::set_up(&app).await;
        let issuer = Issuer::start("{\"keys\":[]}");
        let provider = json!({ "name": "Accounts", "issuer": issuer.url(), "audiences": ["cad"] });
        site.place.shop.make("/openid-providers", provider).await;
        site.activate().await;
        site.hosted("CAD-C", json!({})).await;
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let says = json!({ "iss": issuer.url(), "aud": "cad", "sub": "42", "exp": app.now().as_seconds() + 600 });
        let token = format!("{}.{}.c2ln", part(json!({ "alg": "EdDSA", "kid": "k1" })), part(says));
        let body = json!({ "credential": { "type": "openIdToken", "token": token }, "productId": "cad", "seatId": "pc-1" });
        // The vendor's own server would ask.
        site.place.shop.app.post("/api/v1/activate").anonymous().json(body.clone()).await;
        let asked = issuer.called();
        assert!(asked > 0);
        site.local.post("/api/v1/activate").anonymous().json(body).await.problem("credential_not_available_here");
        assert_eq!(issuer.called(), asked);
    }

    async fn key_4_it_serves_the_vendors_bundle_as_it_was_installed(app: TestApp) {
        let site = Site::set_up(&app).await;
        let bundle = super::site::bundle(&site.place).await;
        for path in ["/.well-known/trust-bundle".to_owned(), format!("/vendors/{}/.well-known/trust-bundle", site.place.vendor)] {
            assert_eq!(site.local.get(&path).anonymous().await.ok()["token"], bundle);
        }
        site.local.get("/.well-known/jwks.json").anonymous().await.ok();
    }
}
