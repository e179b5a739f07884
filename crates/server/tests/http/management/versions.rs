//! Versions (API-4): `ETag` on what is read, `If-Match` on what is changed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::authorization::ids_of;
use super::operation::Operation;
use super::shop::{Seat, Shop, text};
use crate::common::{Reply, TestApp, on_both_engines};

/// A tag that nothing ever had.
const STALE: &str = "\"00000000000000000000000000000000\"";

/// The changes of what has no version, and why it has none. All others take `If-Match`.
const WITHOUT: [(&str, &str); 11] = [
    ("create", "there was nothing before, and so no version that could be another"),
    ("importCatalog", "many records at once, of which none is named"),
    ("importCustomers", "as importCatalog"),
    ("importSigningKey", "as create"),
    ("reportLocalServer", "a token says by itself what it is about, and by its number whether it is an old one"),
    ("moveClock", "time passes: a version of a clock would never be the present one"),
    ("exportRoot", "it hands out a key, and what it notes of that is no part of any record that is read"),
    ("activateOffline", "a token says by itself what it is about, and the server counts what it answers"),
    ("refreshOffline", "it makes a token; each has its number"),
    ("deactivateOffline", "as activateOffline; applied twice it is harmless"),
    ("rotate", "it makes a key; the one that signed before is only named by what it is for"),
];

fn changes() -> impl Iterator<Item = Operation> {
    Operation::all().into_iter().filter(|operation| operation.method != "GET")
}

fn without_version(operation: &Operation) -> bool {
    let parts = ["createContact", "createActivationCode"];
    !parts.contains(&operation.name.as_str()) && WITHOUT.iter().any(|(name, _)| operation.name.starts_with(name))
}

/// The ids of one thing of each kind, of which features and attributes stand where the operation looks for them.
async fn ids_for(shop: &Shop, operation: &Operation) -> BTreeMap<&'static str, String> {
    let mut ids = ids_of(shop).await;
    for (kind, value) in [("feature", json!(true)), ("attribute", json!("x"))] {
        let place = match &operation.path {
            path if path.contains("/editions/{edition}/") => "/products/cad/editions/pro",
            path if path.contains("/products/{product}/") => "/products/cad",
            _ => "",
        };
        let key = format!("own-{}", place.matches('/').count());
        let list = format!("{place}/{kind}s");
        let found = shop.get(&format!("{list}/{key}")).await;
        let id = if found.status == 200 {
            found.json()["id"].clone()
        } else {
            let sort = if kind == "feature" { "bool" } else { "string" };
            shop.make(&list, json!({ "key": key, "name": key, "type": sort, "value": value })).await["id"].clone()
        };
        ids.insert(kind, text(&id).to_owned());
    }
    ids
}

/// All that a vendor's system can read, to see that nothing changed.
async fn everything(shop: &Shop) -> Vec<Value> {
    let mut all = Vec::new();
    let paths =
        ["/customers", "/orders", "/entitlements", "/activations", "/products", "/plans", "/offerings", "/api-keys"];
    for path in
        paths.iter().chain(&["/audit", "/products/cad/features", "/products/cad/attributes", "/products/cad/editions"])
    {
        let mut list = shop.get(path).await.ok();
        for item in list["items"].as_array_mut().unwrap() {
            // That a key is used is noted whatever comes of the call.
            item.as_object_mut().unwrap().remove("lastUsed");
        }
        all.push(list);
    }
    all
}

/// Where the thing is read that an operation changes: the longest part of its path that can be read, with its `ETag`.
async fn tag_of(shop: &Shop, path: &str) -> (String, Reply) {
    let (whole, mut path) = (path, path);
    while !path.is_empty() {
        let reply = shop.get(path).await;
        if reply.status == 200 && !reply.header("etag").is_empty() {
            return (path.to_owned(), reply);
        }
        path = path.rsplit_once('/').map_or("", |(front, _)| front);
    }
    panic!("nothing is read at {whole}");
}

#[test]
fn api_4_every_change_of_something_takes_if_match() {
    for operation in changes() {
        let takes = operation.takes("If-Match");
        assert_eq!(takes, !without_version(&operation), "{}", operation.name);
    }
}

#[tokio::test]
async fn api_4_a_stale_tag_is_412_for_every_change_and_changes_nothing() {
    let app = TestApp::sqlite().await;
    let shop = Shop::open(&app, "Acme").await;
    for operation in changes() {
        let path = operation.at(&ids_for(&shop, &operation).await);
        let before = everything(&shop).await;
        let call = |tag: &str| operation.call(&app, &path).key(&shop.key).header("if-match", tag);
        let reply = call(STALE).await;
        if without_version(&operation) {
            assert!(!reply.status.is_success(), "{}: {reply:?}", operation.name);
        } else {
            assert_eq!(reply.status, 412, "{}: {reply:?}", operation.name);
            let problem = reply.problem("version_conflict");
            assert!(problem["detail"].as_str().unwrap().contains("again"), "{problem}");
            let (_, present) = tag_of(&shop, path.strip_prefix("/api/admin/v1").unwrap()).await;
            assert_eq!(reply.header("etag"), present.header("etag"), "{}", operation.name);
            let weak = format!("W/{}", present.header("etag"));
            call(&weak).await.problem("version_conflict");
        }
        call("5f0c").await.problem("malformed_request");
        assert_eq!(everything(&shop).await, before, "{} changed something", operation.name);
    }
}

