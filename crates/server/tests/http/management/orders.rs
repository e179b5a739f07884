//! Orders and activation codes over HTTP.

use std::future::IntoFuture as _;

use serde_json::{Value, json};

use super::shop::{NOBODY, Seat, Shop, anonymous, text};
use crate::common::{Reply, TestApp, on_both_engines};

fn order(items: Value) -> Value {
    json!({ "customerId": "CRM-1001", "items": items })
}

fn errors(reply: &Reply) -> Vec<(String, String)> {
    let problem = reply.problem("validation_failed");
    let pair = |error: &Value| (text(&error["path"]).to_owned(), text(&error["code"]).to_owned());
    problem["errors"].as_array().unwrap().iter().map(pair).collect()
}

on_both_engines! {
    async fn an_order_grants_entitlements_and_codes_that_are_shown_once(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let contact = shop.get("/customers/CRM-1001").await.ok()["contacts"][0]["id"].clone();
        let offering = shop.get("/offerings/CAD-D").await.ok()["id"].clone();
        let items = json!([
            { "sku": "CAD-Y", "seats": 25, "maintenanceEnd": "2027-06-30T00:00:00Z" },
            { "offeringId": offering, "start": "2026-03-01T00:00:00Z" },
            { "offeringId": "CAD-P" },
        ]);
        let body = json!({ "customerId": "CRM-1001", "ref": "PO-7", "items": items, "activationCodes": 2,
                           "licenseKeys": 0, "contacts": [contact], "dualUse": [], "metadata": { "deal": "7" } });
        let made = shop.make("/orders", body).await;
        let granted = made["entitlements"].as_array().unwrap();
        assert_eq!(granted.iter().map(|e| text(&e["sku"])).collect::<Vec<_>>(), ["CAD-Y", "CAD-D", "CAD-P"]);
        assert_eq!(granted.iter().map(|e| text(&e["status"])).collect::<Vec<_>>(), ["created", "created", "active"]);
        assert_eq!((&granted[0]["seats"], &granted[1]["seats"]), (&json!(25), &json!(2)));
        assert_eq!(granted[1]["start"], "2026-03-01T00:00:00Z");
        assert_eq!(granted[1]["expiry"], "2027-03-01T00:00:00Z");
        assert_eq!((&made["contacts"], &made["licenseKeys"]), (&json!([contact]), &json!([])));
        let one = shop.get(&format!("/entitlements/{}", text(&granted[0]["id"]))).await.ok();
        assert_eq!((&one["maintenanceEnd"], &one["orderId"]), (&json!("2027-06-30T00:00:00Z"), &made["id"]));
        assert_eq!(one["overrides"], json!(["seats", "maintenanceEnd"]));
        let mut shown = made.clone();
        for code in shown["activationCodes"].as_array_mut().unwrap() {
            let plain = code.as_object_mut().unwrap().remove("code").unwrap();
            assert_eq!(text(&plain).split('-').next_back(), code["lastGroup"].as_str());
        }
        for path in [format!("/orders/{}", text(&made["id"])), "/orders/PO-7".to_owned()] {
            assert_eq!(shop.get(&path).await.ok(), shown);
        }
        assert_eq!(shop.items("/orders").await, [shown]);
    }

    async fn safe_1_a_repeated_order_happens_once_and_shows_the_same_codes(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let body = |seats: u32| {
            json!({ "customerId": "CRM-1001", "items": [{ "sku": "CAD-Y", "seats": seats }, { "sku": "CAD-P" }],
                    "activationCodes": 3 })
        };
        let first = shop.post("/orders", body(1)).once("k").await;
        let again = shop.post("/orders", body(1)).once("k").await;
        assert_eq!(first.created(), again.created());
        assert_eq!(first.header("etag"), again.header("etag"));
        shop.post("/orders", body(2)).once("k").await.problem("idempotency_key_reused");
        assert_eq!(shop.items("/orders").await.len(), 1);
        let path = format!("/orders/{}/activation-codes", text(&first.created()["id"]));
        let more = shop.post(&path, json!({ "activationCodes": 2 })).once("m").await.created();
        assert_eq!(shop.post(&path, json!({ "activationCodes": 2 })).once("m").await.created(), more);
        assert_eq!(more["items"].as_array().unwrap().len(), 2);
        assert_eq!(shop.items(&path).await.len(), 5);
    }

    async fn of_orders_that_take_one_ref_at_once_one_is_made(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..12 {
            let customer = format!("RACE-{number}");
            shop.make("/customers", json!({ "name": "x", "ref": customer })).await;
            let body = json!({ "customerId": customer, "ref": "PO-1", "items": [{ "sku": "CAD-Y" }] });
            calls.spawn(shop.post("/orders", body).into_future());
        }
        let replies = calls.join_all().await;
        let (made, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 201);
        assert_eq!((made.len(), shop.items("/orders").await.len()), (1, 1));
        for reply in refused {
            assert_eq!(reply.problem("already_exists")["field"], "ref");
        }
    }

    async fn safe_1_of_repetitions_at_once_one_order_is_made(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..12 {
            calls.spawn(shop.post("/orders", order(json!([{ "sku": "CAD-Y" }]))).once("k").into_future());
        }
        let replies = calls.join_all().await;
        assert!(replies.iter().all(|reply| reply.created() == replies[0].created()));
        assert_eq!(shop.items("/orders").await.len(), 1);
    }

    async fn lic_2_codes_are_added_listed_and_revoked(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let path = format!("/orders/{}/activation-codes", text(&sold.order["id"]));
        let own = json!({ "activationCodes": ["INITECH-2026-0001"] });
        let made = shop.make(&path, own.clone()).await["items"][0].clone();
        assert_eq!(made["code"], "INITECH-2026-0001");
        assert_eq!(errors(&shop.post(&path, own).await), [("activationCodes[0]".into(), "duplicate".into())]);
        Seat::take(&shop, "initech 2o26 ooo1", "pc-1").await;
        let listed = shop.items(&path).await;
        assert!(listed.len() == 2 && listed.iter().all(|code| code.get("code").is_none()));
        let first = shop.get(&format!("{path}?limit=1")).await.ok();
        let rest = format!("{path}?limit=1&cursor={}", text(&first["nextCursor"]));
        assert_eq!([&first["items"][0], &shop.items(&rest).await[0]], [&listed[0], &listed[1]]);
        assert_eq!(shop.items(&format!("{path}?sort=-created&limit=1")).await[0], listed[1]);
        let code = format!("{path}/{}", text(&made["id"]));
        shop.delete(&code).await.done();
        shop.delete(&code).await.done();
        shop.activate("INITECH-2026-0001", "pc-2").await.problem("activation_code_unknown");
        shop.activate(&sold.code, "pc-2").await.created();
        let revoked = shop.items(&path).await.into_iter().find(|item| item["id"] == made["id"]).unwrap();
        assert!(revoked["revoked"].is_string());
        let other = shop.sell("CAD-C").await;
        let foreign = format!("/orders/{}/activation-codes/{}", text(&other.order["id"]), text(&made["id"]));
        shop.delete(&foreign).await.problem("not_found");
    }

    async fn an_order_s_ref_contacts_and_metadata_can_be_changed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let path = format!("/orders/{}", text(&shop.sell("CAD-Y").await.order["id"]));
        let contact = shop.get("/customers/CRM-1001").await.ok()["contacts"][0]["id"].clone();
        let edit = json!({ "ref": "PO-8", "contacts": [contact], "metadata": { "a": "b" } });
        let changed = shop.patch(&path, edit).await.ok();
        assert_eq!((&changed["ref"], &changed["contacts"]), (&json!("PO-8"), &json!([contact])));
        assert_eq!(shop.get("/orders/PO-8").await.ok(), changed);
        let unknown = json!({ "contacts": [contact, format!("cont_{NOBODY}")] });
        shop.patch(&path, unknown).await.invalid("contacts[1]", "unknown");
        shop.make("/orders", json!({ "customerId": "CRM-1001", "ref": "PO-9", "items": [{ "sku": "CAD-Y" }] })).await;
        assert_eq!(shop.patch(&path, json!({ "ref": "PO-9" })).await.problem("already_exists")["field"], "ref");
        shop.patch(&path, json!({ "customerId": "CRM-1001" })).await.invalid("customerId", "unknown_field");
        assert_eq!(shop.patch(&path, json!({ "ref": null, "contacts": [] })).await.ok()["contacts"], json!([]));
    }

    async fn api_3_orders_are_listed_by_customer(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let umbrella = shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2" })).await;
        shop.sell("CAD-Y").await;
        app.clock.advance(1);
        let theirs = json!({ "customerId": umbrella["id"], "items": [{ "sku": "CAD-Y" }] });
        let theirs = shop.make("/orders", theirs).await;
        for which in [text(&umbrella["id"]), "CRM-2"] {
            let listed = shop.items(&format!("/orders?customerId={which}")).await;
            assert_eq!((listed.len(), &listed[0]["id"]), (1, &theirs["id"]));
        }
        assert_eq!(shop.items("/orders").await.len(), 2);
        shop.get("/orders?customerId=nobody").await.invalid("customerId", "unknown");
        shop.get("/orders?customer=CRM-2").await.invalid("customer", "unknown_field");
    }

    async fn api_2_everything_wrong_with_an_order_is_said_at_once(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let items = json!([
            { "sku": "CAD-Y", "start": "2026-03-01T00:00:00Z" }, { "sku": "CAD-D" }, {}, { "sku": "NONE" },
            { "sku": "CAD-Y", "offeringId": "CAD-Y" }, { "offeringId": format!("off_{NOBODY}") },
        ]);
        let body = json!({ "customerId": "nobody", "items": items, "activationCodes": ["x", "y"] });
        let found = errors(&shop.post("/orders", body).await);
        let expected = [
            ("customerId", "unknown"),
            ("items[0].start", "not_allowed"),
            ("items[1].start", "required"),
            ("items[2].sku", "required"),
            ("items[3].sku", "unknown"),
            ("items[4].offeringId", "not_allowed"),
            ("items[5].offeringId", "unknown"),
            ("activationCodes[0]", "out_of_range"),
            ("activationCodes[1]", "out_of_range"),
        ];
        assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
        assert_eq!(shop.items("/orders").await, [] as [Value; 0]);
    }

    async fn api_2_what_is_another_vendor_s_cannot_be_ordered_and_looks_unknown(app: TestApp) {
        let (shop, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        let customer = shop.get("/customers/CRM-1001").await.ok();
        let offering = shop.get("/offerings/CAD-Y").await.ok()["id"].clone();
        let ask = |customer: Value, offering: Value, contact: Value| {
            other.post("/orders", json!({ "customerId": customer, "items": [{ "offeringId": offering }],
                                          "contacts": [contact] }))
        };
        let nobody = |prefix: &str| json!(format!("{prefix}_{NOBODY}"));
        let foreign = ask(json!("CRM-1001"), offering, customer["contacts"][0]["id"].clone()).await;
        let unknown = ask(json!("CRM-1001"), nobody("off"), nobody("cont")).await;
        let [foreign, unknown] = [&foreign, &unknown].map(|reply| anonymous(reply.problem("validation_failed")));
        assert_eq!(foreign, unknown);
        let body = |customer: Value| json!({ "customerId": customer, "items": [{ "sku": "CAD-Y" }] });
        let foreign = other.post("/orders", body(customer["id"].clone())).await;
        let unknown = other.post("/orders", body(nobody("cust"))).await;
        let [foreign, unknown] = [&foreign, &unknown].map(|reply| anonymous(reply.problem("validation_failed")));
        assert_eq!(foreign, unknown);
        assert_eq!(other.items("/orders").await, [] as [Value; 0]);
        // A code of one's own may be another vendor's too: nothing tells.
        let own = |shop: &Shop| {
            shop.post("/orders", json!({ "customerId": "CRM-1001", "items": [{ "sku": "CAD-Y" }],
                                         "activationCodes": ["SHARED-CODE-1"] }))
        };
        own(&shop).await.created();
        own(&other).await.created();
    }
}

