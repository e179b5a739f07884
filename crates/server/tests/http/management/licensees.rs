//! Licensees over HTTP. What their secrets do is in the tests of the licensing API.

use serde_json::{Value, json};

use super::shop::{NOBODY, Shop, text};
use crate::common::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_licensee_comes_with_an_order_and_is_read_changed_and_listed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        assert_eq!(shop.items("/licensees").await, [] as [Value; 0]);
        let sold = shop.sell("CAD-C").await;
        shop.sell("CAD-P").await;
        let listed = shop.items("/licensees").await;
        assert_eq!(listed.len(), 1, "of one customer for one product");
        let one = &listed[0];
        assert_eq!(one["customerId"], sold.order["customerId"]);
        assert_eq!(one["productId"], shop.get("/products/cad").await.ok()["id"]);
        assert_eq!((&one["secretSet"], &one["secretSince"], &one["metadata"]), (&json!(false), &json!(null), &json!({})));
        assert_eq!(one["secretMode"], "disabled");
        let (id, number) = (text(&one["id"]), text(&one["number"]));
        assert!(id.starts_with("lic_") && number.starts_with("L-"));
        for which in [id, number] {
            let found = shop.get(&format!("/licensees/{which}")).await;
            assert_eq!(found.ok(), *one);
            assert!(!found.header("etag").is_empty());
        }
        app.clock.advance(5);
        let changed = json!({ "number": "Initech/7 ü", "metadata": { "crm": "7" } });
        let changed = shop.patch(&format!("/licensees/{number}"), changed).await.ok();
        assert_eq!((&changed["number"], &changed["metadata"]["crm"]), (&json!("Initech/7 ü"), &json!("7")));
        assert_ne!(changed["updated"], one["updated"]);
        assert_eq!(shop.get("/licensees/Initech%2F7%20%C3%BC").await.ok(), changed);
        shop.get(&format!("/licensees/{number}")).await.problem("not_found");
        let audit = shop.items("/audit?sort=-created&limit=1").await;
        assert_eq!((&audit[0]["action"], &audit[0]["subject"]), (&json!("licensee.update"), &json!(id)));
    }

    async fn licensees_are_filtered_by_customer_and_product(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.make("/customers", json!({ "name": "Hooli", "ref": "CRM-2" })).await;
        shop.sell("CAD-C").await;
        app.clock.advance(5);
        shop.make("/orders", json!({ "customerId": "CRM-2", "items": [{ "sku": "CAD-P" }] })).await;
        let hooli = &shop.get("/customers/CRM-2").await.ok()["id"];
        let count = |items: Vec<Value>| items.iter().filter(|item| item["customerId"] == *hooli).count();
        let all = shop.items("/licensees?productId=cad").await;
        assert_eq!((all.len(), count(all.clone())), (2, 1));
        let theirs = shop.items("/licensees?customerId=CRM-2&productId=cad").await;
        assert_eq!((theirs.len(), count(theirs.clone())), (1, 1));
        let newest = shop.items("/licensees?sort=-created&limit=1").await;
        assert_eq!(newest[0], theirs[0]);
        shop.get("/licensees?customerId=nobody").await.invalid("customerId", "unknown");
        shop.get(&format!("/licensees?productId=prod_{NOBODY}")).await.invalid("productId", "unknown");
    }

    async fn a_number_is_one_licensee_s_alone_within_its_vendor(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.make("/customers", json!({ "name": "Hooli", "ref": "CRM-2" })).await;
        shop.sell("CAD-C").await;
        shop.make("/orders", json!({ "customerId": "CRM-2", "items": [{ "sku": "CAD-P" }] })).await;
        let [one, two] = &shop.items("/licensees").await[..] else { panic!() };
        let path = format!("/licensees/{}", text(&two["id"]));
        let taken = shop.patch(&path, json!({ "number": one["number"] })).await;
        assert_eq!(taken.problem("already_exists")["field"], "number");
        shop.patch(&path, json!({ "number": two["number"] })).await.ok();
        shop.patch(&path, json!({ "number": format!("lic_{NOBODY}") })).await.invalid("number", "not_allowed");
        shop.patch(&path, json!({ "number": "x".repeat(101) })).await.invalid("number", "too_long");
        shop.patch(&path, json!({ "number": null })).await.invalid("number", "bad_format");
        shop.patch(&path, json!({ "secret": "x" })).await.invalid("secret", "unknown_field");
        // Another vendor may have the same.
        let other = Shop::open(&app, "Umbrella").await;
        other.sell("CAD-C").await;
        let theirs = format!("/licensees/{}", text(&other.items("/licensees").await[0]["id"]));
        other.patch(&theirs, json!({ "number": one["number"] })).await.ok();
    }

    async fn a_licensee_that_was_changed_meanwhile_is_not_overwritten(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.sell("CAD-C").await;
        let path = format!("/licensees/{}", text(&shop.items("/licensees").await[0]["id"]));
        let version = shop.get(&path).await.header("etag").to_owned();
        app.clock.advance(1);
        let secret = format!("{path}/secret");
        shop.post(&secret, json!({ "secret": "x" })).header("if-match", &version).await.ok();
        let late = |call: crate::common::Call| call.header("if-match", &version);
        late(shop.patch(&path, json!({ "number": "K-1" }))).await.problem("version_conflict");
        late(shop.post(&secret, json!({ "secret": "y" }))).await.problem("version_conflict");
        late(shop.delete(&secret)).await.problem("version_conflict");
        let version = shop.get(&path).await.header("etag").to_owned();
        shop.delete(&secret).header("if-match", &version).await.done();
    }

    async fn ent_10_a_deleted_customer_s_licensees_are_listed_where_it_is_asked_for(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.sell("CAD-C").await;
        assert_eq!(shop.items("/licensees").await.len(), 1);
        let customer = text(&shop.get("/customers/CRM-1001").await.ok()["id"]).to_owned();
        shop.delete(&format!("/customers/{customer}")).await.done();
        assert_eq!(shop.items("/licensees").await, [] as [Value; 0]);
        assert_eq!(shop.items(&format!("/licensees?customerId={customer}")).await.len(), 1);
    }
}
