//! Licensee secrets and licensee numbers over HTTP (SEC-1…4, LIC-1, AUTO-1). The races are in the operations' tests.

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, claim_with, logged, used, validate};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, text};

async fn set(shop: &Shop, members: Value) {
    shop.patch("/products/cad", members).await.ok();
}

async fn licensee(shop: &Shop) -> Value {
    shop.items("/licensees").await.remove(0)
}

/// A claim with a code and a secret.
fn with_secret(code: &str, seat: &str, secret: &str) -> Value {
    claim_with(code, seat, &json!({ "licenseeSecret": secret }))
}

/// A claim with a licensee's number.
fn by_number(number: &str, seat: &str) -> Value {
    claim_with("", seat, &json!({ "credential": { "type": "licensee", "number": number } }))
}

on_both_engines! {
    async fn sec_1_every_validating_call_is_asked_for_the_secret(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "pc-1").await;
        set(&shop, json!({ "licenseeSecretMode": "predefined" })).await;
        activate(&app, claim(&sold.code, "pc-2")).await.problem("licensee_secret_not_set");
        let path = format!("/licensees/{}/secret", text(&licensee(&shop).await["id"]));
        shop.post(&path, json!({ "secret": "hush" })).await.ok();
        activate(&app, claim(&sold.code, "pc-2")).await.problem("licensee_secret_required");
        activate(&app, with_secret(&sold.code, "pc-2", "Hush")).await.problem("licensee_secret_mismatch");
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
        let answer = validate(&app, with_secret(&sold.code, "pc-2", "wrong")).await.ok();
        assert_eq!((&answer["allowed"], &answer["code"]), (&json!(false), &json!("licensee_secret_mismatch")));
        assert_eq!((&answer["entitlement"], &answer["verdict"]), (&json!(null), &json!(null)));
        assert_eq!(validate(&app, with_secret(&sold.code, "pc-2", "hush")).await.ok()["allowed"], true);
        activate(&app, with_secret(&sold.code, "pc-2", "hush")).await.created();
        // A refused refresh turns no nonce: the same one serves the next call.
        let nonce = seat.nonce.clone();
        seat.refresh().await.problem("licensee_secret_required");
        seat.post("/refresh", json!({ "licenseeSecret": "wrong" })).await.problem("licensee_secret_mismatch");
        assert_eq!(seat.nonce, nonce);
        seat.post("/refresh", json!({ "licenseeSecret": "hush" })).await.ok();
        // Features ask for none: it is for validating calls.
        seat.feature("export", "checkout", 1).await.ok();
        let log = logged(&shop, &sold.entitlement).await;
        assert_eq!(log.iter().filter(|operation| *operation == "deny").count(), 5, "{log:?}");
    }

    async fn sec_2_the_first_secret_is_kept_and_a_question_brings_it_too(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        set(&shop, json!({ "licenseeSecretMode": "client" })).await;
        assert_eq!(licensee(&shop).await["secretSet"], false);
        activate(&app, claim(&sold.code, "pc-1")).await.problem("licensee_secret_required");
        assert_eq!(licensee(&shop).await["secretSet"], false);
        assert_eq!(validate(&app, with_secret(&sold.code, "pc-1", "mine")).await.ok()["allowed"], true);
        assert_eq!(licensee(&shop).await["secretSet"], true);
        activate(&app, with_secret(&sold.code, "pc-1", "other")).await.problem("licensee_secret_mismatch");
        activate(&app, with_secret(&sold.code, "pc-1", "mine")).await.created();
        // The same call again, under the same key: told again, not checked against another.
        let again = || activate(&app, with_secret(&sold.code, "pc-2", "mine")).once("k");
        let (first, second) = (again().await.created(), again().await.created());
        assert_eq!(first["activation"], second["activation"]);
        activate(&app, with_secret(&sold.code, "pc-2", "other")).once("k").await.problem("idempotency_key_reused");
    }

    async fn sec_3_a_secret_has_1_to_1000_characters_and_is_never_shown(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        set(&shop, json!({ "licenseeSecretMode": "client" })).await;
        let path = format!("/licensees/{}/secret", text(&licensee(&shop).await["id"]));
        for (secret, code) in [(String::new(), "required"), ("x".repeat(1001), "too_long")] {
            activate(&app, with_secret(&sold.code, "pc-1", &secret)).await.invalid("licenseeSecret", code);
            validate(&app, with_secret(&sold.code, "pc-1", &secret)).await.invalid("licenseeSecret", code);
            let refused = shop.post(&path, json!({ "secret": secret })).await;
            refused.invalid("secret", code);
        }
        shop.post(&path, json!({})).await.invalid("secret", "required");
        shop.post(&path, json!({ "secret": 7 })).await.invalid("secret", "bad_format");
        for secret in ["ß".repeat(1000), " spaces, \t and \"quotes\" ".to_owned()] {
            let set = shop.post(&path, json!({ "secret": secret })).await;
            set.ok();
            let seat = activate(&app, with_secret(&sold.code, "pc-1", &secret)).await;
            assert!(seat.status.is_success(), "{seat:?}");
            let listed = shop.get("/licensees").await;
            let audit = shop.get("/audit?limit=100").await;
            for reply in [&set, &seat, &listed, &audit] {
                assert!(!reply.text.contains(&secret) && !reply.text.contains(secret.trim()), "{reply:?}");
            }
        }
    }

    async fn sec_4_setting_and_resetting_are_recorded_and_leases_run_out(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        set(&shop, json!({ "licenseeSecretMode": "client" })).await;
        let reply = activate(&app, with_secret(&sold.code, "pc-1", "old")).await;
        let mut seat = Holder::of(&app, &reply);
        let path = format!("/licensees/{}/secret", text(&licensee(&shop).await["number"]));
        app.clock.advance(5);
        shop.delete(&path).await.done();
        assert_eq!(licensee(&shop).await["secretSet"], false);
        shop.delete(&path).await.done();
        assert_eq!(seat.state().await["status"], "active");
        seat.post("/refresh", json!({ "licenseeSecret": "new" })).await.ok();
        app.clock.advance(5);
        shop.post(&path, json!({ "secret": "newest" })).await.ok();
        seat.post("/refresh", json!({ "licenseeSecret": "new" })).await.problem("licensee_secret_mismatch");
        let audit = shop.items("/audit?limit=100").await;
        let of = |action: &str| audit.iter().filter(|row| row["action"] == action).count();
        assert_eq!((of("licensee.reset-secret"), of("licensee.set-secret")), (1, 1));
    }

    async fn lic_1_a_number_claims_of_every_order_of_its_licensee(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.sell("CAD-C").await;
        shop.sell("CAD-P").await;
        let number = text(&licensee(&shop).await["number"]).to_owned();
        activate(&app, by_number(&number, "pc-1")).await.problem("credential_not_available_here");
        set(&shop, json!({ "licenseeSecretMode": "client" })).await;
        activate(&app, by_number("L-UNKNOWN", "pc-1")).await.problem("not_found");
        let mut body = by_number(&number, "pc-1");
        body["licenseeSecret"] = "x".into();
        for seat in ["pc-1", "pc-2", "pc-3", "pc-4"] {
            body["seatId"] = seat.into();
            let mut holder = Holder::of(&app, &activate(&app, body.clone()).await);
            holder.post("/refresh", json!({ "licenseeSecret": "x" })).await.ok();
        }
        body["seatId"] = "pc-5".into();
        activate(&app, body).await.problem("seats_exhausted");
        // Another vendor's number is nobody's, also for its product of the same key.
        let other = Shop::open(&app, "Umbrella").await;
        set(&other, json!({ "licenseeSecretMode": "client" })).await;
        let theirs = text(&other.get("/products/cad").await.ok()["id"]).to_owned();
        let mut body = by_number(&number, "pc-1");
        body["productId"] = theirs.into();
        activate(&app, body).await.problem("not_found");
    }

    async fn auto_1_an_unknown_number_brings_itself(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        set(&shop, json!({ "licenseeAutoCreate": true })).await;
        activate(&app, by_number("HW-1", "pc-1")).await.problem("no_automatic_offering");
        assert_eq!(validate(&app, by_number("HW-1", "pc-1")).await.ok()["code"], "no_automatic_offering");
        shop.patch("/offerings/CAD-Y", json!({ "automatic": true })).await.ok();
        shop.patch("/offerings/CAD-D", json!({ "automatic": true })).await.ok();
        let mut body = by_number("HW-1", "pc-1");
        body["credential"]["name"] = "Hooli".into();
        let first = activate(&app, body.clone()).once("k").await.created();
        let again = activate(&app, body).once("k").await.created();
        assert_eq!(first["activation"]["id"], again["activation"]["id"]);
        let licensee = shop.get("/licensees/HW-1").await.ok();
        let customer = shop.get(&format!("/customers/{}", text(&licensee["customerId"]))).await.ok();
        assert_eq!((&customer["name"], &customer["ref"]), (&json!("Hooli"), &json!(null)));
        let orders = shop.items(&format!("/orders?customerId={}", text(&licensee["customerId"]))).await;
        assert_eq!(orders.len(), 1);
        assert_eq!(orders[0]["entitlements"].as_array().unwrap().len(), 2);
        // They are one customer's like any other.
        shop.post(&format!("/customers/{}/disable", text(&licensee["customerId"])), json!({})).await.ok();
        activate(&app, by_number("HW-1", "pc-2")).await.problem("customer_disabled");
    }

    async fn auto_1_so_many_per_address_and_day(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        set(&shop, json!({ "licenseeAutoCreate": true })).await;
        shop.patch("/offerings/CAD-Y", json!({ "automatic": true })).await.ok();
        let ask = |number: u32, address: &'static str| validate(&app, by_number(&format!("N-{number}"), "pc")).from(address);
        for number in 0..20 {
            ask(number, "192.0.2.1").await.ok();
        }
        let refused = ask(20, "192.0.2.1").await;
        assert_eq!(refused.problem("rate_limited")["limit"], "automatic-licensees");
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=86_401).contains(&wait), "{wait}");
        ask(3, "192.0.2.1").await.ok();
        // A machine has all addresses of its network.
        for number in 20..40 {
            ask(number, ["2001:db8::1", "2001:db8::ffff:2"][number as usize % 2]).await.ok();
        }
        ask(40, "2001:db8::3").await.problem("rate_limited");
        ask(40, "2001:db8:0:1::3").await.ok();
    }

    async fn auto_1_predefined_secrets_and_newcomers_exclude_each_other(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let both = json!({ "name": "x", "key": "x", "licenseeSecretMode": "predefined", "licenseeAutoCreate": true });
        shop.post("/products", both.clone()).await.problem("auto_create_needs_other_secret_mode");
        set(&shop, json!({ "licenseeSecretMode": "predefined" })).await;
        let refused = shop.patch("/products/cad", json!({ "licenseeAutoCreate": true })).await;
        refused.problem("auto_create_needs_other_secret_mode");
        let file = "[[products]]\nkey = \"cad\"\nlicenseeAutoCreate = true\n";
        let refused = shop.call("POST", "/catalog/import").body("application/toml", file).await;
        let errors = refused.problem("validation_failed")["errors"].clone();
        assert_eq!((&errors[0]["path"], &errors[0]["code"]), (&json!("products[0].licenseeAutoCreate"), &json!("not_allowed")));
    }
}
