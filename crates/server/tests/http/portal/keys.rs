//! Contacts' API keys: made, shown, used, gone (MAN-1).

use serde_json::{Value, json};

use crate::common::{Call, Reply, TestApp, on_both_engines};
use crate::management::operation::{Operation, unknown_ids};
use crate::management::shop::{NOBODY, Shop, text};

const CUSTOMER: &str = "/customers/CRM-1001";
/// What a contact may call. It is about nothing that there is, so that `not_found` says that the key works.
const PORTAL: &str = "/api/portal/v1/offline/refresh";

async fn bob(shop: &Shop) -> String {
    text(&shop.get(CUSTOMER).await.ok()["contacts"][0]["id"]).to_owned()
}

/// The first contact's new key.
async fn make(shop: &Shop) -> Value {
    shop.make("/api-keys", json!({ "name": "Bob's key", "contactId": bob(shop).await })).await
}

fn probe(app: &TestApp, key: &str) -> Call {
    app.post(PORTAL).key(key).json(json!({ "activationId": format!("act_{NOBODY}") }))
}

fn works(reply: &Reply) {
    reply.problem("not_found");
}

on_both_engines! {
    async fn man_1_a_contact_s_key_is_shown_as_such(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let mut made = make(&shop).await;
        assert_eq!((&made["contactId"], &made["scopes"]), (&json!(bob(&shop).await), &json!([])));
        works(&probe(&app, text(&made["key"])).await);
        made.as_object_mut().unwrap().remove("key");
        let mut found = shop.get(&format!("/api-keys/{}", text(&made["id"]))).await.ok();
        assert!(found["lastUsed"].is_string(), "its use is noted");
        found["lastUsed"] = json!(null);
        assert_eq!(found, made);
        let keys = shop.items("/api-keys").await;
        let contacts: Vec<&Value> = keys.iter().map(|key| &key["contactId"]).collect();
        assert_eq!(contacts, [&json!(null), &made["contactId"]], "the vendor's own key has none");
    }

    async fn man_1_a_key_is_a_system_s_or_a_contact_s(app: TestApp) {
        let (shop, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        let id = bob(&shop).await;
        let create = |shop: &Shop, body: Value| shop.post("/api-keys", body);
        create(&shop, json!({ "name": "x", "contactId": id, "scopes": ["catalog:read"] })).await
            .invalid("contactId", "not_allowed");
        for nothing in [json!({ "name": "x" }), json!({ "name": "x", "scopes": [] }), json!({ "name": "x", "contactId": null })] {
            create(&shop, nothing).await.invalid("scopes", "required");
        }
        create(&shop, json!({ "name": "x", "contactId": "bob@initech.example" })).await.invalid("contactId", "bad_format");
        for unknown in [format!("cont_{NOBODY}"), bob(&other).await] {
            create(&shop, json!({ "name": "x", "contactId": unknown })).await.invalid("contactId", "unknown");
        }
        create(&shop, json!({ "name": "x", "contactId": id, "scopes": [] })).await.created();
        shop.delete(CUSTOMER).await.done();
        create(&shop, json!({ "name": "x", "contactId": id })).await.invalid("contactId", "unknown");
    }

    async fn man_1_contacts_keys_and_others_do_not_work_on_each_other_s_api(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let made = make(&shop).await;
        let key = text(&made["key"]);
        for operation in Operation::all() {
            let reply = operation.call(&app, &operation.at(&unknown_ids())).key(key).await;
            let problem = reply.problem("not_permitted");
            assert!(text(&problem["detail"]).contains("/api/portal/v1"), "{}: {problem}", operation.name);
        }
        let problem = probe(&app, &shop.key).await.problem("not_permitted");
        assert!(text(&problem["detail"]).contains("/api/admin/v1"), "{problem}");
        probe(&app, key).anonymous().await.problem("credential_missing");
        probe(&app, "garbage").await.problem("credential_invalid");
        probe(&app, &format!("{}x", &key[..key.len() - 1])).await.problem("credential_invalid");
    }

    async fn man_1_a_contact_s_key_goes_with_the_contact(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (first, second) = (make(&shop).await, make(&shop).await);
        shop.delete(&format!("{CUSTOMER}/contacts/{}", bob(&shop).await)).await.done();
        for made in [first, second] {
            probe(&app, text(&made["key"])).await.problem("credential_invalid");
            let path = format!("/api-keys/{}", text(&made["id"]));
            shop.get(&path).await.problem("not_found");
            let entries = shop.items(&format!("/audit?subject={}", text(&made["id"]))).await;
            let told: Vec<&str> = entries.iter().map(|entry| text(&entry["action"])).collect();
            assert_eq!(told, ["api-key.create", "contact.delete"]);
            // It may name a person, and the audit is for ever.
            assert!(!json!(entries).to_string().contains("Bob"), "{entries:?}");
        }
        assert_eq!(shop.items("/api-keys").await.len(), 1);
    }

    async fn man_1_the_vendor_deletes_a_contact_s_key_as_any(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let made = make(&shop).await;
        shop.delete(&format!("/api-keys/{}", text(&made["id"]))).await.done();
        probe(&app, text(&made["key"])).await.problem("credential_invalid");
        assert_eq!(shop.get(CUSTOMER).await.ok()["contacts"].as_array().unwrap().len(), 1, "the contact stays");
    }

    async fn ent_6_ent_10_a_contact_s_key_works_as_its_customer_does(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let made = make(&shop).await;
        let key = text(&made["key"]);
        shop.post(&format!("{CUSTOMER}/disable"), json!({})).await.ok();
        probe(&app, key).await.problem("customer_disabled");
        shop.post(&format!("{CUSTOMER}/enable"), json!({})).await.ok();
        works(&probe(&app, key).await);
        shop.delete(CUSTOMER).await.done();
        probe(&app, key).await.problem("credential_invalid");
        let id = shop.items("/customers?deleted=true").await[0]["id"].clone();
        shop.post(&format!("/customers/{}/restore", text(&id)), json!({})).await.ok();
        works(&probe(&app, key).await);
        shop.delete(CUSTOMER).await.done();
        shop.delete(&format!("/customers/{0}?purge={0}", text(&id))).await.done();
        probe(&app, key).await.problem("credential_invalid");
        assert_eq!(shop.items("/api-keys").await.len(), 1, "nothing is left of it");
    }

    async fn man_1_a_contact_s_key_has_an_end_too(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let expires = app.now().shifted(60_000_000).to_string();
        let body = json!({ "name": "short", "contactId": bob(&shop).await, "expires": expires });
        let made = shop.make("/api-keys", body).await;
        works(&probe(&app, text(&made["key"])).await);
        app.clock.advance(60);
        probe(&app, text(&made["key"])).await.problem("credential_expired");
    }

    async fn man_1_nobody_makes_a_contact_s_key_that_may_do_more_than_its_maker(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let maker = async |scopes: &[&str]| {
            let made = shop.make("/api-keys", json!({ "name": "maker", "scopes": scopes })).await;
            text(&made["key"]).to_owned()
        };
        let body = json!({ "name": "x", "contactId": bob(&shop).await });
        let less = maker(&["settings:write"]).await;
        let refused = shop.post("/api-keys", body.clone()).key(&less).await;
        assert_eq!(refused.problem("not_permitted")["needed"], "entitlements:write");
        let enough = maker(&["settings:write", "entitlements:write"]).await;
        shop.post("/api-keys", body).key(&enough).await.created();
    }

    async fn safe_1_a_contact_s_key_is_shown_again_to_the_same_request(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let body = json!({ "name": "x", "contactId": bob(&shop).await });
        let first = shop.post("/api-keys", body.clone()).once("k").await.created();
        assert_eq!(shop.post("/api-keys", body).once("k").await.created(), first);
        assert_eq!(shop.items("/api-keys").await.len(), 2);
    }
}