#[tokio::test]
async fn api_4_the_right_tag_or_a_star_is_never_412() {
    for operation in changes().filter(|operation| !without_version(operation)) {
        for star in [false, true] {
            let app = TestApp::sqlite().await;
            let shop = Shop::open(&app, "Acme").await;
            let path = operation.at(&ids_for(&shop, &operation).await);
            let (_, read) = tag_of(&shop, path.strip_prefix("/api/admin/v1").unwrap()).await;
            let tag = if star { "*".to_owned() } else { format!("\"other\", {}", read.header("etag")) };
            let reply = operation.call(&app, &path).key(&shop.key).header("if-match", &tag).await;
            assert_ne!(reply.status, 412, "{} {tag}: {reply:?}", operation.name);
            assert!(reply.status.as_u16() < 500, "{}: {reply:?}", operation.name);
        }
    }
}

on_both_engines! {
    async fn api_4_every_single_resource_has_a_tag(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let single = |operation: &Operation| operation.method == "GET" && operation.path.ends_with('}');
        let mut count = 0;
        for operation in Operation::all().into_iter().filter(single) {
            let path = operation.at(&ids_for(&shop, &operation).await);
            let call = || operation.call(&app, &path).key(&shop.key);
            let reply = call().await;
            assert_eq!(reply.status, 200, "{}: {reply:?}", operation.name);
            let tag = reply.header("etag");
            assert!(tag.len() > 10 && tag.starts_with('"') && tag.ends_with('"'), "{}: {tag}", operation.name);
            assert_eq!(call().await.header("etag"), tag, "{}", operation.name);
            count += 1;
        }
        assert!(count > 10, "all the resources");
    }

    async fn api_4_a_tag_follows_what_is_recorded_and_not_what_is_computed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let path = &sold.entitlement;
        let tag = shop.get(path).await.header("etag").to_owned();
        Seat::take(&shop, &sold.code, "pc-1").await;
        shop.move_clock("2030-01-01T00:00:00Z").await;
        let expired = shop.get(path).await;
        assert_eq!((&expired.ok()["status"], expired.header("etag")), (&json!("expired"), tag.as_str()));
        let changed = shop.patch(path, json!({ "seats": 3 })).header("if-match", &tag).await;
        changed.ok();
        assert_ne!(changed.header("etag"), tag);
        assert_eq!(shop.get(path).await.header("etag"), changed.header("etag"), "a change tells the next tag");
        let conflict = shop.patch(path, json!({ "seats": 4 })).header("if-match", &tag).await;
        conflict.problem("version_conflict");
        let next = conflict.header("etag").to_owned();
        shop.patch(path, json!({ "seats": 4 })).header("if-match", &next).await.ok();
        assert_eq!(shop.get(path).await.ok()["seats"], 4);
    }

    async fn api_4_what_stands_in_a_record_is_part_of_its_version(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let order = format!("/orders/{}", text(&sold.order["id"]));
        let contact = json!({ "name": "Eve", "email": "eve@initech.example" });
        let tag = shop.get("/customers/CRM-1001").await.header("etag").to_owned();
        shop.post("/customers/CRM-1001/contacts", contact).header("if-match", &tag).await.created();
        let rename = json!({ "name": "Contoso" });
        shop.patch("/customers/CRM-1001", rename).header("if-match", &tag).await.problem("version_conflict");
        let tag = shop.get(&order).await.header("etag").to_owned();
        let codes = format!("{order}/activation-codes");
        let more = || shop.post(&codes, json!({ "activationCodes": 1 })).header("if-match", &tag);
        more().await.created();
        more().await.problem("version_conflict");
        let edition = "/products/cad/editions/pro";
        let tag = shop.get(edition).await.header("etag").to_owned();
        let value = format!("{edition}/features/export");
        shop.call("PUT", &value).json(json!({ "value": 11 })).await.ok();
        shop.patch(edition, json!({ "name": "Pro" })).header("if-match", &tag).await.problem("version_conflict");
    }

    async fn api_4_of_changes_with_one_tag_exactly_one_is_made(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let order = format!("/orders/{}", text(&sold.order["id"]));
        for path in ["/customers/CRM-1001", "/products/cad", sold.entitlement.as_str(), order.as_str()] {
            let tag = shop.get(path).await.header("etag").to_owned();
            let calls = (0..16).map(|i| {
                let edit = json!({ "metadata": { "winner": i.to_string() } });
                let call = shop.patch(path, edit).header("if-match", &tag);
                tokio::spawn(async move { (i, call.await) })
            });
            let mut won = Vec::new();
            for call in calls.collect::<Vec<_>>() {
                let (i, reply) = call.await.unwrap();
                if reply.status == 200 {
                    won.push(i);
                } else {
                    reply.problem("version_conflict");
                }
            }
            assert_eq!(won.len(), 1, "{path}: {won:?}");
            assert_eq!(shop.get(path).await.ok()["metadata"]["winner"], won[0].to_string(), "{path}");
        }
    }

    async fn api_4_a_change_that_is_repeated_is_told_again_although_its_tag_is_old_by_then(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let tag = shop.get("/customers/CRM-1001").await.header("etag").to_owned();
        let call = || shop.patch("/customers/CRM-1001", json!({ "name": "I" })).header("if-match", &tag).once("k");
        let first = call().await;
        let again = call().await;
        assert_eq!((first.ok(), first.header("etag")), (again.ok(), again.header("etag")));
    }
}
