//! Bad bodies: each with a clear problem, and nothing changed (API-1, API-2).

use serde_json::{Value, json};

use crate::common::{TestApp, on_both_engines};

const PRODUCTS: &str = "/api/admin/v1/products";

/// Nothing is there but the product that every vendor has.
fn nobody_made_anything(list: &Value) {
    let mut made = list["items"].as_array().unwrap().iter().filter(|one| one["key"] != "local-server");
    assert_eq!((made.next(), &list["nextCursor"]), (None, &json!(null)));
}

on_both_engines! {
    async fn api_2_malformed_json_is_said_to_be_so(app: TestApp) {
        for body in ["{", "{\"name\": \"x\"", "name=x", "\"\\ud800\"", "{} {}", "[1,]", "{'name': 'x'}", "\u{feff}{}"] {
            let problem = app.post(PRODUCTS).body("application/json", body).await.problem("malformed_request");
            assert!(problem["detail"].as_str().unwrap().contains("line 1"), "{problem}");
        }
        app.post(PRODUCTS).body("application/json", vec![b'"', 0xff, b'"']).await.problem("malformed_request");
        app.post(PRODUCTS).body("application/json", "[".repeat(100_000)).await.problem("malformed_request");
        nobody_made_anything(&app.get(PRODUCTS).await.ok());
    }

    async fn api_1_unknown_and_duplicate_and_missing_members_are_refused(app: TestApp) {
        let unknown = json!({ "name": "CAD", "key": "cad", "leasPeriod": "unlimited" });
        app.post(PRODUCTS).json(unknown).await.invalid("leasPeriod", "unknown_field");
        let twice = r#"{"name": "CAD", "name": "CAM", "key": "cad"}"#;
        app.post(PRODUCTS).body("application/json", twice).await.invalid("name", "duplicate");
        app.post(PRODUCTS).json(json!({ "name": "CAD" })).await.invalid("key", "required");
        app.post(PRODUCTS).await.invalid("name", "required");
        nobody_made_anything(&app.get(PRODUCTS).await.ok());
    }

    async fn api_1_wrong_types_and_amounts_are_refused(app: TestApp) {
        let with = |period: Value| json!({ "name": "CAD", "key": "cad", "leasePeriod": period });
        let period = |count: Value| with(json!({ "unit": "day", "count": count }));
        for (body, path, code) in [
            (json!({ "name": 7, "key": "cad" }), "name", "bad_format"),
            (json!({ "name": null, "key": "cad" }), "name", "bad_format"),
            (json!({ "name": " ", "key": "cad" }), "name", "required"),
            (json!({ "name": "x".repeat(201), "key": "cad" }), "name", "too_long"),
            (json!({ "name": "a\u{7}b", "key": "cad" }), "name", "bad_format"),
            (period(json!(-1)), "leasePeriod.count", "out_of_range"),
            (period(json!(0)), "leasePeriod.count", "out_of_range"),
            (period(json!(9_007_199_254_740_992_u64)), "leasePeriod.count", "out_of_range"),
            (period(json!(1.5)), "leasePeriod.count", "bad_format"),
            (period(json!("7")), "leasePeriod.count", "bad_format"),
        ] {
            let reply = app.post(PRODUCTS).json(body.clone()).await;
            let problem = reply.problem("validation_failed");
            let found = (&problem["errors"][0]["path"], &problem["errors"][0]["code"]);
            let near = path.starts_with(found.0.as_str().unwrap());
            assert!(near && found.1 == code, "{body}: {problem}");
        }
        for body in ["[]", "null", "3", "\"x\""] {
            app.post(PRODUCTS).body("application/json", body).await.invalid("", "bad_format");
        }
        nobody_made_anything(&app.get(PRODUCTS).await.ok());
    }

    async fn api_1_an_object_is_no_array_of_its_members_however_deep(app: TestApp) {
        for (member, value, path) in [
            ("leasePeriod", json!(["day", 7]), "leasePeriod"),
            ("gracePeriod", json!([]), "gracePeriod"),
            ("metadata", json!([["a", "b"]]), "metadata"),
            ("metadata", json!([]), "metadata"),
        ] {
            let mut body = json!({ "name": "CAD", "key": "cad" });
            body[member] = value;
            app.post(PRODUCTS).json(body).await.invalid(path, "bad_format");
        }
        let customers = "/api/admin/v1/customers";
        let contacts = json!([{ "name": "A", "email": "a@a.example" }, ["B", "b@b.example"]]);
        let body = json!({ "name": "X", "contacts": contacts });
        app.post(customers).json(body).await.invalid("contacts[1]", "bad_format");
        let items = json!({ "customerId": "x", "items": [["SKU", null, 1, null, null]] });
        app.post("/api/admin/v1/orders").json(items).await.invalid("items[0]", "bad_format");
        nobody_made_anything(&app.get(PRODUCTS).await.ok());
        nobody_made_anything(&app.get(customers).await.ok());
    }

    async fn api_1_members_of_maps_are_given_once(app: TestApp) {
        let with = |more: &str| format!("{{\"name\": \"CAD\", \"key\": \"cad\", {more}}}");
        let twice = with("\"metadata\": {\"a\": \"1\", \"b\": \"2\", \"a\": \"3\"}");
        app.post(PRODUCTS).body("application/json", twice).await.invalid("metadata.a", "duplicate");
        let escaped = with("\"metadata\": {\"a\": \"1\", \"\\u0061\": \"3\"}");
        app.post(PRODUCTS).body("application/json", escaped).await.invalid("metadata.a", "duplicate");
        let nested = with("\"leasePeriod\": {\"unit\": \"day\", \"unit\": \"hour\", \"count\": 7}");
        app.post(PRODUCTS).body("application/json", nested).await.invalid("leasePeriod.unit", "duplicate");
        nobody_made_anything(&app.get(PRODUCTS).await.ok());
        app.post(PRODUCTS).body("application/json", with("\"metadata\": {\"a\": \"1\", \"A\": \"3\"}")).await.created();
    }

    async fn api_1_numbers_and_depths_that_nothing_holds_are_refused(app: TestApp) {
        let period = |count: &str| {
            format!("{{\"name\": \"CAD\", \"key\": \"cad\", \"leasePeriod\": {{\"unit\": \"day\", \"count\": {count}}}}}")
        };
        for count in ["1e400", "-1e400", "1e30", "1E2", "7.0", "99999999999999999999999"] {
            let reply = app.post(PRODUCTS).body("application/json", period(count)).await;
            let problem = reply.problem("validation_failed");
            let code = problem["errors"][0]["code"].as_str().unwrap();
            assert!(["out_of_range", "bad_format"].contains(&code), "{count}: {problem}");
        }
        let deep = |open: &str, close: &str| format!("{{\"name\": {}1{}}}", open.repeat(10_000), close.repeat(10_000));
        for body in [deep("[", "]"), deep("{\"a\":", "}")] {
            app.post(PRODUCTS).body("application/json", body).await.problem("validation_failed");
        }
        nobody_made_anything(&app.get(PRODUCTS).await.ok());
    }

    async fn api_2_the_null_character_never_reaches_the_database(app: TestApp) {
        let body = json!({ "name": "CAD", "key": "cad", "metadata": { "note": "a\u{0}b" } });
        app.post(PRODUCTS).json(body).await.invalid("metadata", "bad_format");
        // An escaped backslash before `u0000` is six ordinary characters.
        let harmless = r#"{"name": "CAD", "key": "cad", "metadata": {"note": "a\\u0000b"}}"#;
        app.post(PRODUCTS).body("application/json", harmless).await.created();
    }
}

