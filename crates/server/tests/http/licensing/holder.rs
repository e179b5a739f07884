//! A product with its activation: it sees each reply whole, and can send whatever nonce and key a test likes.

use serde_json::{Value, json};

use crate::common::{Call, Reply, TestApp};
use crate::management::shop::{Shop, text};

/// Where the licensing API is.
pub(super) const LICENSING: &str = "/api/v1";

/// A claim with an activation code on a seat of the product `cad`.
pub(super) fn claim(code: &str, seat: &str) -> Value {
    json!({ "credential": { "type": "activationCode", "code": code }, "productId": "cad", "seatId": seat })
}

/// The same with other members, or with members taken out by giving null.
pub(super) fn claim_with(code: &str, seat: &str, members: &Value) -> Value {
    let mut claim = claim(code, seat);
    for (name, value) in members.as_object().unwrap() {
        claim[name] = value.clone();
    }
    claim
}

/// A product asks for a seat.
pub(super) fn activate(app: &TestApp, body: Value) -> Call {
    app.post("/api/v1/activate").anonymous().json(body)
}

/// A product asks whether it would get one.
pub(super) fn validate(app: &TestApp, body: Value) -> Call {
    app.post("/api/v1/validate").anonymous().json(body)
}

/// How many seats an entitlement says are used.
pub(super) async fn used(shop: &Shop, entitlement: &str) -> u64 {
    shop.get(entitlement).await.ok()["seatsUsed"].as_u64().unwrap()
}

/// The operations in an entitlement's activation log.
pub(super) async fn logged(shop: &Shop, entitlement: &str) -> Vec<String> {
    let log = shop.items(&format!("{entitlement}/activation-log")).await;
    log.iter().map(|entry| text(&entry["operation"]).to_owned()).collect()
}

/// A product that has a seat.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) app: TestApp,
    /// The reply to its activation.
    pub(super) reply: Value,
    pub(super) token: String,
    pub(super) nonce: String,
    calls: u32,
}

impl Holder {
    /// Takes a seat of the product `cad`.
    pub(super) async fn take(shop: &Shop, code: &str, seat: &str) -> Self {
        Self::of(&shop.app, &activate(&shop.app, claim(code, seat)).await)
    }

    /// From the reply to an activation.
    #[track_caller]
    pub(super) fn of(app: &TestApp, reply: &Reply) -> Self {
        assert!(reply.status.is_success(), "{reply:?}");
        let body = reply.json();
        Self {
            app: app.clone(),
            token: text(&body["accessToken"]).to_owned(),
            nonce: reply.header("chancery-nonce").to_owned(),
            reply: body,
            calls: 0,
        }
    }

    /// A call with its token alone.
    pub(super) fn call(&self, method: &str, path: &str) -> Call {
        self.app.call(method, &format!("{LICENSING}/activation{path}")).key(&self.token)
    }

    /// A changing call with this nonce and this idempotency key.
    pub(super) fn send(&self, path: &str, body: Value, nonce: &str, key: &str) -> Call {
        self.call("POST", path).header("chancery-nonce", nonce).once(key).json(body)
    }

    /// A changing call as a product should make it. Keeps the next nonce, if one came.
    pub(super) async fn post(&mut self, path: &str, body: Value) -> Reply {
        self.calls += 1;
        let key = format!("call {}", self.calls);
        let reply = self.send(path, body, &self.nonce, &key).await;
        if !reply.header("chancery-nonce").is_empty() {
            assert_ne!(reply.header("chancery-nonce"), self.nonce, "a nonce that is turned is another");
            reply.header("chancery-nonce").clone_into(&mut self.nonce);
        }
        reply
    }

    pub(super) async fn refresh(&mut self) -> Reply {
        self.post("/refresh", json!({})).await
    }

    /// Checks out, returns or uses a feature.
    pub(super) async fn feature(&mut self, key: &str, verb: &str, amount: u64) -> Reply {
        self.post(&format!("/features/{key}/{verb}"), json!({ "amount": amount })).await
    }

    /// The activation as the server shows it.
    pub(super) async fn state(&self) -> Value {
        self.call("GET", "").await.ok()["activation"].clone()
    }

    /// The path of its activation in the management API.
    pub(super) fn path(&self) -> String {
        format!("/activations/{}", text(&self.reply["activation"]["id"]))
    }
}
