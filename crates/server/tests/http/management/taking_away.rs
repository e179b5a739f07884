//! What takes something away from a customer: dry runs, force, releases, another offering (MAN-3, SEAT-8, SEAT-9, ENT-8, ENT-9);
//! and what the vendor does for a device.

use serde_json::{Value, json};

use super::operation::Operation;
use super::shop::{NOBODY, Seat, Shop, Sold, text};
use crate::common::{TestApp, on_both_engines};

/// All that the vendor can read.
async fn everything(shop: &Shop, sold: &Sold) -> Vec<Value> {
    let log = format!("{}/activation-log", sold.entitlement);
    let order = format!("/orders/{}", text(&sold.order["id"]));
    let mut all = Vec::new();
    for path in [&sold.entitlement, "/activations", "/audit", &log, &order, "/customers"] {
        all.push(shop.get(path).await.ok());
    }
    all
}

/// An offering of the shop's edition, with other terms.
async fn offer(shop: &Shop, sku: &str, terms: Value) {
    let known = shop.get("/offerings/CAD-C").await.ok();
    let mut offering = json!({ "sku": sku, "name": sku, "editionId": known["editionId"], "planId": known["planId"],
                               "seats": 2, "concurrency": "concurrent" });
    offering.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
    shop.make("/offerings", offering).await;
}

#[test]
fn man_3_whatever_takes_away_has_a_dry_run() {
    let names = [
        "updateEntitlement",
        "disableEntitlement",
        "changeEntitlementOffering",
        "resetEntitlementOverrides",
        "deleteEntitlement",
        "releaseActivation",
        "revokeActivationCode",
        "disableCustomer",
        "deleteCustomer",
        "importEntitlement",
        "declareLocalServerLost",
    ];
    let all = Operation::all();
    for name in names {
        let operation = all.iter().find(|operation| operation.name == name).unwrap_or_else(|| panic!("no {name}"));
        assert!(operation.takes("dryRun"), "{name}");
    }
}

