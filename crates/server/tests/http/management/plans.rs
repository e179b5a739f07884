//! `/plans`.

use serde_json::{Value, json};

use super::catalog::{BASE, errors};
use crate::common::{TestApp, on_both_engines};

const PLANS: &str = "/api/admin/v1/plans";

fn year() -> Value {
    json!({ "unit": "year", "count": 1 })
}

on_both_engines! {
    async fn create_plan_takes_defaults_and_get_gives_it_back(app: TestApp) {
        let made = app.plan("Yearly").await;
        assert_eq!((&made["licenseStart"], &made["planType"]), (&json!("activation"), &json!("paid")));
        assert_eq!((&made["licenseType"], &made["duration"]), (&json!("subscription"), &year()));
        let body = json!({ "name": "For good", "licenseType": "perpetual", "licenseStart": "creation",
            "planType": "notForResale", "metadata": { "a": "b" } });
        let perpetual = app.post(PLANS).json(body.clone()).await.created();
        assert_eq!(perpetual["duration"], Value::Null);
        for (member, value) in body.as_object().unwrap() {
            assert_eq!(&perpetual[member], value);
        }
        assert_eq!(app.get(PLANS).await.ok()["items"], json!([made, perpetual]));
        assert_eq!(app.get(&format!("{PLANS}/{}", made["id"].as_str().unwrap())).await.ok(), made);
    }

    async fn a_plans_duration_goes_with_its_license_type(app: TestApp) {
        let made = app.plan("Yearly").await;
        let endless = json!({ "name": "X", "licenseType": "subscription" });
        app.post(PLANS).json(endless).await.invalid("duration", "required");
        let ending = json!({ "name": "X", "licenseType": "perpetual", "duration": year() });
        app.post(PLANS).json(ending).await.invalid("duration", "not_allowed");
        let path = format!("{PLANS}/{}", made["id"].as_str().unwrap());
        app.patch(&path).json(json!({ "duration": null })).await.invalid("duration", "required");
        app.patch(&path).json(json!({ "licenseType": "perpetual" })).await.invalid("duration", "not_allowed");
        assert_eq!(app.get(&path).await.ok(), made);
        let perpetual = json!({ "licenseType": "perpetual", "duration": null, "name": "For good" });
        let changed = app.patch(&path).json(perpetual).await.ok();
        assert_eq!((&changed["licenseType"], &changed["name"]), (&json!("perpetual"), &json!("For good")));
        let longest = json!({ "name": "X", "licenseType": "subscription", "duration": { "unit": "year", "count": 32768 } });
        let problem = app.post(PLANS).json(longest).await.problem("validation_failed");
        assert_eq!(errors(&problem)[0].1, "out_of_range");
        app.post(PLANS).json(json!({ "name": "X", "licenseType": "rental" })).await.invalid("licenseType", "bad_format");
        app.post(PLANS).json(json!({ "name": "", "licenseType": "perpetual" })).await.invalid("name", "required");
    }

    async fn a_plans_name_is_given_once(app: TestApp) {
        app.plan("Yearly").await;
        let other = app.plan("Also yearly").await;
        let body = json!({ "name": "Yearly", "licenseType": "perpetual" });
        assert_eq!(app.post(PLANS).json(body).await.problem("already_exists")["field"], "name");
        let path = format!("{PLANS}/{}", other["id"].as_str().unwrap());
        let problem = app.patch(&path).json(json!({ "name": "Yearly" })).await.problem("already_exists");
        assert_eq!(problem["field"], "name");
    }

    async fn aud_1_safe_1_a_plan_is_made_changed_and_deleted_once_and_all_is_recorded(app: TestApp) {
        let body = json!({ "name": "Yearly", "licenseType": "subscription", "duration": year() });
        let made = app.post(PLANS).once("1").json(body.clone()).await.created();
        assert_eq!(app.post(PLANS).once("1").json(body).await.created(), made);
        let path = format!("{PLANS}/{}", made["id"].as_str().unwrap());
        for _ in 0..2 {
            app.patch(&path).once("2").json(json!({ "planType": "trial" })).await.ok();
        }
        for _ in 0..2 {
            app.delete(&path).once("3").await.done();
        }
        app.delete(&path).await.problem("not_found");
        assert_eq!(app.done_to(&made["id"]).await, ["plan.create", "plan.update", "plan.delete"]);
        let audit = app.get(&format!("{BASE}/audit?action=plan.update")).await.ok();
        let expected = json!([{ "field": "planType", "from": "paid", "to": "trial" }]);
        assert_eq!(audit["items"][0]["changes"], expected);
    }

    async fn delete_plan_is_refused_while_an_offering_sells_by_it(app: TestApp) {
        app.cad_pro().await;
        let plan = app.plan("Yearly").await["id"].clone();
        let offering = json!({ "sku": "A", "name": "A", "editionId": "pro", "planId": plan, "seats": 1 });
        app.post(&format!("{BASE}/offerings")).json(offering).await.created();
        let path = format!("{PLANS}/{}", plan.as_str().unwrap());
        assert_eq!(app.delete(&path).await.problem("in_use")["by"], json!({ "offering": 1 }));
        app.get(&path).await.ok();
    }

    async fn api_2_another_vendors_plan_is_not_found(app: TestApp) {
        let made = app.plan("Yearly").await;
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let path = format!("{PLANS}/{}", made["id"].as_str().unwrap());
        app.get(&path).key(&other).await.problem("not_found");
        app.patch(&path).key(&other).json(json!({ "name": "X" })).await.problem("not_found");
        app.delete(&path).key(&other).await.problem("not_found");
        assert_eq!(app.get(PLANS).key(&other).await.ok()["items"], json!([]));
        assert_eq!(app.get(&path).await.ok(), made);
    }
}
