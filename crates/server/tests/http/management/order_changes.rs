//! Orders that are extended, and orders that go to another customer, over HTTP.

use serde_json::{Value, json};

use super::shop::{Seat, Shop, text};
use crate::common::{TestApp, on_both_engines};

on_both_engines! {
    async fn extend_order(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        for seat in ["pc-1", "pc-2"] {
            Seat::take(&shop, &sold.code, seat).await;
        }
        shop.activate(&sold.code, "pc-3").await.problem("seats_exhausted");
        let path = format!("/orders/{}/extend", text(&sold.order["id"]));
        let more = json!({ "items": [{ "sku": "CAD-P", "seats": 1 }] });
        let extended = shop.post(&path, more.clone()).once("more").await.ok();
        assert_eq!(extended["entitlements"].as_array().unwrap().len(), 2);
        assert_eq!(extended["activationCodes"].as_array().unwrap().len(), 1);
        let again = shop.post(&path, more).once("more").await.ok();
        assert_eq!(again["entitlements"].as_array().unwrap().len(), 2, "SAFE-1");
        let seat = Seat::take(&shop, &sold.code, "pc-3").await;
        let added = seat.activation["entitlementId"].clone();
        assert!(extended["entitlements"].as_array().unwrap().iter().any(|granted| granted["id"] == added));
        assert_ne!(added, sold.order["entitlements"][0]["id"]);
        for (body, path_of, code) in [
            (json!({}), "items", "required"),
            (json!({ "items": [] }), "items", "required"),
            (json!({ "items": [{ "sku": "NONE" }] }), "items[0].sku", "unknown"),
            (json!({ "items": [{ "sku": "CAD-P" }], "activationCodes": 1 }), "activationCodes", "unknown_field"),
        ] {
            shop.post(&path, body).await.invalid(path_of, code);
        }
        assert_eq!(shop.items("/entitlements").await.len(), 2);
    }

    async fn move_order(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        let contacts = json!([{ "name": "Ada", "email": "ada@umbrella.example" }]);
        let other = shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2", "contacts": contacts })).await;
        let path = format!("/orders/{}", text(&sold.order["id"]));
        let to = json!({ "customerId": "CRM-2", "contacts": [other["contacts"][0]["id"]] });
        let dry = shop.post(&format!("{path}/move?dryRun=true"), to.clone()).await.ok();
        let change = dry["changes"].as_array().unwrap().iter().find(|change| change["field"] == "customerId").unwrap();
        assert_eq!((&change["from"], &change["to"]), (&sold.order["customerId"], &other["id"]));
        assert_eq!(shop.get(&path).await.ok()["customerId"], sold.order["customerId"]);

        let moved = shop.post(&format!("{path}/move"), to).await.ok();
        assert_eq!((&moved["customerId"], &moved["contacts"][0]), (&other["id"], &other["contacts"][0]["id"]));
        assert_eq!(shop.get(&sold.entitlement).await.ok()["customerId"], other["id"]);
        assert_eq!(shop.items("/entitlements?customerId=CRM-2").await.len(), 1);
        assert_eq!(shop.items("/entitlements?customerId=CRM-1001").await.len(), 0);
        app.clock.advance(86_400);
        seat.post("/refresh", json!({})).await.ok();
        shop.activate(&sold.code, "pc-2").await.created();
        // The catalog's and the customers' own rules hold as for a new order.
        for (body, path_of, code) in [
            (json!({}), "customerId", "required"),
            (json!({ "customerId": "nobody" }), "customerId", "unknown"),
            (json!({ "customerId": "CRM-1001", "contacts": [other["contacts"][0]["id"]] }), "contacts[0]", "unknown"),
        ] {
            shop.post(&format!("{path}/move"), body).await.invalid(path_of, code);
        }
        let back = shop.post(&format!("{path}/move"), json!({ "customerId": "CRM-1001" })).await.ok();
        assert_eq!(back["contacts"], json!([]), "hers do not stay");
        let rows = shop.items(&format!("/audit?action=order.move&subject={}", text(&sold.order["id"]))).await;
        assert_eq!(rows.len(), 2);
    }

    async fn api_2_an_order_does_not_go_to_another_vendor_s_customer(app: TestApp) {
        let (shop, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        let sold = shop.sell("CAD-C").await;
        let theirs = other.get("/customers/CRM-1001").await.ok();
        let path = format!("/orders/{}/move", text(&sold.order["id"]));
        shop.post(&path, json!({ "customerId": theirs["id"] })).await.invalid("customerId", "unknown");
    }

    async fn a_contact_is_read_and_changed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let bob = shop.get("/customers/CRM-1001").await.ok()["contacts"][0].clone();
        let path = format!("/customers/CRM-1001/contacts/{}", text(&bob["id"]));
        assert_eq!(shop.get(&path).await.ok(), bob);
        assert_eq!(shop.items("/customers/CRM-1001/contacts").await, [bob]);
        let changed = shop.patch(&path, json!({ "name": "Robert" })).await.ok();
        assert_eq!((&changed["name"], &changed["email"]), (&json!("Robert"), &json!("bob@initech.example")));
        let ada = json!({ "name": "Ada", "email": "ada@initech.example" });
        shop.make("/customers/CRM-1001/contacts", ada).await;
        let taken = shop.patch(&path, json!({ "email": "ADA@initech.example" })).await;
        assert_eq!(taken.problem("already_exists")["field"], "email");
        shop.patch(&path, json!({ "email": "BOB@initech.example" })).await.ok();
        shop.patch(&path, json!({ "name": null })).await.invalid("name", "bad_format");
        shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2" })).await;
        let elsewhere = path.replace("CRM-1001", "CRM-2");
        shop.get(&elsewhere).await.problem("not_found");
        shop.patch(&elsewhere, json!({ "name": "x" })).await.problem("not_found");
        let page = shop.get("/customers/CRM-1001/contacts?limit=1").await.ok();
        let next = format!("/customers/CRM-1001/contacts?cursor={}", text(&page["nextCursor"]));
        assert_eq!(shop.items(&next).await[0]["name"], "Ada");
        let rows = shop.items("/audit?action=contact.update").await;
        let told = Value::from(rows.clone()).to_string();
        assert!(rows.len() == 2 && !told.contains("Robert") && !told.contains("initech"), "{told}");
    }
}
