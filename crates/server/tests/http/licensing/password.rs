//! Contacts who sign in by their address and a password (LIC-1).

use serde_json::{Value, json};

use super::holder::{activate, claim_with, validate};
use crate::common::{Reply, TestApp, on_both_engines};
use crate::management::shop::{Shop, text};

const PASSWORD: &str = "correct horse battery";

fn by_password(username: &str, password: &str, seat: &str) -> Value {
    let credential = json!({ "type": "password", "username": username, "password": password });
    claim_with("", seat, &json!({ "credential": credential }))
}

/// Bob's path, whom an order names.
async fn bob(shop: &Shop) -> String {
    let bob = shop.get("/customers/CRM-1001").await.ok()["contacts"][0]["id"].clone();
    let order = json!({ "customerId": "CRM-1001", "items": [{ "sku": "CAD-C" }], "contacts": [bob] });
    shop.make("/orders", order).await;
    format!("/customers/CRM-1001/contacts/{}", text(&bob))
}

async fn set(shop: &Shop, contact: &str, password: &str) -> Reply {
    shop.call("PUT", &format!("{contact}/password")).json(json!({ "password": password })).await
}

on_both_engines! {
    async fn lic_1_a_contact_of_the_order_activates_by_a_password(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let bob = bob(&shop).await;
        let try_it = |username, password| activate(&app, by_password(username, password, "pc-1"));
        // Nobody has a password before one is set.
        try_it("bob@initech.example", PASSWORD).await.problem("credential_invalid");
        let reply = set(&shop, &bob, PASSWORD).await;
        assert_eq!(reply.ok()["email"], "bob@initech.example");
        let unknown = try_it("eve@initech.example", PASSWORD).await;
        let wrong = try_it("bob@initech.example", "correct horse batterz").await;
        for name in ["title", "detail", "code"] {
            assert_eq!(unknown.problem("credential_invalid")[name], wrong.problem("credential_invalid")[name]);
        }
        try_it("BOB@initech.example", PASSWORD).await.created();
        assert_eq!(validate(&app, by_password("bob@initech.example", PASSWORD, "pc-2")).await.ok()["allowed"], true);
        // Another password ends the first; removed, there is none.
        set(&shop, &bob, "another horse battery").await.ok();
        try_it("bob@initech.example", PASSWORD).await.problem("credential_invalid");
        shop.delete(&format!("{bob}/password")).await.done();
        shop.delete(&format!("{bob}/password")).await.done();
        try_it("bob@initech.example", "another horse battery").await.problem("credential_invalid");
    }

    async fn lic_1_one_person_claims_from_all_orders_that_name_them(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let first = bob(&shop).await;
        let contacts = json!([{ "name": "Bob too", "email": "bob@initech.example" }]);
        let other = shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2", "contacts": contacts })).await;
        let order = json!({ "customerId": "CRM-2", "items": [{ "sku": "CAD-C" }], "contacts": [other["contacts"][0]["id"]] });
        shop.make("/orders", order).await;
        let second = format!("/customers/CRM-2/contacts/{}", text(&other["contacts"][0]["id"]));
        set(&shop, &first, PASSWORD).await.ok();
        let taken = async |seat: &str| activate(&app, by_password("bob@initech.example", PASSWORD, seat)).await;
        taken("pc-1").await.created();
        taken("pc-2").await.created();
        // The other contact has another password, so its order is not open.
        set(&shop, &second, "another horse battery").await.ok();
        taken("pc-3").await.problem("seats_exhausted");
        set(&shop, &second, PASSWORD).await.ok();
        taken("pc-3").await.created();
    }

    async fn lic_1_a_password_has_12_to_256_characters_and_is_never_shown(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let bob = bob(&shop).await;
        for (password, code) in [(String::new(), "required"), ("x".repeat(11), "out_of_range"), ("x".repeat(257), "too_long")] {
            set(&shop, &bob, &password).await.invalid("password", code);
        }
        for password in ["ü".repeat(12), "x".repeat(256)] {
            set(&shop, &bob, &password).await.ok();
            activate(&app, by_password("bob@initech.example", &password, "pc-1")).await.json();
        }
        let audit = shop.get("/audit?limit=100").await;
        assert!(audit.text.contains("contact.set-password"), "{audit:?}");
        let customer = shop.get("/customers/CRM-1001").await;
        for reply in [&audit, &customer] {
            assert!(!reply.text.contains("xxxx") && !reply.text.contains("argon2"), "{reply:?}");
        }
        let nobody = "/customers/CRM-1001/contacts/cont_01m4jx7gd1eb9bvwgxq8w7mmp3";
        set(&shop, nobody, PASSWORD).await.problem("not_found");
    }
}
