//! Which entitlement serves a claim (SEAT-1).

use serde_json::{Value, json};

use super::holder::{activate, claim, claim_with, validate};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, anonymous, text};

/// An order of several things: its code, and the ids of its entitlements.
async fn order(shop: &Shop, items: Value) -> (String, Vec<Value>) {
    let order = shop.make("/orders", json!({ "customerId": "CRM-1001", "items": items })).await;
    let ids = order["entitlements"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    (text(&order["activationCodes"][0]["code"]).to_owned(), ids)
}

/// A second edition, `basic`, sold as `CAD-BASIC`. Gives its id.
async fn basic(shop: &Shop) -> Value {
    let edition = shop.make("/products/cad/editions", json!({ "name": "Basic", "key": "basic" })).await;
    let plan = shop.items("/plans").await.into_iter().find(|plan| plan["name"] == "C").unwrap();
    let offering = json!({ "sku": "CAD-BASIC", "name": "Basic", "editionId": edition["id"], "planId": plan["id"],
                           "seats": 1, "concurrency": "concurrent" });
    shop.make("/offerings", offering).await;
    edition["id"].clone()
}

on_both_engines! {
    async fn seat_1_the_edition_wanted_is_given_by_key_or_id(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let basic_id = basic(&shop).await;
        let (code, ids) = order(&shop, json!([{ "sku": "CAD-C" }, { "sku": "CAD-BASIC", "seats": 2 }])).await;
        for (seat, edition, entitlement) in
            [("a", json!("basic"), &ids[1]), ("b", json!("pro"), &ids[0]), ("c", basic_id.clone(), &ids[1])]
        {
            let body = claim_with(&code, seat, &json!({ "editionId": edition }));
            assert_eq!(activate(&app, body).await.created()["activation"]["entitlementId"], *entitlement);
        }
        let full = activate(&app, claim_with(&code, "d", &json!({ "editionId": "basic" }))).await;
        assert_eq!(full.problem("seats_exhausted")["seats"], 2, "the other edition's free seat is not given instead");
        activate(&app, claim_with(&code, "d", &json!({ "editionId": "gold" }))).await.invalid("editionId", "unknown");
        activate(&app, claim_with(&code, "d", &json!({ "editionId": "" }))).await.invalid("editionId", "required");
        activate(&app, claim(&code, "d")).await.created();
    }

    async fn seat_1_a_seat_id_that_holds_a_seat_stays_there_whatever_edition_it_names(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        basic(&shop).await;
        let (code, ids) = order(&shop, json!([{ "sku": "CAD-C" }, { "sku": "CAD-BASIC" }])).await;
        activate(&app, claim_with(&code, "a", &json!({ "editionId": "basic" }))).await.created();
        for body in [claim(&code, "a"), claim_with(&code, "a", &json!({ "editionId": "pro" }))] {
            assert_eq!(activate(&app, body).await.ok()["activation"]["entitlementId"], ids[1]);
        }
    }

    async fn seat_1_of_several_the_one_that_expires_last_gives_its_free_seats_first(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let items = json!([
            { "sku": "CAD-D", "start": "2025-06-01T00:00:00Z", "seats": 1 },
            { "sku": "CAD-D", "start": "2026-01-01T00:00:00Z", "seats": 1 },
            { "sku": "CAD-D", "start": "2025-09-01T00:00:00Z", "seats": 1 },
        ]);
        let (code, ids) = order(&shop, items).await;
        for (seat, expected) in [("a", &ids[1]), ("b", &ids[2]), ("c", &ids[0])] {
            let asked = validate(&app, claim(&code, seat)).await.ok();
            let body = activate(&app, claim(&code, seat)).await.created();
            assert_eq!((&asked["entitlement"]["id"], &body["activation"]["entitlementId"]), (expected, expected));
        }
        activate(&app, claim(&code, "d")).await.problem("seats_exhausted");
        let (code, ids) = order(&shop, json!([{ "sku": "CAD-C" }, { "sku": "CAD-P" }])).await;
        let body = activate(&app, claim(&code, "a")).await.created();
        assert_eq!(body["activation"]["entitlementId"], ids[1], "perpetual expires after all others");
    }

    async fn seat_1_the_product_is_named_by_key_or_id_and_must_be_in_the_order(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let id = sold.order["entitlements"][0]["productId"].clone();
        let with = |product: Value| claim_with(&sold.code, "pc-1", &json!({ "productId": product }));
        let first = activate(&app, with(json!("cad"))).await.created();
        assert_eq!(activate(&app, with(id)).await.ok()["activation"]["id"], first["activation"]["id"]);
        shop.make("/products", json!({ "name": "CAM", "key": "cam" })).await;
        let other = activate(&app, with(json!("cam"))).await.problem("product_not_in_order");
        let unknown = activate(&app, with(json!("nothing"))).await.problem("product_not_in_order");
        assert_eq!(anonymous(other), anonymous(unknown));
        activate(&app, with(json!("CAD"))).await.problem("product_not_in_order");
        activate(&app, with(json!(""))).await.invalid("productId", "required");
        activate(&app, with(json!("x".repeat(101)))).await.invalid("productId", "too_long");
        activate(&app, with(json!(7))).await.invalid("productId", "bad_format");
        assert_eq!(shop.items("/activations").await.len(), 1);
    }

    async fn seat_1_what_cannot_be_used_now_steps_aside(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (code, ids) = order(&shop, json!([{ "sku": "CAD-C" }, { "sku": "CAD-P" }])).await;
        shop.post(&format!("/entitlements/{}/disable", text(&ids[1])), json!({})).await.ok();
        let body = activate(&app, claim(&code, "a")).await.created();
        assert_eq!(body["activation"]["entitlementId"], ids[0]);
        shop.post(&format!("/entitlements/{}/disable", text(&ids[0])), json!({})).await.ok();
        activate(&app, claim(&code, "b")).await.problem("entitlement_disabled");
    }
}
