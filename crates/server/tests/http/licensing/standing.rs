//! What the entitlement's standing does to claims and refreshes (ENT-1, ENT-2, ENT-5, ENT-6).

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, claim_with, logged, validate};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, Sold, text};

/// An order of one thing, with members of its own.
async fn sell(shop: &Shop, item: Value) -> Sold {
    let order = shop.make("/orders", json!({ "customerId": "CRM-1001", "items": [item] })).await;
    Sold {
        entitlement: format!("/entitlements/{}", text(&order["entitlements"][0]["id"])),
        code: text(&order["activationCodes"][0]["code"]).to_owned(),
        order,
    }
}

async fn command(shop: &Shop, path: &str, verb: &str) {
    shop.post(&format!("{path}/{verb}"), json!({})).await.ok();
}

/// Whether a claim by nobody in particular is allowed, and if not, why.
async fn asked(app: &TestApp, code: &str) -> Value {
    let mut body = claim(code, "");
    body.as_object_mut().unwrap().remove("seatId");
    let answer = validate(app, body).await.ok();
    assert_eq!(answer["allowed"], answer["code"].is_null());
    assert_eq!(answer["allowed"], !answer["verdict"].is_null());
    answer["code"].clone()
}

on_both_engines! {
    async fn ent_1_what_waits_for_a_command_has_not_started(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-M").await;
        let refused = activate(&app, claim(&sold.code, "pc-1")).await.problem("entitlement_not_started");
        assert_eq!(refused["start"], json!(null));
        assert_eq!(asked(&app, &sold.code).await, "entitlement_not_started");
        assert_eq!(logged(&shop, &sold.entitlement).await, ["deny"]);
        command(&shop, &sold.entitlement, "start").await;
        assert_eq!(asked(&app, &sold.code).await, json!(null));
        activate(&app, claim(&sold.code, "pc-1")).await.created();
    }

    async fn ent_1_what_starts_at_a_date_has_not_started_before_and_has_on_the_instant(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = sell(&shop, json!({ "sku": "CAD-D", "start": "2026-03-01T00:00:00Z" })).await;
        let refused = activate(&app, claim(&sold.code, "pc-1")).await.problem("entitlement_not_started");
        assert_eq!(refused["start"], "2026-03-01T00:00:00Z");
        shop.move_clock("2026-02-28T23:59:59.999999Z").await;
        assert_eq!(asked(&app, &sold.code).await, "entitlement_not_started");
        shop.move_clock("2026-03-01T00:00:00Z").await;
        let body = activate(&app, claim(&sold.code, "pc-1")).await.created();
        assert_eq!(body["activation"]["entitlement"]["expiry"], "2027-03-01T00:00:00Z");
    }

    async fn ent_3_the_first_activation_starts_it_once_and_a_refused_one_or_a_question_does_not(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = sell(&shop, json!({ "sku": "CAD-Y", "seats": 1, "maintenanceEnd": "2026-06-01T00:00:00Z" })).await;
        let late = claim_with(&sold.code, "pc-1", &json!({ "releaseDate": "2026-07-01" }));
        activate(&app, late).await.problem("maintenance_ended");
        assert_eq!(asked(&app, &sold.code).await, json!(null));
        assert_eq!(shop.get(&sold.entitlement).await.ok()["start"], json!(null));
        app.clock.advance(60);
        let mut seat = Holder::of(&app, &activate(&app, claim(&sold.code, "pc-1")).await);
        app.clock.advance(60);
        seat.refresh().await.ok();
        activate(&app, claim(&sold.code, "pc-1")).await.ok();
        assert_eq!(shop.get(&sold.entitlement).await.ok()["start"], "2026-01-15T12:01:00Z");
    }

    async fn ent_2_grace_works_in_everything_and_ends_on_the_instant(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        shop.move_clock("2027-01-15T12:00:00Z").await;
        let reply = activate(&app, claim(&sold.code, "pc-1")).await;
        let mut seat = Holder::of(&app, &reply);
        let shown = &seat.reply["activation"];
        assert_eq!(shown["entitlement"]["status"], "grace");
        assert_eq!(shown["leaseExpiry"], "2027-01-22T12:00:00Z");
        seat.feature("export", "checkout", 1).await.ok();
        seat.feature("renders", "use", 1).await.ok();
        assert_eq!(asked(&app, &sold.code).await, json!(null));
        shop.move_clock("2027-01-22T11:59:59.999999Z").await;
        activate(&app, claim(&sold.code, "pc-2")).await.created();
        shop.move_clock("2027-01-22T12:00:00Z").await;
        let refused = activate(&app, claim(&sold.code, "pc-1")).await.problem("entitlement_expired");
        assert_eq!(refused["since"], "2027-01-22T12:00:00Z");
        assert_eq!(asked(&app, &sold.code).await, "entitlement_expired");
        seat.refresh().await.problem("entitlement_expired");
        seat.feature("export", "checkout", 1).await.problem("entitlement_expired");
        assert_eq!(seat.state().await["entitlement"]["status"], "expired", "its state can still be read");
    }

    async fn ent_6_disabling_stops_claims_and_refreshes_and_enabling_undoes_it(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "pc-1").await;
        seat.feature("export", "checkout", 2).await.ok();
        let customer = "/customers/CRM-1001";
        for (path, code) in [(sold.entitlement.as_str(), "entitlement_disabled"), (customer, "customer_disabled")] {
            shop.post(&format!("{path}/disable"), json!({ "reason": "unpaid" })).await.ok();
            for claimed in ["pc-1", "pc-2"] {
                let refused = activate(&app, claim(&sold.code, claimed)).await.problem(code);
                let told = if code == "entitlement_disabled" { json!("unpaid") } else { json!(null) };
                assert_eq!(refused["reason"], told);
            }
            assert_eq!(asked(&app, &sold.code).await, code);
            let before = seat.nonce.clone();
            seat.refresh().await.problem(code);
            assert_ne!(seat.nonce, before, "a refusal turns the nonce");
            seat.feature("export", "checkout", 1).await.problem(code);
            seat.feature("renders", "use", 1).await.problem(code);
            seat.feature("export", "return", 1).await.ok();
            assert_eq!(seat.state().await["status"], "active", "a lease that was given runs out by itself");
            command(&shop, path, "enable").await;
            assert_eq!(asked(&app, &sold.code).await, json!(null));
            seat.refresh().await.ok();
        }
    }

    async fn ent_6_enabling_a_customer_leaves_disabled_what_was_disabled_by_itself(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        command(&shop, &sold.entitlement, "disable").await;
        command(&shop, "/customers/CRM-1001", "disable").await;
        activate(&app, claim(&sold.code, "pc-1")).await.problem("entitlement_disabled");
        command(&shop, "/customers/CRM-1001", "enable").await;
        activate(&app, claim(&sold.code, "pc-1")).await.problem("entitlement_disabled");
        command(&shop, &sold.entitlement, "enable").await;
        activate(&app, claim(&sold.code, "pc-1")).await.created();
    }

    async fn ent_5_releases_after_the_maintenance_s_end_are_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = sell(&shop, json!({ "sku": "CAD-P", "maintenanceEnd": "2026-06-01T00:00:00Z" })).await;
        let with = |release: &str| claim_with(&sold.code, "pc-1", &json!({ "releaseDate": release }));
        for late in ["2026-06-02", "2026-06-01T00:00:00.000001Z", "2026-06-01T00:00:01+00:00"] {
            let refused = activate(&app, with(late)).await.problem("maintenance_ended");
            assert_eq!(refused["end"], "2026-06-01T00:00:00Z");
            assert_eq!(validate(&app, with(late)).await.ok()["code"], "maintenance_ended");
        }
        let day = activate(&app, with("2026-06-02")).await.problem("maintenance_ended");
        assert_eq!(day["release"], "2026-06-02T00:00:00Z");
        activate(&app, with("2026-06-01")).await.created();
        for good in ["2026-06-01T00:00:00Z", "2026-06-01T02:00:00+02:00", "2025-12-31"] {
            activate(&app, with(good)).await.ok();
        }
        let mut seat = Holder::of(&app, &activate(&app, claim(&sold.code, "pc-1")).await);
        shop.move_clock("2030-01-01T00:00:00Z").await;
        seat.post("/refresh", json!({ "releaseDate": "2026-06-02" })).await.problem("maintenance_ended");
        seat.post("/refresh", json!({ "releaseDate": "2026-05-31" })).await.ok();
        let day = json!(20_260_601);
        for wrong in [json!("2026-06"), json!("yesterday"), json!("2026-13-01"), json!("2026-02-30"), day] {
            let body = claim_with(&sold.code, "pc-1", &json!({ "releaseDate": wrong }));
            activate(&app, body).await.invalid("releaseDate", "bad_format");
        }
    }
}
