//! A sandbox vendor with something to sell, a customer, and the products that it sells to: where most stories begin.

use serde_json::{Value, json};

use crate::common::{Call, TestApp};

/// Where the management API is.
pub(crate) const ADMIN: &str = "/api/admin/v1";

/// An id of each kind that nobody has.
pub(crate) const NOBODY: &str = "01m4jx7gd1eb9bvwgxq8w7mmp3";

/// A vendor's system, with its API key.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    pub(crate) key: String,
}

impl Shop {
    /// A sandbox with a product `cad`, an offering of each kind of plan, and the customer `CRM-1001`.
    pub(crate) async fn open(app: &TestApp, vendor: &str) -> Self {
        let (_, key) = app.another_vendor(vendor, true).await;
        let shop = Self { app: app.clone(), key };
        shop.fill().await;
        shop
    }

    async fn fill(&self) {
        let week = json!({ "unit": "day", "count": 7 });
        self.make("/products", json!({ "name": "CAD", "key": "cad", "gracePeriod": week })).await;
        for (key, kind, value, reset) in [
            ("cloud", "bool", json!(false), "never"),
            ("export", "elementPool", json!(5), "never"),
            ("renders", "usageCount", json!(null), "onRenewal"),
        ] {
            let feature = json!({ "key": key, "name": key, "type": kind, "value": value, "usageReset": reset });
            self.make("/products/cad/features", feature).await;
        }
        let parts = json!({ "key": "max-parts", "name": "Parts", "type": "number", "value": "5000" });
        self.make("/products/cad/attributes", parts).await;
        let pro = json!({ "name": "Professional", "key": "pro", "features": { "export": 10 }, "attributes": {} });
        let edition = self.make("/products/cad/editions", pro).await;
        for (name, kind, start) in [
            ("Y", "subscription", "activation"),
            ("C", "subscription", "creation"),
            ("D", "subscription", "custom"),
            ("M", "subscription", "manual"),
            ("P", "perpetual", "creation"),
        ] {
            let year = (kind == "subscription").then(|| json!({ "unit": "year", "count": 1 }));
            let plan = json!({ "name": name, "licenseType": kind, "licenseStart": start, "planType": "paid",
                               "duration": year });
            let plan = self.make("/plans", plan).await;
            let offering = json!({ "sku": format!("CAD-{name}"), "name": "CAD Professional", "editionId": edition["id"],
                                   "planId": plan["id"], "seats": 2, "overdraft": { "type": "none" },
                                   "concurrency": "concurrent" });
            self.make("/offerings", offering).await;
        }
        let contacts = json!([{ "name": "Bob", "email": "bob@initech.example" }]);
        self.make("/customers", json!({ "name": "Initech", "ref": "CRM-1001", "contacts": contacts })).await;
    }

    /// A management call by this vendor.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        self.app.call(method, &format!("{ADMIN}{path}")).key(&self.key)
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Call {
        self.call("POST", path).json(body)
    }

    pub(crate) fn patch(&self, path: &str, body: Value) -> Call {
        self.call("PATCH", path).json(body)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.call("DELETE", path)
    }

    /// Makes something that is fine.
    pub(crate) async fn make(&self, path: &str, body: Value) -> Value {
        self.post(path, body).await.created()
    }

    /// Orders one of an offering, with one activation code.
    pub(crate) async fn sell(&self, sku: &str) -> Sold {
        let order = json!({ "customerId": "CRM-1001", "items": [{ "sku": sku }] });
        let order = self.make("/orders", order).await;
        Sold {
            entitlement: format!("/entitlements/{}", text(&order["entitlements"][0]["id"])),
            code: text(&order["activationCodes"][0]["code"]).to_owned(),
            order,
        }
    }

    /// A product claims a seat.
    pub(crate) fn activate(&self, code: &str, seat: &str) -> Call {
        let body = json!({ "credential": { "type": "activationCode", "code": code }, "productId": "cad",
                           "seatId": seat, "seatName": format!("{seat}'s name") });
        self.app.post("/api/v1/activate").anonymous().json(body)
    }

    /// Moves the vendor's clock.
    pub(crate) async fn move_clock(&self, to: &str) {
        assert_eq!(self.post("/clock", json!({ "now": to })).await.ok()["now"], to);
    }

    /// The items of a list.
    pub(crate) async fn items(&self, path: &str) -> Vec<Value> {
        self.get(path).await.ok()["items"].as_array().unwrap().clone()
    }
}

/// What was sold.
pub(crate) struct Sold {
    pub(crate) order: Value,
    /// The path of its entitlement.
    pub(crate) entitlement: String,
    pub(crate) code: String,
}

/// A product that has a seat.
pub(crate) struct Seat {
    app: TestApp,
    pub(crate) activation: Value,
    token: String,
    nonce: String,
    calls: u32,
    address: Option<&'static str>,
}

impl Seat {
    /// Takes a seat that is free.
    pub(crate) async fn take(shop: &Shop, code: &str, seat: &str) -> Self {
        let reply = shop.activate(code, seat).await;
        let body = reply.created();
        Self {
            app: shop.app.clone(),
            activation: body["activation"].clone(),
            token: text(&body["accessToken"]).to_owned(),
            nonce: reply.header("chancery-nonce").to_owned(),
            calls: 0,
            address: None,
        }
    }

    /// The same, behind this address.
    pub(crate) fn at(self, address: &'static str) -> Self {
        Self { address: Some(address), ..self }
    }

    /// Makes a call of the licensing API, and keeps the next nonce.
    pub(crate) async fn post(&mut self, path: &str, body: Value) -> crate::common::Reply {
        self.calls += 1;
        let key = format!("{} {}", self.nonce, self.calls);
        let call = self.app.post(&format!("/api/v1/activation{path}")).key(&self.token);
        let call = self.address.into_iter().fold(call, |call, address| call.from(address));
        let reply = call.header("chancery-nonce", &self.nonce).once(&key).json(body).await;
        if !reply.header("chancery-nonce").is_empty() {
            self.nonce = reply.header("chancery-nonce").to_owned();
        }
        reply
    }

    /// The path of its activation in the management API.
    pub(crate) fn path(&self) -> String {
        format!("/activations/{}", text(&self.activation["id"]))
    }
}

/// A text in JSON.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// The same value without its requestId, to be compared.
pub(crate) fn anonymous(mut problem: Value) -> Value {
    problem["requestId"] = "".into();
    problem
}
