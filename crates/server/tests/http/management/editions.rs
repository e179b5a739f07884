//! `/products/{product}/editions`.

use serde_json::{Value, json};

use super::catalog::{BASE, CAD, PRO, errors};
use crate::common::{TestApp, on_both_engines};

const EDITIONS: &str = "/api/admin/v1/products/cad/editions";

/// A product with definitions of every type, globally and on the product.
async fn definitions(app: &TestApp) {
    app.post(&format!("{BASE}/products")).json(json!({ "name": "CAD", "key": "cad" })).await.created();
    for (place, key, kind, value) in [
        (BASE, "cloud", "bool", json!(false)),
        (CAD, "parts", "elementPool", json!(1)),
        (CAD, "exports", "usageCount", json!(10)),
    ] {
        app.clock.advance(1);
        app.post(&format!("{place}/features"))
            .json(json!({ "key": key, "type": kind, "value": value }))
            .await
            .created();
    }
    for (place, key, kind) in [(BASE, "zoom", "number"), (CAD, "until", "date")] {
        app.post(&format!("{place}/attributes")).json(json!({ "key": key, "type": kind })).await.created();
    }
}

fn pro() -> Value {
    json!({ "name": "Professional", "key": "pro", "features": { "cloud": true, "exports": null },
        "attributes": { "until": "2030-01-01" }, "metadata": { "a": "b" } })
}