#[tokio::test]
async fn api_1_bad_orders_are_refused_and_nothing_is_changed() {
    let shop = Shop::open(&TestApp::sqlite().await, "Acme").await;
    let item = |member: &str, value: Value| order(json!([{ "sku": "CAD-Y", member: value }]));
    let with = |member: &str, value: Value| {
        let mut body = order(json!([{ "sku": "CAD-Y" }]));
        body[member] = value;
        body
    };
    for (body, path, code) in [
        (order(json!([])), "items", "required"),
        (order(json!(vec![json!({ "sku": "CAD-Y" }); 101])), "items", "out_of_range"),
        (order(json!({})), "items", "bad_format"),
        (item("seats", json!(-1)), "items[0].seats", "out_of_range"),
        (item("seats", json!(9_007_199_254_740_992_u64)), "items[0].seats", "out_of_range"),
        (item("seats", json!(1.5)), "items[0].seats", "bad_format"),
        (item("seats", json!("5")), "items[0].seats", "bad_format"),
        (item("start", json!("tomorrow")), "items[0].start", "bad_format"),
        (item("maintenanceEnd", json!("2026-02-30T00:00:00Z")), "items[0].maintenanceEnd", "bad_format"),
        (item("SKU", json!("x")), "items[0].SKU", "unknown_field"),
        (item("offeringId", json!("")), "items[0].offeringId", "required"),
        (with("customerId", json!("")), "customerId", "required"),
        (with("customerId", json!(null)), "customerId", "bad_format"),
        (with("activationCodes", json!(-1)), "activationCodes", "out_of_range"),
        (with("activationCodes", json!(101)), "activationCodes", "out_of_range"),
        (with("activationCodes", json!(["GOOD-CODE-1", 2])), "activationCodes[1]", "bad_format"),
        (with("activationCodes", json!(["tooshort".repeat(20)])), "activationCodes[0]", "too_long"),
        (with("activationCodes", json!(["naïve-code-9"])), "activationCodes[0]", "bad_format"),
        (with("licenseKeys", json!(1)), "licenseKeys", "not_allowed"),
        (with("dualUse", json!(["x"])), "dualUse", "not_allowed"),
        (with("contacts", json!(["bob"])), "contacts[0]", "bad_format"),
        (with("contacts", json!([format!("cont_{NOBODY}")])), "contacts[0]", "unknown"),
        (with("refs", json!("x")), "refs", "unknown_field"),
    ] {
        shop.post("/orders", body).await.invalid(path, code);
    }
    shop.post("/orders?dryRun=true", order(json!([{ "sku": "CAD-Y" }]))).await.invalid("dryRun", "unknown_field");
    assert_eq!(shop.items("/orders").await, [] as [Value; 0]);
    let most = with("activationCodes", json!(0));
    assert_eq!(shop.make("/orders", most).await["activationCodes"], json!([]));
    let seats = item("seats", json!(9_007_199_254_740_991_u64));
    assert_eq!(shop.make("/orders", seats).await["entitlements"][0]["seats"], json!(9_007_199_254_740_991_u64));
}
