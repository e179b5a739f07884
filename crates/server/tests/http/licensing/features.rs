//! Features over HTTP: amounts, keys, kinds, states (FEAT-1…6).

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, logged};
use crate::common::{Reply, TestApp, on_both_engines};
use crate::management::shop::{NOBODY, Shop, text};

/// The state of a feature in a list of them.
#[track_caller]
fn of<'a>(features: &'a Value, key: &str) -> &'a Value {
    features.as_array().unwrap().iter().find(|feature| feature["key"] == key).unwrap()
}

/// Value, total, active, available.
#[track_caller]
fn amounts(feature: &Value) -> Value {
    json!(["value", "total", "active", "available"].map(|member| feature[member].clone()))
}

#[track_caller]
fn told(reply: &Reply) -> Value {
    let body = reply.ok();
    assert_eq!(body.as_object().unwrap().len(), 1);
    assert_ne!(reply.header("chancery-nonce"), "");
    amounts(&body["feature"])
}

on_both_engines! {
    async fn feat_3_a_pool_is_taken_and_given_back_by_the_seat(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut one = Holder::take(&shop, &sold.code, "a").await;
        let mut other = Holder::take(&shop, &sold.code, "b").await;
        let taken = one.feature("export", "checkout", 4).await;
        assert_eq!(taken.ok()["feature"], json!({ "key": "export", "type": "elementPool", "value": 10, "total": 10,
                                                  "active": 4, "available": 6, "period": null }));
        assert_eq!(told(&one.feature("export", "checkout", 1).await), json!([10, 10, 5, 5]));
        let full = other.feature("export", "checkout", 6).await.problem("feature_exhausted");
        let facts = ["feature", "requested", "available", "total"].map(|member| full[member].clone());
        assert_eq!(json!(facts), json!(["export", 6, 5, 10]));
        assert_eq!(told(&other.feature("export", "checkout", 5).await), json!([10, 10, 5, 0]));
        let more = one.feature("export", "return", 6).await.problem("returned_more_than_taken");
        assert_eq!((&more["requested"], &more["taken"]), (&json!(6), &json!(5)));
        assert_eq!(told(&one.feature("export", "return", 5).await), json!([10, 10, 0, 5]));
        one.feature("export", "return", 1).await.problem("returned_more_than_taken");
        assert_eq!(amounts(of(&other.state().await["features"], "export")), json!([10, 10, 5, 5]));
        let log = logged(&shop, &sold.entitlement).await;
        let expected = ["checkout", "checkout", "featureDeny", "checkout", "featureDeny", "return", "featureDeny"];
        assert_eq!(log[2..], expected);
    }

    async fn feat_2_a_counter_is_spent_by_all_for_good(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        shop.patch(&sold.entitlement, json!({ "features": { "renders": 5 } })).await.ok();
        let mut one = Holder::take(&shop, &sold.code, "a").await;
        let mut other = Holder::take(&shop, &sold.code, "b").await;
        assert_eq!(told(&one.feature("renders", "use", 3).await), json!([5, 5, 0, 2]));
        other.feature("renders", "use", 3).await.problem("feature_exhausted");
        assert_eq!(told(&other.feature("renders", "use", 2).await), json!([5, 5, 0, 0]));
        one.call("DELETE", "").await.done();
        other.feature("renders", "use", 1).await.problem("feature_exhausted");
        for verb in ["return", "checkout"] {
            assert_eq!(other.feature("renders", verb, 1).await.problem("not_returnable")["feature"], "renders");
        }
    }

    async fn feat_2_an_unlimited_counter_counts_up_to_2_53_and_no_further(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        let most = 9_007_199_254_740_991;
        assert_eq!(told(&seat.feature("renders", "use", most).await), json!([null, null, 0, null]));
        seat.feature("renders", "use", 1).await.problem("feature_exhausted");
        let entitlement = shop.get(&sold.entitlement).await.ok();
        assert_eq!(of(&entitlement["features"], "renders")["used"], most);
        seat.feature("export", "checkout", most).await.problem("feature_exhausted");
    }

    async fn feat_1_a_switch_records_its_use_and_feat_4_is_refused_when_off(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        for verb in ["use", "checkout"] {
            assert_eq!(seat.feature("cloud", verb, 1).await.problem("feature_not_licensed")["feature"], "cloud");
        }
        seat.feature("cloud", "return", 1).await.problem("not_returnable");
        seat.feature("no-such", "use", 1).await.problem("feature_not_licensed");
        shop.patch(&sold.entitlement, json!({ "features": { "cloud": true } })).await.ok();
        assert_eq!(told(&seat.feature("cloud", "use", 3).await), json!([true, 1, 0, 1]));
        seat.feature("cloud", "checkout", 1).await.problem("not_returnable");
        seat.feature("cloud", "return", 1).await.problem("not_returnable");
        seat.feature("export", "use", 1).await.problem("not_usable");
        let log = shop.items(&format!("{}/activation-log", sold.entitlement)).await;
        let used = log.iter().find(|entry| entry["operation"] == "use").unwrap();
        assert_eq!((&used["feature"], &used["amount"]), (&json!("cloud"), &json!(3)));
    }

    async fn feat_3_amounts_that_are_none_change_nothing_and_do_not_turn_the_nonce(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seat = Holder::take(&shop, &sold.code, "a").await;
        for (feature, verb) in [("export", "checkout"), ("export", "return"), ("renders", "use")] {
            for (body, code) in [
                (json!({ "amount": 0 }), "out_of_range"),
                (json!({ "amount": -1 }), "out_of_range"),
                (json!({ "amount": 9_007_199_254_740_992_u64 }), "out_of_range"),
                (json!({ "amount": u64::MAX }), "out_of_range"),
                (json!({ "amount": 1e300 }), "out_of_range"),
                (json!({ "amount": 1.5 }), "bad_format"),
                (json!({ "amount": "1" }), "bad_format"),
                (json!({ "amount": null }), "bad_format"),
                (json!({ "amount": [1] }), "bad_format"),
                (json!({ "amount": true }), "bad_format"),
                (json!({}), "required"),
                (json!({ "Amount": 1 }), "required"),
            ] {
                let path = format!("/features/{feature}/{verb}");
                let reply = seat.send(&path, body, &seat.nonce, "k").await;
                reply.invalid("amount", code);
                assert_eq!(reply.header("chancery-nonce"), "");
            }
        }
        assert_eq!(logged(&shop, &sold.entitlement).await, ["activate"]);
        assert_eq!(told(&seat.clone().feature("export", "checkout", 1).await), json!([10, 10, 1, 9]));
    }

    async fn feat_3_a_key_is_read_from_its_percent_encoding(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let odd = json!({ "key": "ü/export + 100%", "name": "odd", "type": "elementPool", "value": 5 });
        shop.make("/products/cad/features", odd).await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        let taken = seat.post("/features/%C3%BC%2Fexport%20%2B%20100%25/checkout", json!({ "amount": 1 })).await;
        assert_eq!(taken.ok()["feature"]["key"], "ü/export + 100%");
        let one = json!({ "amount": 1 });
        assert_eq!(told(&seat.post("/features/%65xport/checkout", one.clone()).await), json!([10, 10, 1, 9]));
        for unknown in ["EXPORT", "export%20", "exp", "%F0%9F%92%A9", "..%2F..%2Fetc", "'%20OR%201=1--"] {
            let reply = seat.post(&format!("/features/{unknown}/checkout"), one.clone()).await;
            let code = reply.json()["code"].clone();
            assert!(["feature_not_licensed", "not_found"].contains(&text(&code)), "{unknown} {reply:?}");
        }
        let long = "x".repeat(51);
        for none in [long.as_str(), "%20", "%0A", &format!("prod_{NOBODY}"), "export/extra", ""] {
            seat.post(&format!("/features/{none}/checkout"), one.clone()).await.problem("not_found");
        }
        for broken in ["%FF", "a%00b"] {
            seat.post(&format!("/features/{broken}/checkout"), one.clone()).await.problem("malformed_request");
        }
        seat.call("POST", "/features/export/steal").await.problem("not_found");
        let get = seat.call("GET", "/features/export/checkout").await;
        get.problem("method_not_allowed");
        assert_eq!(get.header("allow"), "POST");
        seat.refresh().await.ok();
    }

    async fn feat_3_after_the_lease_s_end_nothing_is_taken_until_it_is_refreshed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        seat.feature("export", "checkout", 4).await.ok();
        shop.move_clock("2026-01-22T12:00:00Z").await;
        let ended = seat.feature("export", "checkout", 1).await.problem("lease_expired");
        assert_eq!(ended["since"], "2026-01-22T12:00:00Z");
        seat.feature("renders", "use", 1).await.problem("lease_expired");
        assert_eq!(amounts(of(&seat.state().await["features"], "export")), json!([10, 10, 0, 10]));
        let back = seat.refresh().await.ok();
        assert_eq!(amounts(of(&back["activation"]["features"], "export")), json!([10, 10, 0, 10]));
        assert_eq!(told(&seat.feature("export", "checkout", 10).await), json!([10, 10, 10, 0]));
    }

    async fn feat_3_after_the_lease_s_end_elements_are_given_back_once_and_not_after_others_took_them(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut one = Holder::take(&shop, &sold.code, "a").await;
        let mut other = Holder::take(&shop, &sold.code, "b").await;
        one.feature("export", "checkout", 4).await.ok();
        other.feature("export", "checkout", 4).await.ok();
        shop.move_clock("2026-01-22T12:00:00Z").await;
        assert_eq!(told(&one.feature("export", "return", 4).await), json!([10, 10, 0, 10]));
        one.feature("export", "return", 1).await.problem("returned_more_than_taken");
        one.refresh().await.ok();
        assert_eq!(told(&one.feature("export", "checkout", 10).await), json!([10, 10, 10, 0]));
        other.feature("export", "return", 4).await.problem("returned_more_than_taken");
        assert_eq!(amounts(of(&one.state().await["features"], "export")), json!([10, 10, 10, 0]));
    }

    async fn feat_3_what_a_replaced_seat_held_is_there_for_others(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        shop.patch(&sold.entitlement, json!({ "seats": 1 })).await.ok();
        Holder::take(&shop, &sold.code, "a").await.feature("export", "checkout", 9).await.ok();
        shop.move_clock("2026-01-22T12:00:00Z").await;
        let reply = activate(&app, claim(&sold.code, "b")).await;
        assert_eq!(amounts(of(&reply.created()["activation"]["features"], "export")), json!([10, 10, 0, 10]));
        assert_eq!(told(&Holder::of(&app, &reply).feature("export", "checkout", 10).await), json!([10, 10, 10, 0]));
    }

    async fn feat_5_the_holder_reads_its_state_and_what_was_sold(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        seat.feature("export", "checkout", 2).await.ok();
        let state = seat.call("GET", "").await.ok();
        assert_eq!(state.as_object().unwrap().keys().collect::<Vec<_>>(), ["activation"]);
        assert_eq!(state["activation"], shop.get(&seat.path()).await.ok(), "the vendor sees the same");
        let info = seat.call("GET", "/entitlement").await.ok()["entitlement"].clone();
        let entitlement = shop.get(&sold.entitlement).await.ok();
        let day = |count: u32| json!({ "unit": "day", "count": count });
        assert_eq!(info, json!({
            "id": entitlement["id"], "productId": entitlement["productId"], "editionId": entitlement["editionId"],
            "customer": { "id": entitlement["customerId"], "name": "Initech" },
            "order": { "id": entitlement["orderId"], "ref": null }, "sku": "CAD-C",
            "plan": { "licenseType": "subscription", "planType": "paid", "licenseStart": "creation",
                      "duration": { "unit": "year", "count": 1 } },
            "status": "active", "start": "2026-01-15T12:00:00Z", "expiry": "2027-01-15T12:00:00Z",
            "graceEnd": "2027-01-22T12:00:00Z", "maintenanceEnd": null, "seats": 2, "overdraft": { "type": "none" },
            "concurrency": "concurrent", "leasePeriod": day(7), "offlineLeasePeriod": null, "gracePeriod": day(7),
            "outageTolerance": null, "enforcement": "stop",
        }));
    }
}
