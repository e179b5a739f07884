//! Several vendors on one server: the credential tells whose product is meant, and none sees anything of another.

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, claim_with, logged, validate};
use super::jws::claims;
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{ADMIN, NOBODY, Shop, anonymous, text};

/// The live vendor sells one thing, with one seat. Gives its activation code.
pub(super) async fn sell_live(app: &TestApp, product: &str) -> String {
    let make = async |path: &str, body: Value| app.post(&format!("{ADMIN}{path}")).json(body).await.created();
    make("/products", json!({ "name": "CAD", "key": product })).await;
    let edition = make(&format!("/products/{product}/editions"), json!({ "name": "One", "key": "one" })).await;
    let plan = json!({ "name": "P", "licenseType": "perpetual", "licenseStart": "creation", "planType": "paid" });
    let plan = make("/plans", plan).await;
    let offering = json!({ "sku": "ONE", "name": "One", "editionId": edition["id"], "planId": plan["id"], "seats": 1,
                           "concurrency": "concurrent" });
    make("/offerings", offering).await;
    make("/customers", json!({ "name": "Umbrella", "ref": "U" })).await;
    let order = make("/orders", json!({ "customerId": "U", "items": [{ "sku": "ONE" }] })).await;
    text(&order["activationCodes"][0]["code"]).to_owned()
}

on_both_engines! {
    async fn seat_1_the_code_decides_between_vendors_with_the_same_product_key(app: TestApp) {
        let (one, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        let (ones, others) = (one.sell("CAD-C").await, other.sell("CAD-C").await);
        for (shop, sold) in [(&one, &ones), (&other, &others)] {
            let body = activate(&app, claim(&sold.code, "pc-1")).await.created();
            assert_eq!(body["activation"]["entitlementId"], sold.order["entitlements"][0]["id"]);
            assert_eq!(shop.items("/activations").await.len(), 1);
            assert_eq!(claims(text(&body["lease"]))["iss"], claims(text(&body["accessToken"]))["iss"]);
        }
        let id = |sold: &crate::management::shop::Sold| sold.order["entitlements"][0]["productId"].clone();
        let crossed = claim_with(&ones.code, "pc-2", &json!({ "productId": id(&others) }));
        let unknown = claim_with(&ones.code, "pc-2", &json!({ "productId": format!("prod_{NOBODY}") }));
        let crossed = activate(&app, crossed).await.problem("product_not_in_order");
        let unknown = activate(&app, unknown).await.problem("product_not_in_order");
        assert_eq!(anonymous(crossed), anonymous(unknown), "another vendor's product looks like none");
        assert_eq!(logged(&other, &others.entitlement).await, ["activate"]);
        let edition = other.get("/products/cad/editions/pro").await.ok()["id"].clone();
        let foreign = claim_with(&ones.code, "pc-2", &json!({ "editionId": edition }));
        let none = claim_with(&ones.code, "pc-2", &json!({ "editionId": format!("ed_{NOBODY}") }));
        let (foreign, none) = (activate(&app, foreign).await, activate(&app, none).await);
        foreign.invalid("editionId", "unknown");
        assert_eq!(anonymous(foreign.json()), anonymous(none.json()));
    }

    async fn api_2_codes_that_never_were_are_revoked_or_lead_elsewhere_look_alike(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (sold, revoked) = (shop.sell("CAD-C").await, shop.sell("CAD-C").await);
        let code = &revoked.order["activationCodes"][0]["id"];
        let path = format!("/orders/{}/activation-codes/{}", text(&revoked.order["id"]), text(code));
        shop.delete(&path).await.done();
        let checked_wrong = format!("{}Z", &sold.code[..sold.code.len() - 1]);
        let mut seen = Vec::new();
        for code in [revoked.code.as_str(), "0000-0000-0000-0000-0000", "x", &checked_wrong, "é!", &"A".repeat(5000)] {
            for product in ["cad", "nothing", &format!("prod_{NOBODY}"), &format!("cust_{NOBODY}")] {
                let body = claim_with(code, "pc-1", &json!({ "productId": product }));
                seen.push(anonymous(activate(&app, body.clone()).await.problem("activation_code_unknown")));
                seen.push(anonymous(validate(&app, body).await.problem("activation_code_unknown")));
            }
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(shop.items("/activations").await.len(), 0);
    }

    async fn lic_2_a_revoked_code_ends_no_seat_that_it_gave(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "pc-1").await;
        let order = format!("/orders/{}/activation-codes", text(&sold.order["id"]));
        shop.delete(&format!("{order}/{}", text(&sold.order["activationCodes"][0]["id"]))).await.done();
        activate(&app, claim(&sold.code, "pc-1")).await.problem("activation_code_unknown");
        seat.refresh().await.ok();
        seat.call("DELETE", "").await.done();
    }

    async fn lic_4_another_vendor_s_key_is_no_access_token_and_the_reverse(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let seat = Holder::take(&shop, &shop.sell("CAD-C").await.code, "pc-1").await;
        app.get("/api/v1/activation").await.problem("access_token_invalid");
        app.get("/api/v1/activation").key(&shop.key).await.problem("access_token_invalid");
        app.get("/api/admin/v1/products").key(&seat.token).await.problem("credential_invalid");
    }
}
