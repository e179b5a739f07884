//! `/offerings`.

use serde_json::{Value, json};

use super::catalog::{BASE, CAD, PRO, errors, members};
use crate::common::{TestApp, on_both_engines};

const OFFERINGS: &str = "/api/admin/v1/offerings";

/// A product with two editions, and a plan; gives the plan's id.
async fn parts(app: &TestApp) -> Value {
    app.cad_pro().await;
    app.edition("basic").await;
    app.plan("Yearly").await["id"].clone()
}

fn offering(sku: &str, edition: &str, plan: &Value) -> Value {
    json!({ "sku": sku, "name": "CAD", "editionId": edition, "planId": plan, "seats": 10 })
}

on_both_engines! {
    async fn create_offering_takes_defaults_and_get_gives_it_back(app: TestApp) {
        let plan = parts(&app).await;
        let made = app.post(OFFERINGS).json(offering("CAD-PRO", "pro", &plan)).await.created();
        let (product, edition) = (app.get(CAD).await.ok(), app.get(PRO).await.ok());
        assert_eq!((&made["productId"], &made["editionId"]), (&product["id"], &edition["id"]));
        let expected = json!({ "overdraft": { "type": "none" }, "concurrency": "concurrent", "automatic": false,
            "maintenance": null, "leasePeriod": null, "offlineLeasePeriod": null, "gracePeriod": null,
            "outageTolerance": null, "enforcement": null, "allotments": [], "metadata": {}, "seats": 10 });
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(&made[member], value, "{member}");
        }
        for which in ["CAD-PRO", made["id"].as_str().unwrap()] {
            assert_eq!(app.get(&format!("{OFFERINGS}/{which}")).await.ok(), made);
        }
        let mut body = offering("CAD-BASIC", "basic", &plan);
        let all = json!({ "productId": "cad", "overdraft": { "type": "absolute", "value": 2 }, "automatic": true,
            "concurrency": "nodeLocked", "maintenance": { "unit": "year", "count": 1 }, "leasePeriod": "unlimited",
            "offlineLeasePeriod": { "unit": "day", "count": 30 }, "gracePeriod": { "unit": "week", "count": 1 },
            "outageTolerance": { "unit": "hour", "count": 1 }, "enforcement": "limit", "metadata": { "a": "b" } });
        body.as_object_mut().unwrap().extend(all.as_object().unwrap().clone());
        let made = app.post(OFFERINGS).json(body).await.created();
        for (member, value) in all.as_object().unwrap().iter().filter(|(member, _)| *member != "productId") {
            assert_eq!(&made[member], value, "{member}");
        }
    }

    async fn what_an_offering_refers_to_must_exist(app: TestApp) {
        let plan = parts(&app).await;
        let edition = app.get(PRO).await.ok()["id"].clone();
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let nobodys = json!("plan_01m4jx7gd1eb9bvwgxq8w7mmp3");
        let problem = app.post(OFFERINGS).json(offering("A", "prof", &nobodys)).await.problem("validation_failed");
        assert_eq!(errors(&problem), [("editionId", "unknown"), ("planId", "unknown")]);
        // Another vendor's look the same.
        let foreign = offering("A", edition.as_str().unwrap(), &plan);
        let problem = app.post(OFFERINGS).key(&other).json(foreign).await.problem("validation_failed");
        assert_eq!(errors(&problem), [("editionId", "unknown"), ("planId", "unknown")]);
        let mut body = offering("A", "pro", &plan);
        body["productId"] = "cda".into();
        app.post(OFFERINGS).json(body).await.invalid("productId", "unknown");
        app.post(OFFERINGS).json(offering("A", "pro", &json!("Yearly"))).await.invalid("planId", "bad_format");
        let mut body = offering("A", "pro", &plan);
        body["allotments"] = json!([{ "name": "professional" }]);
        app.post(OFFERINGS).json(body).await.invalid("allotments", "not_allowed");
        for (seats, code) in [(json!(-1), "out_of_range"), (json!(1_u64 << 53), "out_of_range"), (json!("5"), "bad_format")] {
            let mut body = offering("A", "pro", &plan);
            body["seats"] = seats;
            app.post(OFFERINGS).json(body).await.invalid("seats", code);
        }
        assert_eq!(app.get(OFFERINGS).await.ok()["items"], json!([]));
    }

    async fn an_edition_of_a_key_that_two_products_have_needs_its_product(app: TestApp) {
        let plan = parts(&app).await;
        app.post(&format!("{BASE}/products")).json(json!({ "name": "Viewer", "key": "viewer" })).await.created();
        let viewer = format!("{BASE}/products/viewer");
        let made = app.post(&format!("{viewer}/editions")).json(json!({ "name": "Pro", "key": "pro" })).await.created();
        app.post(OFFERINGS).json(offering("A", "pro", &plan)).await.invalid("productId", "required");
        let mut body = offering("A", "pro", &plan);
        body["productId"] = "viewer".into();
        assert_eq!(app.post(OFFERINGS).json(body).await.created()["editionId"], made["id"]);
        let path = format!("{OFFERINGS}/A");
        app.patch(&path).json(json!({ "editionId": "basic" })).await.invalid("editionId", "unknown");
        let basic = app.get(&format!("{CAD}/editions/basic")).await.ok()["id"].clone();
        app.patch(&path).json(json!({ "editionId": basic })).await.invalid("editionId", "not_allowed");
    }

    async fn cat_2_a_sku_is_unique_within_the_vendor_and_no_id(app: TestApp) {
        let plan = parts(&app).await;
        let made = app.post(OFFERINGS).json(offering("A", "pro", &plan)).await.created();
        let problem = app.post(OFFERINGS).json(offering("A", "basic", &plan)).await.problem("already_exists");
        assert_eq!(problem["field"], "sku");
        app.post(OFFERINGS).json(offering("B", "basic", &plan)).await.created();
        let problem = app.patch(&format!("{OFFERINGS}/B")).json(json!({ "sku": "A" })).await.problem("already_exists");
        assert_eq!(problem["field"], "sku");
        let id = made["id"].as_str().unwrap();
        app.post(OFFERINGS).json(offering(id, "pro", &plan)).await.invalid("sku", "not_allowed");
    }

    async fn update_offering_changes_what_is_given_and_null_leaves_it_to_the_product(app: TestApp) {
        let plan = parts(&app).await;
        let mut body = offering("A", "pro", &plan);
        (body["leasePeriod"], body["maintenance"]) = ("unlimited".into(), json!({ "unit": "year", "count": 1 }));
        let made = app.post(OFFERINGS).json(body).await.created();
        app.clock.advance(1);
        let change = json!({ "seats": 3, "editionId": "basic", "leasePeriod": null, "enforcement": "advise" });
        let changed = app.patch(&format!("{OFFERINGS}/A")).json(change).await.ok();
        let mut expected = made.clone();
        expected["seats"] = 3.into();
        expected["editionId"] = app.get(&format!("{CAD}/editions/basic")).await.ok()["id"].clone();
        (expected["leasePeriod"], expected["enforcement"]) = (Value::Null, "advise".into());
        expected["updated"] = app.now().to_string().into();
        assert_eq!(changed, expected);
        app.patch(&format!("{OFFERINGS}/A")).json(json!({ "seats": null })).await.invalid("seats", "bad_format");
    }

    async fn cat_3_what_was_sold_stays_and_keeps_its_offering(app: TestApp) {
        let plan = parts(&app).await;
        let parts = json!({ "key": "parts", "type": "elementPool", "value": 5 });
        app.post(&format!("{CAD}/features")).json(parts).await.created();
        app.post(OFFERINGS).json(offering("A", "pro", &plan)).await.created();
        let customer = json!({ "name": "Initech", "ref": "CRM-1" });
        app.post(&format!("{BASE}/customers")).json(customer).await.created();
        let order = json!({ "customerId": "CRM-1", "items": [{ "sku": "A" }] });
        let order = app.post(&format!("{BASE}/orders")).json(order).await.created();
        let path = format!("{BASE}/entitlements/{}", order["entitlements"][0]["id"].as_str().unwrap());
        let sold = app.get(&path).await.ok();
        assert_eq!((&sold["seats"], &sold["features"][0]["value"]), (&json!(10), &json!(5)));

        app.patch(&format!("{OFFERINGS}/A")).json(json!({ "seats": 1, "leasePeriod": "unlimited" })).await.ok();
        app.put(&format!("{PRO}/features/parts"), 1).await.ok();
        app.patch(&format!("{BASE}/plans/{}", plan.as_str().unwrap()))
            .json(json!({ "licenseType": "perpetual", "duration": null })).await.ok();
        app.delete(&format!("{CAD}/features/parts")).await.done();
        assert_eq!(app.get(&path).await.ok(), sold);
        let by = app.delete(&format!("{OFFERINGS}/A")).await.problem("in_use");
        assert_eq!(by["by"], json!({ "entitlement": 1 }));
    }

    async fn api_3_offerings_are_filtered_by_product_edition_and_plan(app: TestApp) {
        let plan = parts(&app).await;
        let monthly = app.plan("Monthly").await["id"].clone();
        for (sku, edition, plan) in [("A", "pro", &plan), ("B", "basic", &plan), ("C", "basic", &monthly)] {
            app.post(OFFERINGS).json(offering(sku, edition, plan)).await.created();
            app.clock.advance(1);
        }
        for (query, skus) in [
            (String::new(), "ABC"),
            ("?sort=-created".to_owned(), "CBA"),
            ("?productId=cad".to_owned(), "ABC"),
            ("?productId=cad&editionId=basic".to_owned(), "BC"),
            ("?editionId=pro".to_owned(), "A"),
            (format!("?planId={}", plan.as_str().unwrap()), "AB"),
        ] {
            let list = app.get(&format!("{OFFERINGS}{query}")).await.ok();
            let found: String = members(&list, "sku").iter().map(|sku| sku.as_str().unwrap().to_owned()).collect();
            assert_eq!(found, skus, "{query}");
        }
        app.get(&format!("{OFFERINGS}?productId=cda")).await.invalid("productId", "unknown");
        app.get(&format!("{OFFERINGS}?sku=A")).await.invalid("sku", "unknown_field");
    }

    async fn aud_1_safe_1_an_offering_is_made_changed_and_deleted_once_and_all_is_recorded(app: TestApp) {
        let plan = parts(&app).await;
        let body = offering("A", "pro", &plan);
        let made = app.post(OFFERINGS).once("1").json(body.clone()).await.created();
        assert_eq!(app.post(OFFERINGS).once("1").json(body).await.created(), made);
        let path = format!("{OFFERINGS}/{}", made["id"].as_str().unwrap());
        for _ in 0..2 {
            app.patch(&path).once("2").json(json!({ "seats": 4 })).await.ok();
        }
        for _ in 0..2 {
            app.delete(&path).once("3").await.done();
        }
        assert_eq!(app.done_to(&made["id"]).await, ["offering.create", "offering.update", "offering.delete"]);
        let audit = app.get(&format!("{BASE}/audit?action=offering.update")).await.ok();
        assert_eq!(audit["items"][0]["changes"], json!([{ "field": "seats", "from": 10, "to": 4 }]));
    }

    async fn api_2_another_vendors_offering_is_not_found(app: TestApp) {
        let plan = parts(&app).await;
        let made = app.post(OFFERINGS).json(offering("A", "pro", &plan)).await.created();
        let (_, other) = app.another_vendor("Umbrella", false).await;
        for which in ["A", made["id"].as_str().unwrap()] {
            let path = format!("{OFFERINGS}/{which}");
            app.get(&path).key(&other).await.problem("not_found");
            app.patch(&path).key(&other).json(json!({ "seats": 1 })).await.problem("not_found");
            app.delete(&path).key(&other).await.problem("not_found");
            assert_eq!(app.get(&path).await.ok(), made);
        }
    }
}
