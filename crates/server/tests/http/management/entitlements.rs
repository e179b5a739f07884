//! Entitlements and their commands over HTTP.

use serde_json::{Value, json};

use super::shop::{Seat, Shop, text};
use crate::common::{TestApp, on_both_engines};

async fn command(shop: &Shop, path: &str, verb: &str) -> Value {
    shop.call("POST", &format!("{path}/{verb}")).await.ok()
}

on_both_engines! {
    async fn an_entitlement_shows_what_was_granted_and_what_is_used(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-Y").await;
        let new = shop.get(&sold.entitlement).await.ok();
        assert_eq!((&new["status"], &new["start"], &new["expiry"]), (&json!("created"), &json!(null), &json!(null)));
        assert_eq!(new["hosts"], json!([{ "host": "authority", "seats": 2, "seatsUsed": 0 }]));
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        seat.post("/features/export/checkout", json!({ "amount": 3 })).await.ok();
        seat.post("/features/renders/use", json!({ "amount": 7 })).await.ok();
        let now = shop.get(&sold.entitlement).await.ok();
        assert_eq!((&now["status"], &now["start"]), (&json!("active"), &json!("2026-01-15T12:00:00Z")));
        assert_eq!(now["expiry"], "2027-01-15T12:00:00Z");
        assert_eq!(now["graceEnd"], "2027-01-22T12:00:00Z");
        assert_eq!((&now["seatsUsed"], &now["overdraftUsed"], &now["seats"]), (&json!(1), &json!(0), &json!(2)));
        assert_eq!(now["hosts"], json!([{ "host": "authority", "seats": 2, "seatsUsed": 1 }]));
        assert_eq!((&now["overrides"], &now["allotments"]), (&json!([]), &json!([])));
        let feature = |key: &str| {
            let found = now["features"].as_array().unwrap().iter().find(|feature| feature["key"] == key).unwrap();
            let members = ["type", "value", "used", "level", "valueLevel", "overridden"];
            members.map(|member| found[member].clone())
        };
        assert_eq!(json!(feature("export")), json!(["elementPool", 10, 3, "product", "edition", false]));
        assert_eq!(json!(feature("renders")), json!(["usageCount", null, 7, "product", "product", false]));
        assert_eq!(json!(feature("cloud")), json!(["bool", false, 0, "product", "product", false]));
        let attribute = json!({ "key": "max-parts", "name": "Parts", "type": "number", "value": "5000",
                                "level": "product", "valueLevel": "product", "overridden": false });
        assert_eq!(now["attributes"], json!([attribute]));
    }

    async fn ent_2_a_subscription_lapses_through_grace_and_ent_4_a_late_renewal_counts_from_now(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-Y").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        shop.move_clock("2027-01-15T11:59:59.999999Z").await;
        assert_eq!(shop.get(&sold.entitlement).await.ok()["status"], "active");
        shop.move_clock("2027-01-15T12:00:00Z").await;
        assert_eq!(shop.get(&sold.entitlement).await.ok()["status"], "grace");
        let refreshed = seat.post("/refresh", json!({})).await.ok();
        assert_eq!(refreshed["activation"]["leaseExpiry"], "2027-01-22T12:00:00Z", "cut at the hard stop");
        shop.move_clock("2027-01-22T12:00:00Z").await;
        assert_eq!(shop.get(&sold.entitlement).await.ok()["status"], "expired");
        shop.activate(&sold.code, "pc-1").await.problem("entitlement_expired");
        shop.move_clock("2027-03-01T00:00:00Z").await;
        let renewed = command(&shop, &sold.entitlement, "renew").await;
        assert_eq!((&renewed["status"], &renewed["expiry"]), (&json!("active"), &json!("2028-03-01T00:00:00Z")));
        assert_eq!(renewed["start"], "2026-01-15T12:00:00Z", "it started once");
        assert_eq!(shop.activate(&sold.code, "pc-1").await.ok()["activation"]["seatId"], "pc-1");
    }

    async fn ent_4_a_renewal_in_time_extends_the_expiry_and_resets_counters_there(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-Y").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        seat.post("/features/renders/use", json!({ "amount": 7 })).await.ok();
        let renewed = shop.call("POST", &format!("{}/renew", sold.entitlement)).once("r").await.ok();
        assert_eq!(renewed["expiry"], "2028-01-15T12:00:00Z");
        let again = shop.call("POST", &format!("{}/renew", sold.entitlement)).once("r").await.ok();
        assert_eq!(again["expiry"], "2028-01-15T12:00:00Z", "repeated, not renewed again (SAFE-1)");
        let used = |entitlement: &Value| {
            entitlement["features"].as_array().unwrap().iter().find(|f| f["key"] == "renders").unwrap()["used"].clone()
        };
        assert_eq!(used(&renewed), 7);
        shop.move_clock("2027-01-15T12:00:00Z").await;
        let later = shop.get(&sold.entitlement).await.ok();
        assert_eq!((used(&later), &later["status"]), (json!(0), &json!("active")));
        shop.move_clock("2028-01-20T00:00:00Z").await;
        assert_eq!(shop.get(&sold.entitlement).await.ok()["status"], "grace");
        assert_eq!(command(&shop, &sold.entitlement, "renew").await["expiry"], "2029-01-15T12:00:00Z");
    }

    async fn ent_4_what_has_not_started_or_never_ends_is_not_renewed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let new = shop.sell("CAD-Y").await.entitlement;
        shop.call("POST", &format!("{new}/renew")).await.problem("entitlement_not_started");
        let perpetual = shop.sell("CAD-P").await.entitlement;
        shop.call("POST", &format!("{perpetual}/renew")).await.problem("not_renewable");
        shop.patch(&perpetual, json!({ "expiry": "2030-01-01T00:00:00Z" })).await.invalid("expiry", "not_allowed");
        shop.move_clock("2500-01-01T00:00:00Z").await;
        assert_eq!(shop.get(&perpetual).await.ok()["status"], "active", "ENT-2: it never expires");
    }

    async fn start_entitlement_starts_what_waits_for_it_once(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-M").await;
        shop.activate(&sold.code, "pc-1").await.problem("entitlement_not_started");
        let path = format!("{}/start", sold.entitlement);
        let started = shop.post(&path, json!({ "start": "2026-02-01T00:00:00Z" })).await.ok();
        assert_eq!((&started["status"], &started["expiry"]), (&json!("created"), &json!("2027-02-01T00:00:00Z")));
        let problem = shop.activate(&sold.code, "pc-1").await.problem("entitlement_not_started");
        assert_eq!(problem["start"], "2026-02-01T00:00:00Z");
        let problem = shop.call("POST", &path).await.problem("already_started");
        assert_eq!(problem["start"], "2026-02-01T00:00:00Z");
        shop.move_clock("2026-02-01T00:00:00Z").await;
        shop.activate(&sold.code, "pc-1").await.created();
        let other = shop.sell("CAD-Y").await.entitlement;
        let problem = shop.call("POST", &format!("{other}/start")).await.problem("not_started_by_command");
        assert_eq!(problem["licenseStart"], "activation");
    }

    async fn ent_6_a_disabled_entitlement_gives_nothing_until_it_is_enabled(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        let reason = json!({ "reason": "chargeback" });
        let disabled = shop.post(&format!("{}/disable", sold.entitlement), reason).await.ok();
        assert_eq!((&disabled["status"], &disabled["disabledReason"]), (&json!("disabled"), &json!("chargeback")));
        app.clock.advance(60);
        let refused = shop.activate(&sold.code, "pc-2").await.problem("entitlement_disabled");
        assert_eq!(refused["reason"], "chargeback");
        seat.post("/refresh", json!({})).await.problem("entitlement_disabled");
        let running = shop.get(&seat.path()).await.ok();
        assert_eq!(running["status"], "active", "the lease that was given runs out");
        assert_eq!(running["leaseExpiry"], seat.activation["leaseExpiry"]);
        let enabled = command(&shop, &sold.entitlement, "enable").await;
        assert_eq!((&enabled["status"], &enabled["disabledSince"]), (&json!("active"), &json!(null)));
        seat.post("/refresh", json!({})).await.ok();
    }

    async fn feat_2_counters_are_reset_by_command(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-Y").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        seat.post("/features/renders/use", json!({ "amount": 7 })).await.ok();
        let path = format!("{}/reset-usage", sold.entitlement);
        shop.post(&path, json!({ "features": ["renders", "export"] })).await.invalid("features[1]", "unknown");
        shop.post(&path, json!({ "features": [] })).await.invalid("features", "required");
        let reset = shop.post(&path, json!({ "features": ["renders"] })).await.ok();
        let renders = reset["features"].as_array().unwrap().iter().find(|f| f["key"] == "renders").unwrap().clone();
        assert_eq!(renders["used"], 0);
    }

    async fn ent_7_overrides_are_kept_per_field(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let path = shop.sell("CAD-C").await.entitlement;
        let edit = json!({ "seats": 30, "overdraft": { "type": "percentage", "value": 10 }, "gracePeriod": null,
                           "expiry": "2030-01-01T00:00:00Z", "features": { "cloud": true, "export": null },
                           "attributes": { "max-parts": "1" }, "notes": "n", "metadata": { "a": "b" } });
        let changed = shop.patch(&path, edit).await.ok();
        assert_eq!(changed["overrides"], json!(["seats", "overdraft", "gracePeriod", "expiry"]));
        assert_eq!((&changed["seats"], &changed["gracePeriod"]), (&json!(30), &json!(null)));
        assert_eq!(changed["expiry"], "2030-01-01T00:00:00Z");
        assert_eq!(changed["graceEnd"], "2030-01-01T00:00:00Z");
        let features: Vec<Value> = changed["features"].as_array().unwrap().iter()
            .map(|f| json!([f["key"], f["value"], f["valueLevel"], f["overridden"]])).collect();
        let expected = [json!(["cloud", true, "entitlement", true]), json!(["export", null, "entitlement", true]),
                        json!(["renders", null, "product", false])];
        assert_eq!(features, expected);
        assert_eq!(changed["attributes"][0]["value"], "1");
        // CAT-3: what the catalog says now changes nothing that was sold.
        shop.patch("/offerings/CAD-C", json!({ "seats": 99 })).await.ok();
        let back = shop.patch(&path, json!({ "attributes": { "max-parts": null } })).await.ok();
        let parts = &back["attributes"][0];
        assert_eq!((&parts["value"], &parts["overridden"]), (&json!("5000"), &json!(false)));
        assert_eq!((&back["seats"], &back["metadata"]), (&json!(30), &json!({ "a": "b" })));
    }

    async fn seat_8_seats_in_use_are_not_taken_away(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        Seat::take(&shop, &sold.code, "pc-1").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        let problem = shop.patch(&sold.entitlement, json!({ "seats": 1 })).await.problem("seats_in_use");
        assert_eq!((&problem["used"], &problem["requested"]), (&json!(2), &json!(1)));
        let left = shop.get(&sold.entitlement).await.ok();
        assert_eq!((&left["seats"], &left["seatsUsed"]), (&json!(2), &json!(2)));
        shop.move_clock("2026-01-22T12:00:00Z").await;
        let fewer = shop.patch(&sold.entitlement, json!({ "seats": 1 })).await.ok();
        assert_eq!((&fewer["seats"], &fewer["seatsUsed"]), (&json!(1), &json!(0)));
    }

    async fn api_3_entitlements_are_listed_by_customer_order_and_product(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2" })).await;
        let product = shop.get("/products/cad").await.ok()["id"].clone();
        let one = shop.sell("CAD-Y").await;
        app.clock.advance(1);
        let two = json!({ "customerId": "CRM-2", "ref": "PO-2", "items": [{ "sku": "CAD-C" }] });
        let two = shop.make("/orders", two).await;
        for (query, skus) in [
            (String::new(), &["CAD-Y", "CAD-C"][..]),
            ("sort=-created".to_owned(), &["CAD-C", "CAD-Y"]),
            ("customerId=CRM-2".to_owned(), &["CAD-C"]),
            ("orderId=PO-2".to_owned(), &["CAD-C"]),
            (format!("orderId={}", text(&one.order["id"])), &["CAD-Y"]),
            (format!("orderId={}&customerId=CRM-1001", text(&two["id"])), &[]),
            (format!("productId={}", text(&product)), &["CAD-Y", "CAD-C"]),
            ("productId=cad&customerId=CRM-1001".to_owned(), &["CAD-Y"]),
        ] {
            let listed = shop.items(&format!("/entitlements?{query}")).await;
            assert_eq!(listed.iter().map(|item| text(&item["sku"])).collect::<Vec<_>>(), skus, "{query}");
        }
        for (query, path, code) in [
            ("customerId=nobody", "customerId", "unknown"),
            ("orderId=nothing", "orderId", "unknown"),
            ("productId=", "productId", "required"),
            ("seats=2", "seats", "unknown_field"),
        ] {
            shop.get(&format!("/entitlements?{query}")).await.invalid(path, code);
        }
    }
}

