//! Every operation of the management API, and whom it refuses (MAN-1, API-2).

use std::collections::BTreeMap;

use chancery_domain::{Access, Group, KeyScope};
use serde_json::{Value, json};

use super::operation::{Operation, unknown_ids};
use super::shop::{Seat, Shop, anonymous, text};
use crate::common::{Reply, TestApp, on_both_engines};
use crate::hosting::server::Server;
use crate::offline::device::Place;

/// Keys with one scope each, and keys with all others.
struct Keys {
    app: TestApp,
    made: BTreeMap<String, String>,
}

impl Keys {
    async fn with(&mut self, scopes: &[String]) -> String {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let name = scopes.join(" ");
        if !self.made.contains_key(&name) {
            let key = self.app.key_for(&scopes).await;
            self.made.insert(name.clone(), key);
        }
        self.made[&name].clone()
    }

    /// All that a key can have without what is needed.
    async fn without(&mut self, needed: KeyScope) -> String {
        let KeyScope::Group(group, access) = needed else {
            let all = Group::ALL.iter().filter(|group| group.has_scopes());
            let scopes: Vec<String> = all.map(|group| format!("{group}:write")).collect();
            return self.with(&scopes).await;
        };
        let others = Group::ALL.iter().filter(|other| **other != group && other.has_scopes());
        let mut scopes: Vec<String> = others.map(|other| format!("{other}:write")).collect();
        if access == Access::Write {
            scopes.push(format!("{group}:read"));
        }
        self.with(&scopes).await
    }
}

#[tokio::test]
async fn man_1_every_operation_refuses_whom_it_should() {
    let app = TestApp::sqlite().await;
    let mut keys = Keys { app: app.clone(), made: BTreeMap::new() };
    for operation in Operation::all() {
        let name = &operation.name;
        let action = operation.action();
        let needed = match action.group() {
            Group::Admin => KeyScope::Admin,
            group => KeyScope::Group(group, action.access()),
        };
        assert_eq!(operation.method != "GET", action.access() == Access::Write, "{name}: {action:?}");
        let path = operation.at(&unknown_ids());
        operation.call(&app, &path).anonymous().await.problem("credential_missing");
        operation.call(&app, &path).key("garbage").await.problem("credential_invalid");
        let wrong = keys.without(needed).await;
        let refused = operation.call(&app, &path).key(&wrong).await;
        assert_eq!(refused.status, 403, "{name} with all but {needed}: {refused:?}");
        assert_eq!(refused.problem("not_permitted")["needed"], needed.to_string(), "{name}");
        let right = keys.with(&[needed.to_string()]).await;
        let permitted = operation.call(&app, &path).key(&right).await;
        assert!(![401, 403].contains(&permitted.status.as_u16()), "{name} with {needed}: {permitted:?}");
        assert!(permitted.status.as_u16() < 500, "{name}: {permitted:?}");
    }
}

#[test]
fn operation_ids_are_the_actions_names() {
    for operation in Operation::all().into_iter().filter(|operation| operation.method != "GET") {
        let action = operation.action();
        let (noun, verb) = action.name().split_once('.').unwrap();
        let verb = verb.split('-').next().unwrap();
        assert!(operation.name.to_lowercase().starts_with(verb), "{}: {}", operation.name, action.name());
        let noun = noun.replace('-', "");
        let said = operation.name.to_lowercase().contains(&noun) || operation.name == "resetUsage";
        assert!(said, "{}: {}", operation.name, action.name());
    }
}

/// The ids of one thing of each kind.
pub(super) async fn ids_of(shop: &Shop) -> BTreeMap<&'static str, String> {
    let id = |value: &Value| text(&value["id"]).to_owned();
    let sold = shop.sell("CAD-C").await;
    let seat = Seat::take(shop, &sold.code, "pc-1").await;
    let customer = shop.get("/customers/CRM-1001").await.ok();
    let provider = json!({ "name": "x", "issuer": "https://id.example", "audiences": ["x"] });
    if shop.items("/openid-providers").await.is_empty() {
        shop.make("/openid-providers", provider).await;
    }
    if shop.items("/local-servers").await.is_empty() {
        Server::activated(&Place::of(shop.clone()).await, 1).await;
    }
    let mut ids = BTreeMap::from([
        ("activation", id(&seat.activation)),
        ("activationCode", id(&sold.order["activationCodes"][0])),
        ("contact", id(&customer["contacts"][0])),
        ("customer", id(&customer)),
        ("entitlement", id(&sold.order["entitlements"][0])),
        ("order", id(&sold.order)),
        ("product", id(&shop.get("/products/cad").await.ok())),
        ("offering", id(&shop.get("/offerings/CAD-C").await.ok())),
    ]);
    for (name, path) in [
        ("apiKey", "/api-keys"),
        ("signingKey", "/signing-keys"),
        ("attribute", "/products/cad/attributes"),
        ("edition", "/products/cad/editions"),
        ("feature", "/products/cad/features"),
        ("licensee", "/licensees"),
        ("localServer", "/local-servers"),
        ("openidProvider", "/openid-providers"),
        ("plan", "/plans"),
    ] {
        ids.insert(name, id(&shop.items(path).await[0]));
    }
    ids
}

fn seen(reply: &Reply, operation: &Operation) -> (u16, Value) {
    let body = anonymous(reply.json());
    assert_eq!(body["code"], "not_found", "{}: {reply:?}", operation.name);
    (reply.status.as_u16(), body)
}

on_both_engines! {
    async fn api_2_every_id_of_another_vendor_looks_like_one_that_nobody_has(app: TestApp) {
        let (shop, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        let (theirs, nobody) = (ids_of(&shop).await, unknown_ids());
        let mut before = Vec::new();
        for path in ["/audit", "/customers", "/licensees", "/orders", "/entitlements", "/activations", "/products", "/plans"] {
            before.push((path, shop.get(path).await.ok()));
        }
        for operation in Operation::all().into_iter().filter(|operation| operation.path.contains('{')) {
            let foreign = operation.call(&app, &operation.at(&theirs)).key(&other.key).await;
            let unknown = operation.call(&app, &operation.at(&nobody)).key(&other.key).await;
            assert_eq!(seen(&foreign, &operation), seen(&unknown, &operation), "{}", operation.name);
        }
        for (path, was) in before {
            assert_eq!(shop.get(path).await.ok(), was, "nothing was changed");
        }
        // Lists show what is one's own alone.
        for path in ["/licensees", "/orders", "/entitlements", "/activations"] {
            assert_eq!(other.items(path).await, [] as [Value; 0], "{path}");
        }
    }

    async fn api_2_a_part_of_one_thing_is_not_found_under_another(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (one, two) = (shop.sell("CAD-C").await, shop.sell("CAD-C").await);
        let code = text(&two.order["activationCodes"][0]["id"]);
        let path = format!("/orders/{}/activation-codes/{code}", text(&one.order["id"]));
        shop.delete(&path).await.problem("not_found");
        // An id of another kind is no id here.
        let customer = text(&one.order["customerId"]);
        for path in ["orders", "entitlements", "activations", "customers/CRM-1001/contacts"] {
            let method = if path.ends_with("contacts") { "DELETE" } else { "GET" };
            shop.call(method, &format!("/{path}/{customer}")).await.problem("not_found");
        }
    }
}
