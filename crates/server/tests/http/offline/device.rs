//! A machine without a connection, and the desks to which its tokens are carried.

use std::sync::atomic::{AtomicU8, Ordering};

use chancery_domain::{ActivationId, ProductId, Timestamp, VendorId};
use chancery_token::{
    DeviceKeys, Ended, Entropy, Issued, Lease, LeaseExpectation, LocalKey, OfflineDeactivationClaims, OfflineReply,
    OfflineRequestClaims, OpeningKey, SigningKey, Tolerance, Trust,
};
use serde_json::{Value, json};

use crate::common::{Call, TestApp};
use crate::management::shop::{Shop, Sold, text};

/// A sandbox vendor whose product can be activated offline for 30 days, and whose customer has a contact.
pub(crate) struct Place {
    pub(crate) shop: Shop,
    pub(crate) vendor: VendorId,
    pub(crate) product: ProductId,
    pub(crate) bob: String,
}

impl Place {
    pub(crate) async fn open(app: &TestApp, vendor: &str) -> Self {
        let shop = Shop::open(app, vendor).await;
        let month = json!({ "offlineLeasePeriod": { "unit": "day", "count": 30 } });
        shop.patch("/products/cad", month).await.ok();
        Self::of(shop).await
    }

    /// A shop as it is.
    pub(crate) async fn of(shop: Shop) -> Self {
        let product = shop.get("/products/cad").await.ok();
        let bob = shop.get("/customers/CRM-1001").await.ok()["contacts"][0]["id"].clone();
        let vendor = text(&shop.get("/vendor").await.ok()["id"]).parse().unwrap();
        Self { vendor, product: text(&product["id"]).parse().unwrap(), bob: text(&bob).to_owned(), shop }
    }

    /// Sells one of an offering, by an order that names Bob.
    pub(crate) async fn sell(&self, sku: &str) -> Sold {
        let sold = self.shop.sell(sku).await;
        let order = format!("/orders/{}", text(&sold.order["id"]));
        self.shop.patch(&order, json!({ "contacts": [self.bob] })).await.ok();
        sold
    }

    /// Where the vendor's systems bring tokens.
    pub(crate) fn office(&self) -> Desk {
        Desk { app: self.shop.app.clone(), prefix: "/api/admin/v1", key: self.shop.key.clone() }
    }

    /// Where Bob brings tokens.
    pub(crate) async fn portal(&self) -> Desk {
        let made = self.shop.make("/api-keys", json!({ "name": "Bob's", "contactId": self.bob })).await;
        Desk { app: self.shop.app.clone(), prefix: "/api/portal/v1", key: text(&made["key"]).to_owned() }
    }

    /// Both.
    pub(crate) async fn desks(&self) -> [Desk; 2] {
        [self.office(), self.portal().await]
    }

    /// The vendor's now.
    pub(crate) async fn now(&self) -> Timestamp {
        text(&self.shop.get("/clock").await.ok()["now"]).parse().unwrap()
    }

    /// A machine that has the vendor's trust bundle.
    pub(crate) async fn device(&self, seed: u8) -> Device {
        let path = format!("/vendors/{}/.well-known/trust-bundle", self.vendor);
        let bundle = self.shop.app.get(&path).anonymous().await.ok();
        let now = self.now().await;
        Device {
            trust: Trust::open(text(&bundle["token"]), None, now).unwrap(),
            sign: LocalKey::ed25519_from_seed(&[seed; 32]).unwrap(),
            open: OpeningKey::from_seed(&[seed; 32]).unwrap(),
            vendor: self.vendor,
            product: self.product,
            made: AtomicU8::new(0),
            seed,
            now,
        }
    }
}

/// Where tokens are brought: one of the two APIs, by a key for it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) app: TestApp,
    pub(crate) prefix: &'static str,
    pub(crate) key: String,
}

impl Desk {
    fn post(&self, verb: &str, body: Value) -> Call {
        self.app.post(&format!("{}/offline/{verb}", self.prefix)).key(&self.key).json(body)
    }

    pub(crate) fn activate(&self, token: &str) -> Call {
        self.post("activate", json!({ "token": token }))
    }

    pub(crate) fn refresh(&self, activation: &Value) -> Call {
        self.post("refresh", json!({ "activationId": activation }))
    }

    pub(crate) fn deactivate(&self, token: &str) -> Call {
        self.post("deactivate", json!({ "token": token }))
    }
}

/// A machine in an activation cycle.
pub(crate) struct Device {
    pub(crate) trust: Trust,
    pub(crate) sign: LocalKey,
    pub(crate) open: OpeningKey,
    pub(crate) vendor: VendorId,
    product: ProductId,
    made: AtomicU8,
    seed: u8,
    /// What its clock shows: it stands, unless a test sets it.
    pub(crate) now: Timestamp,
}

impl Device {
    fn next(&self) -> u8 {
        self.made.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn issued(&self) -> Issued {
        Issued::new(self.vendor, self.now, format!("{}-{}", self.seed, self.next()), true)
    }

    pub(crate) fn entropy(&self) -> Entropy {
        Entropy::new([self.seed.wrapping_add(100).wrapping_add(self.next()); 32])
    }

    /// Asks for a seat by some credential.
    pub(crate) fn request(&self, credential: Value, seat: &str) -> OfflineRequestClaims {
        OfflineRequestClaims {
            issued: self.issued(),
            audience: self.trust.receiving_key(self.now).unwrap().kid().to_owned(),
            product: self.product,
            credential,
            edition: None,
            seat_id: seat.to_owned(),
            seat_name: Some(format!("{seat}'s name")),
            licensee_secret: None,
            release_date: None,
            device: Default::default(),
            request_id: format!("request {}", self.next()),
            device_keys: DeviceKeys { sign: self.sign.public().clone(), seal: self.open.public().clone() },
            local_server: None,
        }
    }

    /// The token of a request.
    pub(crate) fn seal(&self, request: &OfflineRequestClaims) -> String {
        let vendor = self.trust.receiving_key(self.now).unwrap();
        request.seal(&self.sign, &vendor, &mut self.entropy()).unwrap()
    }

    /// A request token by an activation code.
    pub(crate) fn ask(&self, code: &str, seat: &str) -> String {
        self.seal(&self.request(json!({ "type": "activationCode", "code": code }), seat))
    }

    /// What came for it, and the lease in that.
    pub(crate) fn open(&self, reply: &Value) -> (OfflineReply, Lease) {
        let opened = self.trust.open_offline_reply(text(&reply["token"]), &self.open, self.now).unwrap();
        let expected = LeaseExpectation {
            tolerance: Tolerance::CarriedFromVendor,
            ended: Ended::Refused,
            device: Some(self.sign.kid()),
            ..LeaseExpectation::online(self.product, self.now)
        };
        let lease = self.trust.open_lease(opened.lease(), &expected).unwrap();
        (opened, lease)
    }

    /// The token by which it gives an activation up.
    pub(crate) fn give_up(&self, activation: &Value, seq: u64) -> String {
        let activation: ActivationId = text(activation).parse().unwrap();
        let vendor = self.trust.receiving_key(self.now).unwrap();
        let claims = OfflineDeactivationClaims {
            issued: self.issued(),
            audience: vendor.kid().to_owned(),
            activation,
            seq,
            jwk: self.sign.public().clone(),
        };
        claims.seal(&self.sign, &vendor, &mut self.entropy()).unwrap()
    }
}
