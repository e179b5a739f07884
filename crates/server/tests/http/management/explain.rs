//! Why a seat would be granted or refused, over HTTP (LIC-5).

use serde_json::{Value, json};

use super::shop::{Seat, Shop, text};
use crate::common::{TestApp, on_both_engines};

async fn explain(shop: &Shop, entitlement: &str, query: &str) -> Value {
    shop.get(&format!("{entitlement}/explain{query}")).await.ok()
}

/// The rules that refused, and whether all behind the first of them were not reached.
fn refusing(told: &Value) -> Vec<&str> {
    let rules = told["rules"].as_array().unwrap();
    let refused: Vec<&str> =
        rules.iter().filter(|rule| rule["verdict"] == "refused").map(|rule| text(&rule["rule"])).collect();
    if let Some(at) = rules.iter().position(|rule| rule["verdict"] == "refused") {
        assert!(rules[at + 1..].iter().all(|rule| rule["verdict"] == "notReached"), "{told}");
    }
    refused
}

fn rule<'a>(told: &'a Value, name: &str) -> &'a Value {
    told["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == name).unwrap()
}

on_both_engines! {
    async fn lic_5_explains_each_way_to_a_seat_and_changes_nothing(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-Y").await;
        let path = &sold.entitlement;
        let told = explain(&shop, path, "").await;
        assert_eq!(told["outcome"], json!({
            "granted": true, "entitlementId": told["entitlementId"], "how": "free", "seatNumber": 1,
            "activationId": null, "code": null,
        }));
        assert_eq!((refusing(&told).len(), &told["seatId"]), (0, &Value::Null));
        let still = shop.get(path).await.ok();
        assert_eq!((&still["status"], &still["start"]), (&json!("created"), &Value::Null), "nothing was started");

        let one = Seat::take(&shop, &sold.code, "pc-1").await;
        let again = explain(&shop, path, "?seatId=pc-1").await;
        assert_eq!((&again["outcome"]["how"], &again["outcome"]["seatNumber"]), (&json!("again"), &json!(1)));
        assert_eq!(again["outcome"]["activationId"], one.activation["id"]);
        assert_eq!(rule(&again, "SEAT-3")["verdict"], "notReached", "no other seat is looked for");

        Seat::take(&shop, &sold.code, "pc-2").await;
        let full = explain(&shop, path, "?seatId=pc-3").await;
        assert_eq!((&full["outcome"]["granted"], &full["outcome"]["code"]), (&json!(false), &json!("seats_exhausted")));
        assert_eq!(refusing(&full), ["SEAT-3"]);
        let facts = &rule(&full, "SEAT-3")["facts"];
        assert_eq!((&facts["seats"], &facts["seatsUsed"]), (&json!(2), &json!(2)));
        assert_eq!(facts["nextLeaseEnd"], one.activation["leaseExpiry"]);
        shop.activate(&sold.code, "pc-3").await.problem("seats_exhausted");

        shop.patch(path, json!({ "overdraft": { "type": "absolute", "value": 1 } })).await.ok();
        let over = explain(&shop, path, "?seatId=pc-3").await;
        assert_eq!((&over["outcome"]["how"], &over["outcome"]["seatNumber"]), (&json!("overdraft"), &json!(3)));
        shop.patch(path, json!({ "overdraft": { "type": "none" } })).await.ok();

        shop.move_clock("2030-01-01T00:00:00Z").await;
        let ended = explain(&shop, path, "?seatId=pc-3").await;
        assert_eq!(refusing(&ended), ["ENT-2"], "the subscription is over: {ended}");
        shop.call("POST", &format!("{path}/renew")).await.ok();
        let taken_over = explain(&shop, path, "?seatId=pc-3").await;
        assert_eq!(taken_over["outcome"]["how"], "replacing");
        assert_eq!(taken_over["outcome"]["activationId"], one.activation["id"], "whose lease ended longest ago");
        assert_eq!(rule(&taken_over, "SEAT-3")["facts"]["replaces"], one.activation["id"]);
        let got = shop.activate(&sold.code, "pc-3").await.created();
        assert_eq!(got["activation"]["seatNumber"], taken_over["outcome"]["seatNumber"]);
        let denials = shop.items(&format!("{path}/activation-log?seatId=pc-3")).await;
        let operations: Vec<&str> = denials.iter().map(|entry| text(&entry["operation"])).collect();
        assert_eq!(operations, ["deny", "activate"], "explaining leaves no trace");
    }

    async fn lic_5_the_first_rule_that_refuses_is_told_with_its_facts(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-M").await;
        let path = &sold.entitlement;
        let told = explain(&shop, path, "").await;
        assert_eq!((refusing(&told), &told["outcome"]["code"]), (vec!["ENT-3"], &json!("entitlement_not_started")));
        assert_eq!(rule(&told, "ENT-3")["facts"]["licenseStart"], "manual");
        shop.call("POST", &format!("{path}/start")).await.ok();
        shop.patch(path, json!({ "maintenanceEnd": "2026-01-15T00:00:00Z" })).await.ok();
        let late = explain(&shop, path, "?releaseDate=2026-06-01T00:00:00Z").await;
        assert_eq!((refusing(&late), &late["outcome"]["code"]), (vec!["ENT-5"], &json!("maintenance_ended")));
        assert_eq!(explain(&shop, path, "?releaseDate=2026-01-01T00:00:00Z").await["outcome"]["granted"], true);
        shop.post("/customers/CRM-1001/disable", json!({})).await.ok();
        assert_eq!(explain(&shop, path, "").await["outcome"]["code"], "customer_disabled");
        shop.post(&format!("{path}/disable"), json!({ "reason": "unpaid" })).await.ok();
        let told = explain(&shop, path, "?seatId=pc-1").await;
        assert_eq!((refusing(&told), &told["outcome"]["code"]), (vec!["ENT-6"], &json!("entitlement_disabled")));
        assert_eq!(rule(&told, "ENT-6")["facts"]["reason"], "unpaid");
    }

    async fn lic_5_another_entitlement_of_the_order_may_serve_first(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let items = json!([{ "sku": "CAD-C" }, { "sku": "CAD-P" }]);
        let order = shop.make("/orders", json!({ "customerId": "CRM-1001", "items": items })).await;
        let id = |sku: &str| {
            let of = order["entitlements"].as_array().unwrap().iter().find(|one| one["sku"] == sku).unwrap();
            text(&of["id"]).to_owned()
        };
        let (yearly, perpetual) = (id("CAD-C"), id("CAD-P"));
        let told = explain(&shop, &format!("/entitlements/{yearly}"), "?seatId=pc-1").await;
        assert_eq!(refusing(&told), ["SEAT-1"], "the other one expires later");
        assert_eq!((&told["outcome"]["granted"], &told["outcome"]["entitlementId"]), (&json!(true), &json!(perpetual)));
        let code = text(&order["activationCodes"][0]["code"]);
        let got = shop.activate(code, "pc-1").await.created();
        assert_eq!(got["activation"]["entitlementId"], perpetual);
        let told = explain(&shop, &format!("/entitlements/{perpetual}"), "?editionId=pro").await;
        assert_eq!(told["outcome"]["granted"], true);
    }

    async fn lic_5_off_1_an_offline_claim_is_explained(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let path = &shop.sell("CAD-C").await.entitlement;
        let told = explain(&shop, path, "?seatId=pc-1&mode=offline").await;
        assert_eq!((refusing(&told), &told["outcome"]["code"]), (vec!["OFF-1"], &json!("offline_not_permitted")));
        assert_eq!(explain(&shop, path, "?seatId=pc-1&mode=online").await["outcome"]["granted"], true);
        let period = json!({ "unit": "day", "count": 30 });
        shop.patch(path, json!({ "offlineLeasePeriod": period })).await.ok();
        let told = explain(&shop, path, "?seatId=pc-1&mode=offline").await;
        assert_eq!((&told["outcome"]["granted"], &rule(&told, "OFF-1")["verdict"]), (&json!(true), &json!("passed")));
        assert!(explain(&shop, path, "?seatId=pc-1").await["rules"].as_array().unwrap().iter().all(|one| one["rule"] != "OFF-1"));
    }

    async fn lic_5_what_cannot_be_asked_is_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let path = format!("{}/explain", shop.sell("CAD-C").await.entitlement);
        shop.get(&format!("{path}?seatId=none")).await.invalid("seatId", "dummy_value");
        shop.get(&format!("{path}?seatId=")).await.invalid("seatId", "dummy_value");
        shop.get(&format!("{path}?releaseDate=soon")).await.invalid("releaseDate", "bad_format");
        shop.get(&format!("{path}?editionId=nothing")).await.invalid("editionId", "unknown");
        shop.get(&format!("{path}?mode=elsewhere")).await.invalid("mode", "bad_format");
        shop.get(&format!("{path}?licenseeSecret=s")).await.invalid("licenseeSecret", "unknown_field");
        let other = Shop::open(&app, "Umbrella").await;
        other.get(&path).await.problem("not_found");
    }
}
