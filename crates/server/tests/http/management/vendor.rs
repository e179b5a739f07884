//! The vendor itself: what it decides.

use serde_json::{Value, json};

use super::shop::Shop;
use crate::common::{TestApp, on_both_engines};

fn days(count: u64) -> Value {
    json!({ "unit": "day", "count": count })
}

on_both_engines! {
    async fn off_4_a_vendor_says_how_old_requests_may_be(app: TestApp) {
        let (shop, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        let first = shop.get("/vendor").await;
        let vendor = first.ok();
        assert_eq!((&vendor["name"], &vendor["sandbox"]), (&json!("Acme"), &json!(true)));
        assert_eq!(vendor["offlineRequestAge"], days(30), "unless it says otherwise");
        let changed = shop.patch("/vendor", json!({ "offlineRequestAge": days(7) })).await;
        assert_eq!(changed.ok()["offlineRequestAge"], days(7));
        assert_eq!(shop.get("/vendor").await.ok(), changed.ok());
        assert_eq!(other.get("/vendor").await.ok()["offlineRequestAge"], days(30), "the others' stay");
        // A change of nothing is none.
        assert_eq!(shop.patch("/vendor", json!({})).await.ok()["offlineRequestAge"], days(7));
        let entries = shop.items(&format!("/audit?subject={}", vendor["id"].as_str().unwrap())).await;
        let updates: Vec<&Value> = entries.iter().filter(|entry| entry["action"] == "vendor.update").collect();
        assert_eq!(updates.len(), 1);
        let change = &updates[0]["changes"][0];
        assert_eq!((&change["field"], &change["from"], &change["to"]),
            (&json!("offlineRequestAge"), &json!("30 days"), &json!("7 days")));
    }

    async fn api_4_a_vendor_has_a_version(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let tag = shop.get("/vendor").await.header("etag").to_owned();
        let to = |count| shop.patch("/vendor", json!({ "offlineRequestAge": days(count) })).header("if-match", &tag);
        let changed = to(7).await;
        changed.ok();
        assert_ne!(changed.header("etag"), tag);
        to(8).await.problem("version_conflict");
        assert_eq!(shop.get("/vendor").await.ok()["offlineRequestAge"], days(7));
    }

    async fn safe_1_a_change_of_the_vendor_is_repeated(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let to = |count: u64, key: &str| shop.patch("/vendor", json!({ "offlineRequestAge": days(count) })).once(key);
        let first = to(7, "k").await;
        assert_eq!(to(7, "k").await.ok(), first.ok());
        to(8, "k").await.problem("idempotency_key_reused");
    }

    async fn man_1_the_vendor_is_among_the_settings(app: TestApp) {
        let path = "/api/admin/v1/vendor";
        let (reader, other) = (app.key_for(&["settings:read"]).await, app.key_for(&["catalog:write"]).await);
        app.get(path).key(&reader).await.ok();
        let refused = app.patch(path).key(&reader).json(json!({})).await;
        assert_eq!(refused.problem("not_permitted")["needed"], "settings:write");
        app.get(path).key(&other).await.problem("not_permitted");
    }
}

#[tokio::test]
async fn api_1_what_a_vendor_cannot_decide_is_refused() {
    let app = TestApp::sqlite().await;
    let shop = Shop::open(&app, "Acme").await;
    for (age, code) in [
        (json!(null), "bad_format"),
        (json!("unlimited"), "bad_format"),
        (days(0), "out_of_range"),
        (days(32_768), "out_of_range"),
        (json!({ "unit": "second", "count": 1 }), "bad_format"),
    ] {
        let reply = shop.patch("/vendor", json!({ "offlineRequestAge": age })).await;
        let problem = reply.problem("validation_failed");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    for member in ["id", "name", "sandbox", "created"] {
        shop.patch("/vendor", json!({ member: "x" })).await.invalid(member, "unknown_field");
    }
}
