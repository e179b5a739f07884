//! Customers and their contacts over HTTP.

use serde_json::{Value, json};

use super::shop::{NOBODY, Shop, text};
use crate::common::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_customer_is_made_read_changed_listed_and_deleted(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        app.clock.advance(1);
        let body = json!({ "name": "Umbrella", "ref": "CRM-2", "notes": "pays late\nalways",
                           "metadata": { "tier": "gold" },
                           "contacts": [{ "name": "Ada", "email": "ada@umbrella.example" }] });
        let made = shop.make("/customers", body).await;
        let path = format!("/customers/{}", text(&made["id"]));
        assert_eq!(shop.get(&path).await.ok(), made);
        assert_eq!(shop.get("/customers/CRM-2").await.ok(), made);
        assert_eq!(made["contacts"][0]["email"], "ada@umbrella.example");
        assert_eq!((&made["disabled"], &made["metadata"]), (&json!(false), &json!({ "tier": "gold" })));
        app.clock.advance(5);
        let changed = shop.patch("/customers/CRM-2", json!({ "name": "Umbrella Corp", "ref": null })).await.ok();
        assert_eq!((&changed["name"], &changed["ref"]), (&json!("Umbrella Corp"), &json!(null)));
        assert_eq!(changed["notes"], made["notes"], "what is left out stays");
        assert_ne!(changed["updated"], made["updated"]);
        let names: Vec<Value> = shop.items("/customers").await.iter().map(|item| item["name"].clone()).collect();
        assert_eq!(names, ["Initech", "Umbrella Corp"]);
        shop.delete(&path).await.done();
        assert_ne!(shop.get(&path).await.ok()["deleted"], json!(null));
    }

    async fn a_ref_is_one_customer_s_alone_within_its_vendor(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let taken = shop.post("/customers", json!({ "name": "Another", "ref": "CRM-1001" })).await;
        assert_eq!(taken.problem("already_exists")["field"], "ref");
        shop.make("/customers", json!({ "name": "Another", "ref": "CRM-9" })).await;
        shop.patch("/customers/CRM-9", json!({ "ref": "CRM-1001" })).await.problem("already_exists");
        shop.patch("/customers/CRM-9", json!({ "ref": "CRM-9" })).await.ok();
        Shop::open(&app, "Umbrella").await;
        let like_an_id = json!({ "name": "x", "ref": format!("cust_{NOBODY}") });
        shop.post("/customers", like_an_id).await.invalid("ref", "not_allowed");
    }

    async fn an_address_is_one_contact_s_alone_within_its_customer(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let contact = |name: &str, email: &str| json!({ "name": name, "email": email });
        let path = "/customers/CRM-1001/contacts";
        let ada = shop.make(path, contact("Ada", "ada@initech.example")).await;
        let taken = shop.post(path, contact("Robert", "BOB@initech.example")).await;
        assert_eq!(taken.problem("already_exists")["field"], "email");
        let twins = json!({ "name": "x", "contacts": [contact("A", "a@x.example"), contact("B", "A@x.example")] });
        shop.post("/customers", twins).await.invalid("contacts[1].email", "duplicate");
        let other = json!({ "name": "Umbrella", "ref": "CRM-2", "contacts": [contact("Bob", "bob@initech.example")] });
        shop.make("/customers", other).await;
        let ada = format!("contacts/{}", text(&ada["id"]));
        shop.delete(&format!("/customers/CRM-2/{ada}")).await.problem("not_found");
        shop.delete(&format!("/customers/CRM-1001/{ada}")).once("d").await.done();
        shop.delete(&format!("/customers/CRM-1001/{ada}")).once("d").await.done();
        shop.delete(&format!("/customers/CRM-1001/{ada}")).await.problem("not_found");
        assert_eq!(shop.get("/customers/CRM-1001").await.ok()["contacts"].as_array().unwrap().len(), 1);
    }

    async fn ent_6_a_disabled_customer_s_entitlements_are_disabled_and_then_as_they_were(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (one, other) = (shop.sell("CAD-C").await, shop.sell("CAD-C").await);
        shop.post(&format!("{}/disable", other.entitlement), json!({})).await.ok();
        let disabled = shop.post("/customers/CRM-1001/disable", json!({ "reason": "unpaid" })).await.ok();
        assert_eq!((&disabled["disabled"], &disabled["disabledReason"]), (&json!(true), &json!("unpaid")));
        let since = disabled["disabledSince"].clone();
        app.clock.advance(60);
        let again = shop.post("/customers/CRM-1001/disable", json!({})).await.ok();
        assert_eq!((&again["disabledSince"], &again["disabledReason"]), (&since, &json!(null)));
        assert_eq!(shop.get(&one.entitlement).await.ok()["status"], "customerDisabled");
        assert_eq!(shop.get(&other.entitlement).await.ok()["status"], "disabled");
        shop.activate(&one.code, "pc-1").await.problem("customer_disabled");
        let enabled = shop.call("POST", "/customers/CRM-1001/enable").await.ok();
        assert_eq!((&enabled["disabled"], &enabled["disabledSince"]), (&json!(false), &json!(null)));
        assert_eq!(shop.get(&one.entitlement).await.ok()["status"], "active");
        assert_eq!(shop.get(&other.entitlement).await.ok()["status"], "disabled");
        shop.activate(&one.code, "pc-1").await.created();
    }
}

#[tokio::test]
async fn api_1_bad_customers_are_refused_and_nothing_is_changed() {
    let shop = Shop::open(&TestApp::sqlite().await, "Acme").await;
    for (body, path, code) in [
        (json!({}), "name", "required"),
        (json!({ "name": "" }), "name", "required"),
        (json!({ "name": "   " }), "name", "required"),
        (json!({ "name": " x" }), "name", "bad_format"),
        (json!({ "name": 1 }), "name", "bad_format"),
        (json!({ "name": "x", "ref": "" }), "ref", "required"),
        (json!({ "name": "x", "ref": "r".repeat(101) }), "ref", "too_long"),
        (json!({ "name": "x", "refs": "r" }), "refs", "unknown_field"),
        (json!({ "name": "x", "notes": "n".repeat(10_001) }), "notes", "too_long"),
        (json!({ "name": "x", "metadata": { "": "v" } }), "metadata", "required"),
        (json!({ "name": "x", "metadata": { "k": 1 } }), "metadata.k", "bad_format"),
        (json!({ "name": "x", "contacts": [{ "name": "y" }] }), "contacts[0].email", "required"),
        (json!({ "name": "x", "contacts": [{ "name": "y", "email": "y" }] }), "contacts[0].email", "bad_format"),
        (json!({ "name": "x", "contacts": {} }), "contacts", "bad_format"),
    ] {
        shop.post("/customers", body).await.invalid(path, code);
    }
    shop.patch("/customers/CRM-1001", json!({ "name": null })).await.invalid("name", "bad_format");
    shop.patch("/customers/CRM-1001", json!({ "contacts": [] })).await.invalid("contacts", "unknown_field");
    let long = json!({ "reason": "r".repeat(501) });
    shop.post("/customers/CRM-1001/disable", long).await.invalid("reason", "too_long");
    shop.call("POST", "/customers/CRM-1001/enable?force=true").await.invalid("force", "unknown_field");
    shop.delete("/customers/CRM-1001?force=true").await.invalid("force", "unknown_field");
    shop.get("/customers?city=x").await.invalid("city", "unknown_field");
    let left = shop.items("/customers").await;
    assert_eq!((left.len(), &left[0]["disabled"]), (1, &json!(false)));
}
