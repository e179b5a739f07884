//! Lists: limits, cursors, order, unknown parameters (API-3).

use serde_json::json;

use crate::common::{TestApp, on_both_engines};

/// A list in which nothing is that was not made.
const FEATURES: &str = "/api/admin/v1/features";

fn feature(key: &str) -> serde_json::Value {
    json!({ "name": key, "key": key, "type": "bool", "value": true })
}

async fn make(app: &TestApp, count: usize) {
    for number in 0..count {
        app.clock.advance(1);
        let key = format!("p{number}");
        app.post(FEATURES).json(feature(&key)).await.created();
    }
}

fn keys(page: &serde_json::Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["key"].as_str().unwrap()).collect()
}

on_both_engines! {
    async fn api_3_pages_follow_each_other_while_rows_are_added(app: TestApp) {
        make(&app, 5).await;
        let first = app.get(&format!("{FEATURES}?limit=2")).await.ok();
        assert_eq!(keys(&first), ["p0", "p1"]);
        app.clock.advance(1);
        app.post(FEATURES).json(feature("late")).await.created();
        let after = |page: &serde_json::Value| format!("{FEATURES}?limit=2&cursor={}", page["nextCursor"].as_str().unwrap());
        let second = app.get(&after(&first)).await.ok();
        assert_eq!(keys(&second), ["p2", "p3"]);
        let third = app.get(&after(&second)).await.ok();
        assert_eq!(keys(&third), ["p4", "late"]);
        assert_eq!(third["nextCursor"], json!(null));
    }

    async fn api_3_a_list_is_read_from_either_end(app: TestApp) {
        make(&app, 3).await;
        let newest = app.get(&format!("{FEATURES}?sort=-created&limit=2")).await.ok();
        assert_eq!(keys(&newest), ["p2", "p1"]);
        let cursor = newest["nextCursor"].as_str().unwrap();
        let rest = app.get(&format!("{FEATURES}?sort=-created&cursor={cursor}")).await.ok();
        assert_eq!(keys(&rest), ["p0"]);
        assert_eq!(keys(&app.get(&format!("{FEATURES}?sort=created")).await.ok()), ["p0", "p1", "p2"]);
    }

    async fn api_3_a_cursor_of_somebody_else_shows_nothing_of_theirs(app: TestApp) {
        make(&app, 2).await;
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let cursor = app.get(&format!("{FEATURES}?limit=1")).await.ok()["nextCursor"].as_str().unwrap().to_owned();
        let page = app.get(&format!("{FEATURES}?cursor={cursor}")).key(&other).await.ok();
        assert_eq!(page, json!({ "items": [], "nextCursor": null }));
    }
}

#[tokio::test]
async fn api_3_bad_parameters_are_refused() {
    let app = TestApp::sqlite().await;
    for (query, path, code) in [
        ("limit=0", "limit", "out_of_range"),
        ("limit=101", "limit", "out_of_range"),
        ("limit=65536", "limit", "bad_format"),
        ("limit=-1", "limit", "bad_format"),
        ("limit=", "limit", "bad_format"),
        ("limit=two", "limit", "bad_format"),
        ("limit=1&limit=2", "limit", "duplicate"),
        ("cursor=%20", "cursor", "bad_format"),
        ("cursor=", "cursor", "bad_format"),
        ("cursor=AA", "cursor", "bad_format"),
        ("cursor=!", "cursor", "bad_format"),
        ("sort=name", "sort", "bad_format"),
        ("offset=3", "offset", "unknown_field"),
        ("Limit=3", "Limit", "unknown_field"),
    ] {
        app.get(&format!("{FEATURES}?{query}")).await.invalid(path, code);
    }
}