on_both_engines! {
    async fn man_3_a_dry_run_says_who_would_leave_and_changes_nothing(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let first = Seat::take(&shop, &sold.code, "pc-1").await;
        shop.move_clock("2026-01-16T12:00:00Z").await;
        let second = Seat::take(&shop, &sold.code, "pc-2").await;
        let before = everything(&shop, &sold).await;

        let path = format!("{}?force=true&dryRun=true", sold.entitlement);
        let told = shop.patch(&path, json!({ "seats": 1 })).once("k").await.ok();
        let why = "released; its seat is held until its lease ends at 2026-01-22T12:00:00Z";
        assert_eq!(told, json!({
            "dryRun": true,
            "changes": [
                { "subject": sold.order["entitlements"][0]["id"], "field": "seats", "from": 2, "to": 1 },
                { "subject": sold.order["entitlements"][0]["id"], "field": "overrides", "from": null, "to": "seats" }
            ],
            "leaving": [{ "activationId": first.activation["id"], "seatId": "pc-1", "seatName": "pc-1's name",
                          "why": why }],
            "leavingCount": 1
        }));
        let command = |verb: &str| format!("{}/{verb}?dryRun=true", sold.entitlement);
        let told = shop.post(&command("disable"), json!({ "reason": "unpaid" })).await.ok();
        assert_eq!((told["leavingCount"].as_u64(), told["changes"][0]["field"].as_str()), (Some(2), Some("disabled")));
        assert_eq!(told["leaving"][1]["why"], "cannot be refreshed; its lease ends at 2026-01-23T12:00:00Z");
        let told = shop.post("/customers/CRM-1001/disable?dryRun=true", json!({})).await.ok();
        assert_eq!(told["leavingCount"], 2);
        let told = shop.post(&command("change-offering"), json!({ "offeringId": "CAD-P" })).await.ok();
        assert!(told["changes"].as_array().unwrap().iter().any(|change| change["to"] == "CAD-P"), "{told}");
        shop.post(&command("reset-overrides"), json!({ "fields": ["seats"] })).await.ok();
        let told = shop.delete(&format!("{}?dryRun=true", second.path())).await.ok();
        assert_eq!(told["leaving"][0]["seatId"], "pc-2");
        let order = text(&sold.order["id"]);
        let code = text(&sold.order["activationCodes"][0]["id"]);
        let told = shop.delete(&format!("/orders/{order}/activation-codes/{code}?dryRun=true")).await.ok();
        assert_eq!(told["changes"][0]["field"], "revoked");
        assert_eq!(everything(&shop, &sold).await, before);
        // The key of a dry run is free.
        shop.patch(&path.replace("&dryRun=true", ""), json!({ "seats": 1 })).once("k").await.ok();
    }

    async fn man_3_a_dry_run_of_what_would_be_refused_is_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        Seat::take(&shop, &sold.code, "pc-1").await;
        let path = format!("{}?dryRun=true", sold.entitlement);
        let problem = shop.patch(&path, json!({ "seats": 0 })).await.problem("seats_in_use");
        assert_eq!((&problem["used"], &problem["requested"]), (&json!(1), &json!(0)));
        shop.patch(&path, json!({ "seats": "many" })).await.problem("validation_failed");
        shop.patch(&format!("{}?dryRun=perhaps", sold.entitlement), json!({})).await.invalid("dryRun", "bad_format");
        shop.delete(&format!("/activations/act_{NOBODY}?dryRun=true")).await.problem("not_found");
        let reader = app.key_for(&["entitlements:read"]).await;
        shop.patch(&path, json!({ "seats": 5 })).key(&reader).await.problem("not_permitted");
    }

    async fn seat_8_by_force_seats_are_held_and_shown_beyond_the_limit(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut first = Seat::take(&shop, &sold.code, "pc-1").await;
        shop.move_clock("2026-01-16T12:00:00Z").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        shop.patch(&sold.entitlement, json!({ "seats": 1 })).await.problem("seats_in_use");
        let cut = shop.patch(&format!("{}?force=true", sold.entitlement), json!({ "seats": 1 })).await.ok();
        let figures = |entitlement: &Value| {
            ["seats", "seatsUsed", "seatsHeld", "seatsOver", "overdraftUsed"].map(|name| entitlement[name].as_u64().unwrap())
        };
        assert_eq!(figures(&cut), [1, 2, 1, 1, 0]);
        let list = shop.items("/activations").await;
        let told: Vec<_> = list.iter().map(|one| (text(&one["seatId"]), text(&one["status"]), &one["overdraft"])).collect();
        assert_eq!(told, [("pc-1", "held", &json!(false)), ("pc-2", "active", &json!(false))]);
        first.post("/refresh", json!({})).await.problem("activation_released");
        let problem = shop.activate(&sold.code, "pc-3").await.problem("seats_exhausted");
        assert_eq!((&problem["used"], &problem["seats"]), (&json!(2), &json!(1)));
        shop.move_clock("2026-01-22T12:00:00Z").await;
        assert_eq!(figures(&shop.get(&sold.entitlement).await.ok()), [1, 1, 0, 0, 0]);
        // Force where none is needed does nothing more.
        shop.patch(&format!("{}?force=true", sold.entitlement), json!({ "seats": 3 })).await.ok();
        shop.activate(&sold.code, "pc-3").await.created();
    }

    async fn seat_9_a_seat_is_freed_at_once_with_a_reason_that_is_kept(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seat = Seat::take(&shop, &sold.code, "pc-1").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        let free = format!("{}?free=true", seat.path());
        shop.delete(&free).await.invalid("reason", "required");
        shop.delete(&seat.path()).json(json!({ "reason": "lost" })).await.done();
        shop.activate(&sold.code, "pc-3").await.problem("seats_exhausted");
        shop.delete(&free).json(json!({ "reason": "Bob's laptop was stolen" })).await.done();
        shop.activate(&sold.code, "pc-3").await.created();
        assert_eq!(shop.get(&seat.path()).await.ok()["status"], "ended");
        let log = shop.items(&format!("{}/activation-log?seatId=pc-1", sold.entitlement)).await;
        let reasons: Vec<&Value> = log.iter().map(|entry| &entry["reason"]).collect();
        assert_eq!(reasons, [&json!(null), &json!("lost"), &json!("Bob's laptop was stolen")]);
        let audit = shop.items("/audit?action=activation.release").await;
        let change = json!({ "field": "reason", "from": null, "to": "Bob's laptop was stolen" });
        assert_eq!(audit[1]["changes"], json!([change]));
        shop.delete(&seat.path()).json(json!({ "why": "x" })).await.invalid("why", "unknown_field");
    }

    async fn ent_8_another_offering_of_the_same_product(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        offer(&shop, "CAD-ONE", json!({ "seats": 1, "concurrency": "nodeLocked", "leasePeriod": "unlimited" })).await;
        let sold = shop.sell("CAD-Y").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        seat.post("/features/renders/use", json!({ "amount": 7 })).await.ok();
        shop.move_clock("2026-01-16T12:00:00Z").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        let path = format!("{}/change-offering", sold.entitlement);
        shop.post(&path, json!({ "offeringId": "CAD-ONE" })).await.problem("seats_in_use");
        let one = shop.get("/offerings/CAD-ONE").await.ok();
        let body = json!({ "offeringId": one["id"] });
        let changed = shop.post(&format!("{path}?force=true"), body.clone()).once("c").await.ok();
        let member = |name: &str| changed[name].clone();
        assert_eq!((member("sku"), member("offeringId")), (json!("CAD-ONE"), one["id"].clone()));
        assert_eq!((member("expiry"), member("start")), (json!("2027-01-16T12:00:00Z"), json!("2026-01-15T12:00:00Z")));
        assert_eq!((member("seats"), member("seatsOver"), member("concurrency")), (json!(1), json!(1), json!("nodeLocked")));
        let renders = changed["features"].as_array().unwrap().iter().find(|f| f["key"] == "renders").unwrap();
        assert_eq!(renders["used"], 0);
        let again = shop.post(&format!("{path}?force=true"), body).once("c").await.ok();
        assert_eq!(again["expiry"], changed["expiry"], "repeated, not changed again (SAFE-1)");
        shop.post(&path, json!({ "offeringId": "NO-SUCH" })).await.invalid("offeringId", "unknown");
        shop.post(&path, json!({})).await.invalid("offeringId", "required");
        shop.make("/products", json!({ "name": "CAM", "key": "cam" })).await;
        let edition = shop.make("/products/cam/editions", json!({ "name": "Std", "key": "std" })).await;
        offer(&shop, "CAM", json!({ "editionId": edition["id"] })).await;
        shop.post(&path, json!({ "offeringId": "CAM" })).await.invalid("offeringId", "not_allowed");
        let audit = shop.items("/audit?action=entitlement.change-offering").await;
        assert_eq!(audit.iter().filter(|entry| entry["changes"][0]["field"] == "sku").count(), 1);
    }

    async fn ent_9_overrides_are_reset_to_what_the_catalog_says_now(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let edit = json!({ "seats": 5, "gracePeriod": null, "features": { "export": null }, "attributes": { "max-parts": "7" } });
        shop.patch(&sold.entitlement, edit).await.ok();
        shop.patch("/offerings/CAD-C", json!({ "seats": 3 })).await.ok();
        let path = format!("{}/reset-overrides", sold.entitlement);
        let what = json!({ "fields": ["seats"], "features": ["export"], "attributes": ["max-parts"] });
        let reset = shop.post(&path, what).await.ok();
        assert_eq!((&reset["seats"], &reset["overrides"]), (&json!(3), &json!(["gracePeriod"])));
        let export = reset["features"].as_array().unwrap().iter().find(|f| f["key"] == "export").unwrap();
        assert_eq!((&export["value"], &export["overridden"]), (&json!(10), &json!(false)));
        assert_eq!(reset["attributes"][0]["value"], "5000");
        for (body, member, code) in [
            (json!({}), "fields", "required"),
            (json!({ "fields": ["sku"] }), "fields[0]", "bad_format"),
            (json!({ "features": ["none"] }), "features[0]", "unknown"),
            (json!({ "attributes": ["none"] }), "attributes[0]", "unknown"),
        ] {
            shop.post(&path, body).await.invalid(member, code);
        }
        Seat::take(&shop, &sold.code, "pc-1").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        shop.patch("/offerings/CAD-C", json!({ "seats": 1 })).await.ok();
        shop.post(&path, json!({ "fields": ["seats"] })).await.problem("seats_in_use");
        let reset = shop.post(&format!("{path}?force=true"), json!({ "fields": ["seats"] })).await.ok();
        assert_eq!((&reset["seats"], &reset["seatsOver"]), (&json!(1), &json!(1)));
    }

    async fn ent_5_releases_after_the_maintenance_are_refused_everywhere(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        offer(&shop, "CAD-MONTH", json!({ "maintenance": { "unit": "month", "count": 1 } })).await;
        let sold = shop.sell("CAD-MONTH").await;
        let entitlement = shop.get(&sold.entitlement).await.ok();
        assert_eq!(entitlement["maintenanceEnd"], "2026-02-15T12:00:00Z");
        let claim = |path: &str, release: &str| {
            let mut body = json!({ "credential": { "type": "activationCode", "code": sold.code }, "productId": "cad",
                                   "releaseDate": release });
            if path == "activate" {
                body["seatId"] = json!("pc-1");
            }
            app.post(&format!("/api/v1/{path}")).anonymous().json(body)
        };
        let (old, new) = ("2026-02-15T12:00:00Z", "2026-02-15T12:00:01Z");
        let problem = claim("activate", new).await.problem("maintenance_ended");
        assert_eq!((&problem["end"], &problem["release"]), (&json!(old), &json!(new)));
        let told = claim("validate", new).await.ok();
        assert_eq!((&told["allowed"], &told["code"]), (&json!(false), &json!("maintenance_ended")));
        assert_eq!(claim("validate", old).await.ok()["allowed"], true);
        let mut seat = Seat::take(&shop, &sold.code, "pc-2").await;
        seat.post("/refresh", json!({ "releaseDate": new })).await.problem("maintenance_ended");
        shop.move_clock("2026-06-01T00:00:00Z").await;
        seat.post("/refresh", json!({ "releaseDate": old })).await.ok();
        // A renewal leaves the maintenance, which is sold apart; it is set, and taken away.
        assert_eq!(shop.call("POST", &format!("{}/renew", sold.entitlement)).await.ok()["maintenanceEnd"], old);
        shop.patch(&sold.entitlement, json!({ "maintenanceEnd": new })).await.ok();
        seat.post("/refresh", json!({ "releaseDate": new })).await.ok();
        shop.patch(&sold.entitlement, json!({ "maintenanceEnd": null })).await.ok();
        seat.post("/refresh", json!({ "releaseDate": "2030-01-01T00:00:00Z" })).await.ok();
    }

    async fn the_vendor_keeps_a_seat_for_a_machine_that_cannot_call(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut away = Seat::take(&shop, &sold.code, "pc-1").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        let refresh = format!("{}/refresh", away.path());
        shop.post(&refresh, json!({})).await.problem("lease_not_extendable");
        shop.move_clock("2026-01-20T12:00:00Z").await;
        let kept = shop.post(&refresh, json!({})).await.ok();
        assert_eq!((&kept["leaseExpiry"], &kept["seatUntil"]), (&json!("2026-01-22T12:00:00Z"), &json!("2026-01-27T12:00:00Z")));
        // Its lease has ended, its seat is its own: another gets that of pc-2.
        shop.move_clock("2026-01-23T12:00:00Z").await;
        assert_eq!(shop.get(&away.path()).await.ok()["status"], "leaseExpired");
        assert_eq!(shop.activate(&sold.code, "pc-3").await.created()["activation"]["seatNumber"], 2);
        shop.activate(&sold.code, "pc-4").await.problem("seats_exhausted");
        away.post("/refresh", json!({})).await.ok();
        // Who does not come back loses it then; one whose seat nobody took is kept again.
        shop.move_clock("2026-02-10T12:00:00Z").await;
        shop.post(&refresh, json!({})).await.ok();
        shop.delete(&away.path()).await.done();
        shop.post(&refresh, json!({})).await.problem("activation_released");
        let log = shop.items(&format!("{}/activation-log?seatId=pc-1", sold.entitlement)).await;
        let told: Vec<&str> = log.iter().map(|entry| text(&entry["operation"])).collect();
        assert_eq!(told, ["activate", "deny", "refresh", "refresh", "refresh", "release", "deny"]);
        shop.post(&format!("/activations/act_{NOBODY}/refresh"), json!({})).await.problem("not_found");
    }

    async fn the_vendor_makes_feature_calls_for_a_device_by_the_same_rules(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        let path = |feature: &str, verb: &str| format!("{}/features/{feature}/{verb}", seat.path());
        let amount = |amount: u64| json!({ "amount": amount });
        let (checkout, give_back, spend) = (path("export", "checkout"), path("export", "return"), path("renders", "use"));
        let taken = shop.post(&checkout, amount(3)).once("a").await.ok();
        assert_eq!((&taken["feature"]["active"], &taken["feature"]["available"]), (&json!(3), &json!(7)));
        assert_eq!(shop.post(&checkout, amount(3)).once("a").await.ok(), taken, "once (SAFE-1)");
        let problem = shop.post(&checkout, amount(8)).await.problem("feature_exhausted");
        assert_eq!(problem["available"], 7);
        shop.post(&give_back, amount(4)).await.problem("returned_more_than_taken");
        assert_eq!(shop.post(&give_back, amount(1)).await.ok()["feature"]["active"], 2);
        shop.post(&spend, amount(5)).await.ok();
        shop.post(&spend, amount(0)).await.invalid("amount", "out_of_range");
        shop.post(&path("cloud", "use"), amount(1)).await.problem("feature_not_licensed");
        shop.post(&path("none", "use"), amount(1)).await.problem("feature_not_licensed");
        shop.post(&path("renders", "checkout"), amount(1)).await.problem("not_returnable");
        // The device does not notice: its nonce goes on, and it sees what it has.
        let state = seat.post("/features/export/checkout", amount(1)).await.ok();
        assert_eq!(state["feature"]["active"], 3);
        let log = shop.items(&format!("{}/activation-log", sold.entitlement)).await;
        let denied = log.iter().filter(|entry| entry["operation"] == "featureDeny").count();
        assert_eq!(denied, 5);
        shop.move_clock("2026-01-23T12:00:00Z").await;
        let problem = shop.post(&spend, amount(1)).await.problem("lease_expired");
        assert_eq!(problem["since"], "2026-01-22T12:00:00Z");
    }

    async fn seat_2_who_moved_to_another_entitlement_does_not_hold_two_seats(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let order = json!({ "customerId": "CRM-1001", "items": [{ "sku": "CAD-C" }, { "sku": "CAD-P" }] });
        let order = shop.make("/orders", order).await;
        let code = text(&order["activationCodes"][0]["code"]).to_owned();
        let mut old = Seat::take(&shop, &code, "pc-1").await;
        let first = format!("/entitlements/{}", text(&old.activation["entitlementId"]));
        shop.post(&format!("{first}/disable"), json!({})).await.ok();
        let moved = shop.activate(&code, "pc-1").await.created();
        assert_ne!(moved["activation"]["entitlementId"], old.activation["entitlementId"]);
        shop.post(&format!("{first}/enable"), json!({})).await.ok();
        assert_eq!(shop.get(&first).await.ok()["seatsUsed"], 0);
        assert_eq!(shop.activate(&code, "pc-1").await.ok()["activation"]["id"], moved["activation"]["id"]);
        old.post("/refresh", json!({})).await.problem("activation_replaced");
    }
}