#[tokio::test]
async fn api_1_a_body_over_1_mib_is_refused() {
    let app = TestApp::sqlite().await;
    let long = |length: usize| json!({ "name": "x".repeat(length), "key": "cad" });
    app.post(PRODUCTS).json(long(1 << 20)).await.problem("body_too_large");
    app.post(PRODUCTS).json(long(10 << 20)).await.problem("body_too_large");
    app.post(PRODUCTS).json(long(1 << 19)).await.invalid("name", "too_long");
    let announced = app.post(PRODUCTS).json(long(1)).header("content-length", "99999999999");
    announced.await.problem("body_too_large");
    nobody_made_anything(&app.get(PRODUCTS).await.ok());
}

#[tokio::test]
async fn api_2_another_media_type_is_unsupported() {
    let app = TestApp::sqlite().await;
    let body = json!({ "name": "CAD", "key": "cad" }).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "application", "json", "@"] {
        app.post(PRODUCTS).body(kind, body.clone()).await.problem("media_type_unsupported");
    }
    app.post(PRODUCTS).body("Application/JSON; charset=utf-8", body).await.created();
}

#[tokio::test]
async fn api_2_a_body_is_not_read_before_its_sender_is_known() {
    let app = TestApp::sqlite().await;
    app.post(PRODUCTS).body("application/json", "{").anonymous().await.problem("credential_missing");
}
