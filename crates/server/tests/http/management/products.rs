//! `/products`.

use serde_json::json;

use crate::common::{TestApp, on_both_engines};

const PRODUCTS: &str = "/api/admin/v1/products";

on_both_engines! {
    async fn create_product_takes_defaults_and_find_gives_it_back(app: TestApp) {
        let made = app.post(PRODUCTS).json(json!({ "name": "CAD", "key": "cad" })).await.created();
        assert_eq!(made["leasePeriod"], json!({ "unit": "day", "count": 7 }));
        assert_eq!(made["gracePeriod"], json!(null));
        assert_eq!((&made["enforcement"], &made["deviceKeys"]), (&json!("stop"), &json!("optional")));
        assert_eq!(made["created"], app.now().to_string());
        let id = made["id"].as_str().unwrap();
        assert_eq!(app.get(&format!("{PRODUCTS}/{id}")).await.ok(), made);
        assert_eq!(app.get(&format!("{PRODUCTS}/cad")).await.ok(), made);
        let listed = app.get(PRODUCTS).await.ok()["items"].clone();
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["key"], &listed[1]), (2, &json!("local-server"), &made));
    }

    async fn update_product_changes_what_is_given_and_nothing_else(app: TestApp) {
        let body = json!({ "name": "CAD", "key": "cad", "gracePeriod": { "unit": "week", "count": 2 } });
        let made = app.post(PRODUCTS).json(body).await.created();
        app.clock.advance(5);
        let change = json!({ "name": "CAM", "gracePeriod": null, "metadata": { "team": "blue" } });
        let changed = app.patch(&format!("{PRODUCTS}/cad")).json(change).await.ok();
        let mut expected = made.clone();
        expected["name"] = "CAM".into();
        expected["gracePeriod"] = json!(null);
        expected["metadata"] = json!({ "team": "blue" });
        expected["updated"] = app.now().to_string().into();
        assert_eq!(changed, expected);
        app.patch(&format!("{PRODUCTS}/cad")).json(json!({ "name": null })).await.invalid("name", "bad_format");
    }

    async fn cat_2_a_products_key_is_unique_and_no_id(app: TestApp) {
        let first = app.post(PRODUCTS).json(json!({ "name": "CAD", "key": "cad" })).await.created();
        let problem = app.post(PRODUCTS).json(json!({ "name": "X", "key": "cad" })).await.problem("already_exists");
        assert_eq!(problem["field"], "key");
        let id = first["id"].as_str().unwrap();
        app.post(PRODUCTS).json(json!({ "name": "X", "key": id })).await.invalid("key", "not_allowed");
        app.post(PRODUCTS).json(json!({ "name": "X", "key": "cam" })).await.created();
        app.patch(&format!("{PRODUCTS}/cam")).json(json!({ "key": "cad" })).await.problem("already_exists");
    }

    async fn delete_product_removes_it(app: TestApp) {
        app.post(PRODUCTS).json(json!({ "name": "CAD", "key": "cad" })).await.created();
        app.delete(&format!("{PRODUCTS}/cad")).await.done();
        app.get(&format!("{PRODUCTS}/cad")).await.problem("not_found");
        app.delete(&format!("{PRODUCTS}/cad")).await.problem("not_found");
    }
}