#[tokio::test]
async fn api_1_bad_changes_of_an_entitlement_are_refused_and_nothing_is_changed() {
    let shop = Shop::open(&TestApp::sqlite().await, "Acme").await;
    let path = shop.sell("CAD-C").await.entitlement;
    let before = shop.get(&path).await.ok();
    for (body, member, code) in [
        (json!({ "seats": -1 }), "seats", "out_of_range"),
        (json!({ "seats": 9_007_199_254_740_992_u64 }), "seats", "out_of_range"),
        (json!({ "seats": 1e300 }), "seats", "out_of_range"),
        (json!({ "seats": null }), "seats", "bad_format"),
        (json!({ "status": "active" }), "status", "unknown_field"),
        (json!({ "overdraft": { "type": "absolute" } }), "overdraft", "required"),
        (json!({ "leasePeriod": { "unit": "fortnight", "count": 1 } }), "leasePeriod.unit", "bad_format"),
        (json!({ "expiry": "2020-01-01T00:00:00Z" }), "expiry", "out_of_range"),
        (json!({ "features": { "cloud": 1 } }), "features.cloud", "bad_format"),
        (json!({ "features": { "export": true } }), "features.export", "bad_format"),
        (json!({ "features": { "nothing": 1 } }), "features.nothing", "unknown"),
        (json!({ "attributes": { "max-parts": "many" } }), "attributes.max-parts", "bad_format"),
        (json!({ "attributes": { "nothing": "1" } }), "attributes.nothing", "unknown"),
        (json!({ "allotments": [{}] }), "allotments", "not_allowed"),
    ] {
        shop.patch(&path, body).await.invalid(member, code);
    }
    for verb in ["renew", "enable"] {
        shop.post(&format!("{path}/{verb}"), json!({ "now": true })).await.invalid("now", "unknown_field");
    }
    shop.post(&format!("{path}/start"), json!({ "start": 1 })).await.invalid("start", "bad_format");
    assert_eq!(shop.get(&path).await.ok(), before);
}