on_both_engines! {
    async fn cat_1_create_edition_sets_its_values_in_one_go(app: TestApp) {
        definitions(&app).await;
        let made = app.post(EDITIONS).json(pro()).await.created();
        for (member, value) in pro().as_object().unwrap() {
            assert_eq!(&made[member], value);
        }
        for which in ["pro", made["id"].as_str().unwrap()] {
            assert_eq!(app.get(&format!("{EDITIONS}/{which}")).await.ok(), made);
        }
        assert_eq!(app.get(EDITIONS).await.ok()["items"], json!([made]));
        let product = app.get(CAD).await.ok();
        assert_eq!(made["productId"], product["id"]);
        let shown = app.get(&format!("{PRO}/features")).await.ok();
        let rows: Vec<_> = shown["items"].as_array().unwrap().iter()
            .map(|row| json!([row["key"], row["value"], row["level"], row["valueLevel"]])).collect();
        let expected = json!([["cloud", true, "global", "edition"], ["parts", 1, "product", "product"],
            ["exports", null, "product", "edition"]]);
        assert_eq!(json!(rows), expected);
        assert_eq!(app.done_to(&made["id"]).await, ["edition.create"]);
    }

    async fn update_edition_merges_its_values(app: TestApp) {
        definitions(&app).await;
        let made = app.post(EDITIONS).json(pro()).await.created();
        app.clock.advance(1);
        let change = json!({ "features": { "parts": 5, "cloud": false }, "attributes": { "zoom": "2", "until": null } });
        let changed = app.patch(PRO).json(change).await.ok();
        let mut expected = made.clone();
        expected["features"] = json!({ "cloud": false, "exports": null, "parts": 5 });
        expected["attributes"] = json!({ "zoom": "2" });
        expected["updated"] = app.now().to_string().into();
        assert_eq!(changed, expected);
        let changed = app.patch(PRO).json(json!({ "name": "Pro", "key": "p", "metadata": {} })).await.ok();
        assert_eq!((&changed["name"], &changed["key"], &changed["metadata"]), (&json!("Pro"), &json!("p"), &json!({})));
        assert_eq!(changed["features"], expected["features"]);
        app.get(PRO).await.problem("not_found");
        assert_eq!(app.done_to(&made["id"]).await, ["edition.create", "edition.update", "edition.update"]);
    }

    async fn what_is_wrong_with_an_edition_is_said_all_at_once_and_changes_nothing(app: TestApp) {
        definitions(&app).await;
        let values = json!({ "features": { "cloud": 1, "parts": true, "cluod": true },
            "attributes": { "zoom": "1e3", "until": "soon", "theme": "dark" } });
        let wrong = [
            ("features.cloud", "bad_format"),
            ("features.cluod", "unknown"),
            ("features.parts", "bad_format"),
            ("attributes.theme", "unknown"),
            ("attributes.until", "bad_format"),
            ("attributes.zoom", "bad_format"),
        ];
        let mut body = values.clone();
        (body["name"], body["key"]) = ("Pro".into(), "pro".into());
        assert_eq!(errors(&app.post(EDITIONS).json(body).await.problem("validation_failed")), wrong);
        assert_eq!(app.get(EDITIONS).await.ok()["items"], json!([]));
        let made = app.post(EDITIONS).json(pro()).await.created();
        let mut change = values;
        change["features"]["exports"] = 5.into();
        assert_eq!(errors(&app.patch(PRO).json(change).await.problem("validation_failed")), wrong);
        assert_eq!(app.get(PRO).await.ok(), made);
        app.post(EDITIONS).json(json!({ "name": " ", "key": "x" })).await.invalid("name", "required");
        app.post(EDITIONS).json(json!({ "name": "X", "key": "x", "feature": {} })).await.invalid("feature", "unknown_field");
        app.patch(PRO).json(json!({ "features": { "parts": 1.5 } })).await.invalid("features.parts", "bad_format");
        app.post(&format!("{BASE}/products/cda/editions")).json(pro()).await.problem("not_found");
    }

    async fn cat_2_an_editions_key_is_unique_within_its_product_and_no_id(app: TestApp) {
        definitions(&app).await;
        app.post(&format!("{BASE}/products")).json(json!({ "name": "Viewer", "key": "viewer" })).await.created();
        let made = app.post(EDITIONS).json(pro()).await.created();
        let problem = app.post(EDITIONS).json(json!({ "name": "X", "key": "pro" })).await.problem("already_exists");
        assert_eq!(problem["field"], "key");
        app.post(EDITIONS).json(json!({ "name": "X", "key": made["id"] })).await.invalid("key", "not_allowed");
        app.post(EDITIONS).json(json!({ "name": "X", "key": "basic" })).await.created();
        app.patch(&format!("{EDITIONS}/basic")).json(json!({ "key": "pro" })).await.problem("already_exists");
        let viewer = format!("{BASE}/products/viewer/editions");
        app.post(&viewer).json(json!({ "name": "X", "key": "pro" })).await.created();
        let id = made["id"].as_str().unwrap();
        app.get(&format!("{viewer}/{id}")).await.problem("not_found");
    }

    async fn delete_edition_is_refused_while_it_is_in_use(app: TestApp) {
        definitions(&app).await;
        app.post(EDITIONS).json(pro()).await.created();
        app.post(&format!("{PRO}/features")).json(json!({ "key": "own", "type": "bool", "value": true })).await.created();
        let plan = app.plan("Yearly").await["id"].clone();
        let offering = json!({ "sku": "A", "name": "A", "editionId": "pro", "planId": plan, "seats": 1 });
        app.post(&format!("{BASE}/offerings")).json(offering).await.created();
        assert_eq!(app.delete(PRO).await.problem("in_use")["by"], json!({ "offering": 1 }));
        assert_eq!(app.delete(CAD).await.problem("in_use")["by"], json!({ "edition": 1 }));
        app.delete(&format!("{BASE}/offerings/A")).await.done();
        app.delete(PRO).await.done();
        app.get(PRO).await.problem("not_found");
        app.delete(PRO).await.problem("not_found");
        app.post(EDITIONS).json(json!({ "name": "X", "key": "pro" })).await.created();
        assert_eq!(app.get(PRO).await.ok()["features"], json!({}), "its values went with it");
    }

    async fn safe_1_an_edition_is_made_and_changed_once(app: TestApp) {
        definitions(&app).await;
        let made = app.post(EDITIONS).once("1").json(pro()).await.created();
        assert_eq!(app.post(EDITIONS).once("1").json(pro()).await.created(), made);
        let change = json!({ "features": { "parts": 5 } });
        let changed = app.patch(PRO).once("2").json(change.clone()).await.ok();
        assert_eq!(app.patch(PRO).once("2").json(change).await.ok(), changed);
        for _ in 0..2 {
            app.delete(PRO).once("3").await.done();
        }
        assert_eq!(app.done_to(&made["id"]).await, ["edition.create", "edition.update", "edition.delete"]);
    }

    async fn api_2_another_vendors_edition_is_not_found(app: TestApp) {
        definitions(&app).await;
        let made = app.post(EDITIONS).json(pro()).await.created();
        let (_, other) = app.another_vendor("Umbrella", false).await;
        app.post(&format!("{BASE}/products")).key(&other).json(json!({ "name": "CAD", "key": "cad" })).await.created();
        let path = format!("{EDITIONS}/{}", made["id"].as_str().unwrap());
        app.get(&path).key(&other).await.problem("not_found");
        app.patch(&path).key(&other).json(json!({ "name": "X" })).await.problem("not_found");
        app.delete(&path).key(&other).await.problem("not_found");
        let foreign = json!({ "name": "X", "key": "x", "features": { "cloud": true } });
        app.post(EDITIONS).key(&other).json(foreign).await.invalid("features.cloud", "unknown");
        assert_eq!(app.get(&path).await.ok(), made);
    }
}
