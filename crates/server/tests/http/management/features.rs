//! `/features`, `/products/{product}/features`, `/products/{product}/editions/{edition}/features`.

use serde_json::{Value, json};

use super::catalog::{BASE, CAD, PRO, errors, members};
use crate::common::{TestApp, on_both_engines};

fn pool(key: &str, value: u64) -> Value {
    json!({ "key": key, "type": "elementPool", "value": value })
}

/// The three places at which a feature can be defined.
fn places() -> [String; 3] {
    [format!("{BASE}/features"), format!("{CAD}/features"), format!("{PRO}/features")]
}

on_both_engines! {
    async fn create_feature_takes_defaults_and_get_gives_it_back(app: TestApp) {
        let (product, _) = app.cad_pro().await;
        let made = app.post(&format!("{BASE}/features")).json(pool("parts", 5)).await.created();
        assert_eq!((&made["level"], &made["productId"], &made["editionId"]), (&json!("global"), &Value::Null, &Value::Null));
        assert_eq!((&made["name"], &made["value"], &made["metadata"]), (&json!("parts"), &json!(5), &json!({})));
        assert_eq!((&made["overdraft"], &made["usageReset"]), (&json!({ "type": "none" }), &json!("never")));
        for which in ["parts", made["id"].as_str().unwrap()] {
            assert_eq!(app.get(&format!("{BASE}/features/{which}")).await.ok(), made);
        }
        assert_eq!(app.get(&format!("{BASE}/features")).await.ok()["items"], json!([made]));
        let body = json!({ "key": "export", "name": "Export", "type": "usageCount", "value": null,
            "overdraft": { "type": "percentage", "value": 10 }, "usageReset": "monthly", "metadata": { "a": "b" } });
        let made = app.post(&format!("{CAD}/features")).json(body.clone()).await.created();
        assert_eq!((&made["level"], &made["productId"]), (&json!("product"), &product["id"]));
        for (member, value) in body.as_object().unwrap() {
            assert_eq!(&made[member], value);
        }
    }

    async fn cat_1_a_value_and_its_level_are_those_of_the_nearest_and_fall_back(app: TestApp) {
        let (_, edition) = app.cad_pro().await;
        let [global, product, pro] = places();
        app.post(&global).json(pool("parts", 1)).await.created();
        let expect = async |place: &str, value: u64, level: &str| {
            let shown = app.get(&format!("{place}/parts")).await.ok();
            assert_eq!((&shown["value"], &shown["valueLevel"]), (&json!(value), &json!(level)), "{place}");
            assert_eq!(shown["level"], "global");
            assert_eq!(app.get(place).await.ok()["items"], json!([shown]));
        };
        expect(&pro, 1, "global").await;
        let set = app.put(&format!("{product}/parts"), 2).await.ok();
        assert_eq!((&set["value"], &set["valueLevel"]), (&json!(2), &json!("product")));
        expect(&pro, 2, "product").await;
        let by_id = format!("/api/admin/v1/products/cad/editions/{}/features", edition["id"].as_str().unwrap());
        app.put(&format!("{by_id}/{}", set["id"].as_str().unwrap()), Value::Null).await.ok();
        let unlimited = app.get(&format!("{pro}/parts")).await.ok();
        assert_eq!((&unlimited["value"], &unlimited["valueLevel"]), (&Value::Null, &json!("edition")));
        expect(&product, 2, "product").await;
        app.delete(&format!("{pro}/parts")).await.done();
        expect(&pro, 2, "product").await;
        app.delete(&format!("{product}/parts")).await.done();
        expect(&pro, 1, "global").await;
        app.delete(&format!("{product}/parts")).await.problem("not_found");
        expect(&product, 1, "global").await;
    }

    async fn cat_1_a_definition_is_removed_where_it_stands_with_every_value(app: TestApp) {
        app.cad_pro().await;
        let [_, product, pro] = places();
        app.post(&product).json(pool("parts", 1)).await.created();
        app.put(&format!("{pro}/parts"), 2).await.ok();
        app.delete(&format!("{product}/parts")).await.done();
        assert_eq!(app.get(&pro).await.ok()["items"], json!([]));
        assert_eq!(app.get(PRO).await.ok()["features"], json!({}));
        app.post(&pro).json(pool("parts", 3)).await.created();
        assert_eq!(app.get(PRO).await.ok()["features"], json!({ "parts": 3 }));
        assert_eq!(app.get(&product).await.ok()["items"], json!([]), "it holds on its edition alone");
        app.put(&format!("{pro}/parts"), 4).await.ok();
        app.delete(&format!("{pro}/parts")).await.done();
        app.get(&format!("{pro}/parts")).await.problem("not_found");
    }

    async fn cat_2_a_key_is_given_once_globally_in_a_product_and_in_its_editions(app: TestApp) {
        app.cad_pro().await;
        app.post(&format!("{BASE}/products")).json(json!({ "name": "Viewer", "key": "viewer" })).await.created();
        let [global, product, pro] = places();
        for (first, key) in [(&global, "a"), (&product, "b"), (&pro, "c")] {
            app.post(first).json(pool(key, 1)).await.created();
            for place in &places() {
                let problem = app.post(place).json(pool(key, 1)).await.problem("already_exists");
                assert_eq!(problem["field"], "key");
            }
        }
        let viewer = format!("{BASE}/products/viewer/features");
        app.post(&viewer).json(pool("a", 1)).await.problem("already_exists");
        app.post(&viewer).json(pool("b", 1)).await.created();
        let id = app.get(&format!("{global}/a")).await.ok()["id"].clone();
        app.post(&viewer).json(json!({ "key": id, "type": "bool", "value": true })).await.invalid("key", "not_allowed");
    }

    async fn update_feature_changes_what_is_given_and_keeps_the_type(app: TestApp) {
        app.cad_pro().await;
        for place in places() {
            let key = format!("feature {}", place.len());
            let made = app.post(&place).json(pool(&key, 1)).await.created();
            app.clock.advance(1);
            let path = format!("{place}/{}", made["id"].as_str().unwrap());
            let changed = app.patch(&path).json(json!({ "name": "Parts", "value": 7, "metadata": { "a": "b" } })).await.ok();
            let mut expected = made.clone();
            (expected["name"], expected["value"]) = ("Parts".into(), 7.into());
            (expected["metadata"], expected["updated"]) = (json!({ "a": "b" }), app.now().to_string().into());
            assert_eq!(changed, expected);
            app.patch(&path).json(json!({ "usageReset": "monthly" })).await.invalid("usageReset", "not_allowed");
            app.patch(&path).json(json!({ "value": true })).await.invalid("value", "bad_format");
            app.patch(&path).json(json!({ "type": "bool" })).await.invalid("type", "unknown_field");
            assert_eq!(app.get(&path).await.ok()["value"], 7);
        }
        app.post(&format!("{BASE}/features")).json(pool("global", 1)).await.created();
        app.patch(&format!("{CAD}/features/global")).json(json!({ "value": 2 })).await.problem("not_found");
    }

    async fn bad_input_is_said_at_its_member_and_changes_nothing(app: TestApp) {
        app.cad_pro().await;
        for place in places() {
            let bad = json!({ "key": "x", "type": "bool", "value": 5, "overdraft": { "type": "unlimited" },
                "usageReset": "monthly" });
            let problem = app.post(&place).json(bad).await.problem("validation_failed");
            let expected = [("overdraft", "not_allowed"), ("usageReset", "not_allowed"), ("value", "bad_format")];
            assert_eq!(errors(&problem), expected);
            app.post(&place).json(pool(" ", 1)).await.invalid("key", "required");
            app.post(&place).json(pool(&"x".repeat(51), 1)).await.invalid("key", "too_long");
            app.post(&place).json(pool("x", 1 << 53)).await.invalid("value", "out_of_range");
            app.post(&place).json(json!({ "key": "x", "type": "pool", "value": 1 })).await.invalid("type", "bad_format");
            app.post(&place).json(json!({ "key": "x", "type": "elementPool", "value": -1 })).await
                .invalid("value", "out_of_range");
            app.post(&place).json(json!({ "key": "x", "type": "elementPool" })).await.invalid("value", "required");
            assert_eq!(app.get(&place).await.ok()["items"], json!([]));
        }
        app.post(&format!("{BASE}/features")).json(pool("parts", 1)).await.created();
        for place in [format!("{CAD}/features"), format!("{PRO}/features")] {
            app.put(&format!("{place}/parts"), true).await.invalid("value", "bad_format");
            app.call("PUT", &format!("{place}/parts")).json(json!({})).await.invalid("value", "required");
            app.put(&format!("{place}/unknown"), 1).await.problem("not_found");
            assert_eq!(app.get(&format!("{place}/parts")).await.ok()["valueLevel"], "global");
        }
    }

    async fn api_2_what_belongs_to_another_vendor_is_not_found(app: TestApp) {
        let (product, _) = app.cad_pro().await;
        let [global, here, _] = places();
        let feature = app.post(&global).json(pool("parts", 1)).await.created();
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let id = feature["id"].as_str().unwrap();
        for path in [format!("{global}/{id}"), format!("{global}/parts"), format!("{here}/{id}")] {
            app.get(&path).key(&other).await.problem("not_found");
            app.delete(&path).key(&other).await.problem("not_found");
        }
        app.get(&here).key(&other).await.problem("not_found");
        let by_id = format!("{BASE}/products/{}/features", product["id"].as_str().unwrap());
        app.post(&by_id).key(&other).json(pool("theirs", 1)).await.problem("not_found");
        app.put(&format!("{by_id}/parts"), 2).key(&other).await.problem("not_found");
        app.patch(&format!("{global}/{id}")).key(&other).json(json!({ "value": 2 })).await.problem("not_found");
        app.post(&global).key(&other).json(pool("parts", 9)).await.created();
        assert_eq!(app.get(&format!("{here}/parts")).await.ok()["value"], 1);
    }

    async fn aud_1_every_change_of_a_feature_is_recorded(app: TestApp) {
        let (product, edition) = app.cad_pro().await;
        let [global, here, pro] = places();
        let made = app.post(&global).json(pool("parts", 1)).await.created();
        app.patch(&format!("{global}/parts")).json(json!({ "value": 2 })).await.ok();
        app.put(&format!("{here}/parts"), 3).await.ok();
        app.put(&format!("{pro}/parts"), 4).await.ok();
        app.delete(&format!("{pro}/parts")).await.done();
        app.put(&format!("{pro}/parts"), true).await.invalid("value", "bad_format");
        app.delete(&format!("{global}/parts")).await.done();
        assert_eq!(app.done_to(&made["id"]).await, ["feature.create", "feature.update", "feature.delete"]);
        assert_eq!(app.done_to(&product["id"]).await, ["product.create", "feature.set-value"]);
        assert_eq!(app.done_to(&edition["id"]).await, ["edition.create", "feature.set-value", "feature.remove-value"]);
        let path = format!("{BASE}/audit?subject={}&sort=-created&limit=1", edition["id"].as_str().unwrap());
        let expected = json!([{ "field": "features", "from": "parts=4", "to": null }]);
        assert_eq!(app.get(&path).await.ok()["items"][0]["changes"], expected);
    }

    async fn safe_1_the_same_key_repeats_what_was_done_to_a_feature(app: TestApp) {
        app.cad_pro().await;
        for place in places() {
            let key = |n: u8| format!("{place} {n}");
            let made = app.post(&place).once(&key(1)).json(pool("parts", 1)).await.created();
            assert_eq!(app.post(&place).once(&key(1)).json(pool("parts", 1)).await.created(), made);
            app.post(&place).once(&key(1)).json(pool("parts", 2)).await.problem("idempotency_key_reused");
            for _ in 0..2 {
                app.patch(&format!("{place}/parts")).once(&key(2)).json(json!({ "value": 3 })).await.ok();
            }
            for _ in 0..2 {
                app.delete(&format!("{place}/parts")).once(&key(3)).await.done();
            }
            app.delete(&format!("{place}/parts")).once(&key(4)).await.problem("not_found");
            assert_eq!(app.done_to(&made["id"]).await, ["feature.create", "feature.update", "feature.delete"]);
        }
    }

    async fn api_3_what_holds_is_listed_in_pages_over_all_levels(app: TestApp) {
        app.cad_pro().await;
        let mut keys = Vec::new();
        for n in 0..7 {
            let [global, here, pro] = places();
            keys.push(json!(format!("Größe {n}")));
            app.clock.advance(1);
            app.post(&[global, here, pro][n % 3]).json(pool(keys[n].as_str().unwrap(), 1)).await.created();
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let list = app.get(&format!("{PRO}/features?limit=3{cursor}")).await.ok();
            seen.extend(members(&list, "key"));
            let Some(next) = list["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, keys);
        let newest = app.get(&format!("{PRO}/features?sort=-created&limit=1")).await.ok();
        assert_eq!(members(&newest, "key"), keys[6..]);
    }

    async fn man_1_scopes_of_the_catalog_are_needed(app: TestApp) {
        app.cad_pro().await;
        let reader = app.key_for(&["catalog:read"]).await;
        let stranger = app.key_for(&["orders:write"]).await;
        for place in places() {
            app.get(&place).key(&reader).await.ok();
            app.get(&place).key(&stranger).await.problem("not_permitted");
            app.post(&place).key(&reader).json(pool("parts", 1)).await.problem("not_permitted");
            app.delete(&format!("{place}/parts")).key(&reader).await.problem("not_permitted");
        }
    }
}
