//! `POST /api/v1/validate`: a question that changes nothing.

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, claim_with, logged, used, validate};
use super::jws::{Bundle, claims};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, text};

/// A claim by nobody in particular.
fn anybody(code: &str) -> Value {
    let mut claim = claim(code, "");
    claim.as_object_mut().unwrap().remove("seatId");
    claim
}

on_both_engines! {
    async fn lic_1_an_allowed_question_is_answered_with_all_members(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let reply = validate(&app, anybody(&sold.code)).await;
        let answer = reply.ok();
        assert_eq!(reply.header("chancery-nonce"), "");
        let mut rest = answer.clone();
        for member in ["features", "attributes", "verdict"] {
            rest.as_object_mut().unwrap().remove(member).unwrap();
        }
        let entitlement = &sold.order["entitlements"][0];
        assert_eq!(rest, json!({
            "allowed": true, "code": null, "seatsAvailable": 2,
            "entitlement": { "id": entitlement["id"], "editionId": entitlement["editionId"], "sku": "CAD-C",
                             "status": "active", "expiry": "2027-01-15T12:00:00Z", "graceEnd": "2027-01-22T12:00:00Z",
                             "hardStop": "2027-01-22T12:00:00Z", "maintenanceEnd": null },
        }));
        let seat = activate(&app, claim(&sold.code, "a")).await.created();
        assert_eq!(answer["features"], seat["activation"]["features"]);
        assert_eq!(answer["attributes"], seat["activation"]["attributes"]);
    }

    async fn tok_7_a_verdict_is_a_signed_lease_without_a_seat_for_five_minutes(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        for body in [anybody(&sold.code), claim(&sold.code, "a")] {
            let answer = validate(&app, body).await.ok();
            let verdict = text(&answer["verdict"]);
            let said = claims(verdict);
            assert_eq!((&said["seat"], &said["sub"]), (&json!(null), &json!(null)));
            assert_eq!((&said["iat"], &said["exp"]), (&json!(1_768_478_400), &json!(1_768_478_700)));
            assert_eq!(said["aud"], sold.order["entitlements"][0]["productId"]);
            assert_eq!(said["ent"]["id"], answer["entitlement"]["id"]);
            let path = format!("/vendors/{}/.well-known/trust-bundle", text(&said["iss"]));
            Bundle::fetch(&app, &path).await.open(verdict).unwrap();
            app.get("/api/v1/activation").key(verdict).await.problem("access_token_invalid");
        }
        shop.move_clock("2027-01-22T11:59:00Z").await;
        let late = validate(&app, anybody(&sold.code)).await.ok();
        assert_eq!(claims(text(&late["verdict"]))["leaseExpiry"], "2027-01-22T12:00:00Z", "cut at the hard stop");
    }

    async fn seat_5_a_question_takes_nothing_and_is_not_logged(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-Y").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        Holder::take(&shop, &sold.code, "b").await;
        for _ in 0..3 {
            validate(&app, claim(&sold.code, "a")).once("k").await.ok();
            validate(&app, claim(&sold.code, "c")).await.ok();
            validate(&app, claim_with(&sold.code, "c", &json!({ "releaseDate": "2099-01-01" }))).await.ok();
        }
        assert_eq!(logged(&shop, &sold.entitlement).await, ["activate", "activate"]);
        assert_eq!(used(&shop, &sold.entitlement).await, 2);
        seat.refresh().await.ok();
    }

    async fn seat_5_a_question_is_answered_as_the_claim_would_be(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        for (seat, left) in [("a", 1), ("b", 0)] {
            Holder::take(&shop, &sold.code, seat).await;
            let answer = validate(&app, claim(&sold.code, "a")).await.ok();
            assert_eq!((&answer["allowed"], &answer["seatsAvailable"]), (&json!(true), &json!(left)));
        }
        for body in [anybody(&sold.code), claim(&sold.code, "c")] {
            let answer = validate(&app, body).await.ok();
            assert_eq!((&answer["allowed"], &answer["code"]), (&json!(false), &json!("seats_exhausted")));
            assert_eq!((&answer["verdict"], &answer["seatsAvailable"]), (&json!(null), &json!(0)));
            assert_eq!(answer["entitlement"]["id"], sold.order["entitlements"][0]["id"]);
        }
        shop.move_clock("2026-01-22T12:00:00Z").await;
        let answer = validate(&app, claim(&sold.code, "c")).await.ok();
        assert_eq!((&answer["allowed"], &answer["seatsAvailable"]), (&json!(true), &json!(2)));
    }

    async fn seat_1_a_product_that_is_not_in_the_order_is_answered_alike_whether_it_exists(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        shop.make("/products", json!({ "name": "CAM", "key": "cam" })).await;
        let asked = async |product: &str| {
            validate(&app, claim_with(&sold.code, "a", &json!({ "productId": product }))).await.ok()
        };
        let known = asked("cam").await;
        assert_eq!(known, json!({ "allowed": false, "code": "product_not_in_order", "entitlement": null, "features": [],
                                  "attributes": [], "seatsAvailable": null, "verdict": null }));
        assert_eq!(asked("nothing").await, known);
    }

    async fn seat_1_a_wrong_question_is_a_problem(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let with = |members: Value| validate(&app, claim_with(&sold.code, "a", &members));
        with(json!({ "editionId": "gold" })).await.invalid("editionId", "unknown");
        with(json!({ "releaseDate": "soon" })).await.invalid("releaseDate", "bad_format");
        with(json!({ "productId": 7 })).await.invalid("productId", "bad_format");
        with(json!({ "seatName": "x".repeat(201) })).await.invalid("seatName", "too_long");
        with(json!({ "seatId": null, "editionId": null, "releaseDate": null, "device": null })).await.ok();
    }
}
