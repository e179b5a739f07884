//! `POST /api/v1/activate`: the reply, its lease, its second time (SEAT-2, TOK-7).

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, claim_with, used};
use super::jws::{Bundle, claims, header};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, text};

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

on_both_engines! {
    async fn seat_1_an_activation_is_replied_with_every_member_of_its_shape(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let reply = shop.activate(&sold.code, "pc-1").await;
        let body = reply.created();
        assert_eq!(members(&body), ["accessToken", "activation", "lease"]);
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("chancery-nonce").len(), 32);
        let entitlement = &sold.order["entitlements"][0];
        let seat = &body["activation"];
        assert!(text(&seat["id"]).starts_with("act_"));
        let (prefix, code) = text(&seat["clientCode"]).split_once('-').unwrap();
        assert_eq!((prefix, code.len()), ("CAD", 6));
        assert_eq!(*seat, json!({
            "id": seat["id"], "entitlementId": entitlement["id"], "productId": entitlement["productId"],
            "seatId": "pc-1", "seatName": "pc-1's name", "seatNumber": 1, "status": "active", "mode": "online",
            "overdraft": false, "seatUntil": "2026-01-22T12:00:00Z", "activated": "2026-01-15T12:00:00Z",
            "lastLease": "2026-01-15T12:00:00Z", "leaseExpiry": "2026-01-22T12:00:00Z",
            "entitlement": { "status": "active", "expiry": "2027-01-15T12:00:00Z", "graceEnd": "2027-01-22T12:00:00Z",
                             "hardStop": "2027-01-22T12:00:00Z", "maintenanceEnd": null },
            "features": [
                { "key": "cloud", "type": "bool", "value": false, "total": 0, "active": 0, "available": 0,
                  "period": null },
                { "key": "export", "type": "elementPool", "value": 10, "total": 10, "active": 0, "available": 10,
                  "period": null },
                { "key": "renders", "type": "usageCount", "value": null, "total": null, "active": 0, "available": null,
                  "period": null },
            ],
            "attributes": [{ "key": "max-parts", "type": "number", "value": "5000" }],
            "clientCode": seat["clientCode"],
            "device": { "keyThumbprint": null, "container": false, "vm": false },
        }));
    }

    async fn tok_7_a_lease_says_all_that_a_product_decides_from(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let body = shop.activate(&sold.code, "pc-1").await.created();
        let (lease, seat) = (text(&body["lease"]), &body["activation"]);
        assert_eq!(members(&header(lease)), ["alg", "chancery_cert", "kid", "typ"]);
        let said = claims(lease);
        let customer = shop.get("/customers/CRM-1001").await.ok();
        let expected = json!({
            "iss": said["iss"], "iat": 1_768_478_400, "exp": 1_769_083_200, "jti": said["jti"], "ver": 1,
            "sandbox": true,
            "sub": seat["id"], "aud": seat["productId"], "leaseExpiry": "2026-01-22T12:00:00Z",
            "seat": { "id": "pc-1", "name": "pc-1's name", "number": 1 },
            "ent": { "id": seat["entitlementId"], "status": "active", "expiry": "2027-01-15T12:00:00Z",
                     "graceEnd": "2027-01-22T12:00:00Z", "hardStop": "2027-01-22T12:00:00Z", "maintenanceEnd": null },
            "enforcement": "stop", "tolerance": null, "features": said["features"], "attributes": seat["attributes"],
            "customer": { "id": customer["id"], "name": "Initech" }, "mode": "online",
        });
        assert_eq!(said, expected);
        let features = |of: &Value| -> Vec<Value> {
            let keep = ["key", "type", "value", "total", "active", "available"];
            of["features"].as_array().unwrap().iter().map(|one| json!(keep.map(|member| one[member].clone()))).collect()
        };
        assert_eq!(features(&said), features(seat));
        let vendor = text(&said["iss"]);
        let bundle = Bundle::fetch(&app, &format!("/vendors/{vendor}/.well-known/trust-bundle")).await;
        assert_eq!(bundle.open(lease).unwrap(), said);
    }

    async fn seat_2_the_same_seat_id_gets_its_activation_back_and_ends_the_old_token(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut old = Holder::take(&shop, &sold.code, "pc-1").await;
        app.clock.advance(3600);
        let named = claim_with(&sold.code, "pc-1", &json!({ "seatName": "new", "device": { "vm": true } }));
        let reply = activate(&app, named).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let mut new = Holder::of(&app, &reply);
        let (before, after) = (&old.reply["activation"], &new.reply["activation"]);
        assert_eq!((&after["id"], &after["seatNumber"]), (&before["id"], &json!(1)));
        assert_eq!((&after["activated"], &after["lastLease"]), (&before["activated"], &json!("2026-01-15T13:00:00Z")));
        assert_eq!((&after["seatName"], &after["device"]["vm"]), (&json!("new"), &json!(true)));
        assert_eq!(after["leaseExpiry"], "2026-01-22T13:00:00Z");
        assert_ne!(new.reply["lease"], old.reply["lease"]);
        assert_ne!((&new.token, &new.nonce), (&old.token, &old.nonce));
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
        let refused = old.refresh().await;
        refused.problem("activation_superseded");
        assert_eq!(refused.header("chancery-nonce"), "", "an ended chain has no next nonce");
        old.feature("export", "checkout", 1).await.problem("activation_superseded");
        old.call("GET", "").await.problem("activation_superseded");
        old.call("GET", "/entitlement").await.problem("activation_superseded");
        old.call("DELETE", "").await.problem("activation_superseded");
        new.refresh().await.ok();
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
    }

    async fn seat_2_the_seat_id_that_holds_the_last_seat_is_not_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        for seat in ["pc-1", "pc-2"] {
            activate(&app, claim(&sold.code, seat)).await.created();
        }
        activate(&app, claim(&sold.code, "pc-3")).await.problem("seats_exhausted");
        activate(&app, claim(&sold.code, "pc-2")).await.ok();
        activate(&app, claim(&sold.code, "PC-2")).await.problem("seats_exhausted");
    }

    async fn key_4_a_live_vendor_s_lease_opens_with_its_bundle_and_a_sandbox_s_does_not(app: TestApp) {
        let live = Bundle::fetch(&app, "/.well-known/trust-bundle").await;
        assert_eq!(live.claims["vendor"]["id"], app.vendor.id.to_string());
        assert_eq!(live.claims["sandbox"], json!(null));
        let code = super::vendors::sell_live(&app, "cad").await;
        let body = activate(&app, claim(&code, "pc-1")).await.created();
        let lease = live.open(text(&body["lease"])).unwrap();
        assert_eq!((&lease["sub"], &lease["sandbox"]), (&body["activation"]["id"], &json!(null)));
        let shop = Shop::open(&app, "Acme").await;
        let sandboxed = shop.activate(&shop.sell("CAD-C").await.code, "pc-1").await.created();
        let sandboxed = text(&sandboxed["lease"]);
        assert_eq!(claims(sandboxed)["sandbox"], true);
        assert_eq!(live.open(sandboxed), Err("another root"));
        let own = format!("/vendors/{}/.well-known/trust-bundle", text(&claims(sandboxed)["iss"]));
        let sandbox = Bundle::fetch(&app, &own).await;
        assert_eq!(sandbox.claims["sandbox"], true);
        sandbox.open(sandboxed).unwrap();
        let own = format!("/vendors/{}/.well-known/trust-bundle", app.vendor.id);
        Bundle::fetch(&app, &own).await.open(text(&body["lease"])).unwrap();
        assert!(sandbox.open(text(&body["lease"])).is_err());
    }
}
