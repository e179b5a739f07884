//! `/attributes`, `/products/{product}/attributes`, `/products/{product}/editions/{edition}/attributes`.

use serde_json::{Value, json};

use super::catalog::{BASE, CAD, PRO};
use crate::common::{TestApp, on_both_engines};

fn number(key: &str, value: impl Into<Value>) -> Value {
    json!({ "key": key, "type": "number", "value": value.into() })
}

/// The three places at which an attribute can be defined.
fn places() -> [String; 3] {
    [format!("{BASE}/attributes"), format!("{CAD}/attributes"), format!("{PRO}/attributes")]
}

on_both_engines! {
    async fn create_attribute_takes_every_type_and_get_gives_it_back(app: TestApp) {
        let (product, edition) = app.cad_pro().await;
        for (place, kind, value) in [(0, "string", json!("dark")), (1, "number", json!("-1.5")), (2, "date", json!("2026-11-21"))] {
            let place = &places()[place];
            let body = json!({ "key": kind, "type": kind, "value": value, "metadata": { "a": "b" } });
            app.clock.advance(1);
            let made = app.post(place).json(body).await.created();
            assert_eq!((&made["name"], &made["value"], &made["metadata"]), (&json!(kind), &value, &json!({ "a": "b" })));
            let shown = app.get(&format!("{place}/{}", made["id"].as_str().unwrap())).await.ok();
            assert_eq!((&shown["key"], &shown["value"], &shown["level"]), (&json!(kind), &value, &made["level"]));
        }
        let list = app.get(&format!("{PRO}/attributes")).await.ok();
        let levels: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["level"].clone()).collect();
        assert_eq!(levels, ["global", "product", "edition"]);
        let made = app.post(&format!("{PRO}/attributes")).json(json!({ "key": "x", "type": "string" })).await.created();
        assert_eq!((&made["productId"], &made["editionId"]), (&product["id"], &edition["id"]));
        assert_eq!(made["value"], Value::Null);
    }

    async fn cat_1_a_value_and_its_level_are_those_of_the_nearest_and_fall_back(app: TestApp) {
        app.cad_pro().await;
        let [global, product, pro] = places();
        app.post(&global).json(number("zoom", Value::Null)).await.created();
        let expect = async |place: &str, value: Value, level: &str| {
            let shown = app.get(&format!("{place}/zoom")).await.ok();
            assert_eq!((&shown["value"], &shown["valueLevel"]), (&value, &json!(level)), "{place}");
            assert_eq!(app.get(place).await.ok()["items"], json!([shown]));
        };
        expect(&pro, Value::Null, "global").await;
        app.put(&format!("{product}/zoom"), "2").await.ok();
        app.put(&format!("{pro}/zoom"), "3").await.ok();
        expect(&product, json!("2"), "product").await;
        expect(&pro, json!("3"), "edition").await;
        app.delete(&format!("{pro}/zoom")).await.done();
        expect(&pro, json!("2"), "product").await;
        app.delete(&format!("{product}/zoom")).await.done();
        expect(&pro, Value::Null, "global").await;
        app.delete(&format!("{product}/zoom")).await.problem("not_found");
        app.delete(&format!("{global}/zoom")).await.done();
        app.get(&format!("{pro}/zoom")).await.problem("not_found");
    }

    async fn cat_2_a_key_is_given_once_globally_in_a_product_and_in_its_editions(app: TestApp) {
        app.cad_pro().await;
        for (n, key) in ["a", "b", "c"].into_iter().enumerate() {
            app.post(&places()[n]).json(number(key, "1")).await.created();
            for place in &places() {
                app.post(place).json(number(key, "1")).await.problem("already_exists");
            }
        }
        let feature = json!({ "key": "a", "type": "bool", "value": true });
        app.post(&format!("{BASE}/features")).json(feature).await.created();
    }

    async fn update_attribute_changes_what_is_given_and_keeps_the_type(app: TestApp) {
        app.cad_pro().await;
        for place in places() {
            let made = app.post(&place).json(number(&format!("zoom {}", place.len()), "1")).await.created();
            let path = format!("{place}/{}", made["id"].as_str().unwrap());
            assert_eq!(app.patch(&path).json(json!({ "name": "Zoom" })).await.ok()["value"], "1");
            assert_eq!(app.patch(&path).json(json!({ "value": null })).await.ok()["value"], Value::Null);
            app.patch(&path).json(json!({ "value": "big" })).await.invalid("value", "bad_format");
            app.patch(&path).json(json!({ "name": null })).await.invalid("name", "bad_format");
            assert_eq!(app.get(&path).await.ok()["name"], "Zoom");
        }
    }

    async fn bad_values_are_said_to_be_so_and_change_nothing(app: TestApp) {
        app.cad_pro().await;
        for place in places() {
            for (kind, value) in [("number", "1e9"), ("number", "01"), ("date", "2026-02-30"), ("date", "tomorrow")] {
                let body = json!({ "key": "x", "type": kind, "value": value });
                app.post(&place).json(body).await.invalid("value", "bad_format");
            }
            app.post(&place).json(number("x", 5)).await.invalid("value", "bad_format");
            app.post(&place).json(json!({ "key": "x", "type": "text" })).await.invalid("type", "bad_format");
            assert_eq!(app.get(&place).await.ok()["items"], json!([]));
        }
        app.post(&format!("{BASE}/attributes")).json(number("zoom", "1")).await.created();
        app.put(&format!("{PRO}/attributes/zoom"), "big").await.invalid("value", "bad_format");
        app.put(&format!("{PRO}/attributes/zoom"), Value::Null).await.invalid("value", "bad_format");
        app.put(&format!("{PRO}/attributes/unknown"), "1").await.problem("not_found");
    }

    async fn aud_1_safe_1_changes_of_an_attribute_are_recorded_once(app: TestApp) {
        let (_, edition) = app.cad_pro().await;
        let [global, _, pro] = places();
        let made = app.post(&global).json(number("zoom", "1")).await.created();
        for _ in 0..2 {
            app.put(&format!("{pro}/zoom"), "2").once("set").await.ok();
            app.patch(&format!("{global}/zoom")).once("edit").json(json!({ "name": "Zoom" })).await.ok();
        }
        for _ in 0..2 {
            app.delete(&format!("{pro}/zoom")).once("unset").await.done();
        }
        for _ in 0..2 {
            app.delete(&format!("{global}/zoom")).once("delete").await.done();
        }
        assert_eq!(app.done_to(&made["id"]).await, ["attribute.create", "attribute.update", "attribute.delete"]);
        let expected = ["edition.create", "attribute.set-value", "attribute.remove-value"];
        assert_eq!(app.done_to(&edition["id"]).await, expected);
    }

    async fn api_2_what_belongs_to_another_vendor_is_not_found(app: TestApp) {
        app.cad_pro().await;
        let made = app.post(&format!("{BASE}/attributes")).json(number("zoom", "1")).await.created();
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let id = made["id"].as_str().unwrap();
        for place in places() {
            app.get(&format!("{place}/{id}")).key(&other).await.problem("not_found");
            app.delete(&format!("{place}/{id}")).key(&other).await.problem("not_found");
            app.patch(&format!("{place}/{id}")).key(&other).json(json!({ "value": "2" })).await.problem("not_found");
        }
        app.put(&format!("{CAD}/attributes/{id}"), "2").key(&other).await.problem("not_found");
        assert_eq!(app.get(&format!("{PRO}/attributes/zoom")).await.ok()["value"], "1");
    }
}
