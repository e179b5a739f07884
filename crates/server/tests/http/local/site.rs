//! A dark site of a vendor's customer: its local server, and the vendor to whom tokens are carried.

use chancery_server::Traffic;
use serde_json::{Value, json};

use crate::common::{Call, Reply, TestApp};
use crate::hosting::server::license;
use crate::management::shop::{Shop, Sold, text};
use crate::offline::device::Place;

/// Where the local management API is.
pub(crate) const LLS: &str = "/api/lls";

/// A local server and its vendor.
pub(crate) struct Site {
    pub(crate) place: Place,
    pub(crate) local: TestApp,
    /// The local server's id.
    pub(crate) id: String,
}

impl Site {
    /// Sets a local server up: its vendor knows nothing of it.
    pub(crate) async fn set_up(app: &TestApp) -> Self {
        Self::with(app, Traffic::unlimited()).await
    }

    /// The same, so often as `traffic` allows.
    pub(crate) async fn with(app: &TestApp, traffic: Traffic) -> Self {
        let place = Place::open(app, "Acme").await;
        let bundle = bundle(&place).await;
        let local = app.local_server(&bundle, traffic).await;
        let id = local.system.local().unwrap().server().to_string();
        Self { place, local, id }
    }

    /// One more local server of the same customer.
    pub(crate) async fn another(&self, app: &TestApp) -> Self {
        let Place { shop, vendor, product, bob } = &self.place;
        let place = Place { shop: shop.clone(), vendor: *vendor, product: *product, bob: bob.clone() };
        let local = app.local_server(&bundle(&place).await, Traffic::unlimited()).await;
        let id = local.system.local().unwrap().server().to_string();
        Self { place, local, id }
    }

    /// Sets one up and activates it for a year.
    pub(crate) async fn activated(app: &TestApp) -> Self {
        let site = Self::set_up(app).await;
        site.activate().await;
        site
    }

    /// Buys a license for it and carries the tokens; gives the answer of the vendor and the status.
    pub(crate) async fn activate(&self) -> (Value, Value) {
        let response = self.answer(&license(&self.place.shop).await).await;
        let status = self.post("/license/activate", json!({ "token": response["token"] })).await.ok();
        (response, status)
    }

    /// The vendor's answer to a request with this code.
    pub(crate) async fn answer(&self, code: &str) -> Value {
        let body = json!({ "activationCode": code, "serverName": "dark-1" });
        let request = self.post("/license/generate-activation-token", body).await.ok();
        self.place.office().activate(text(&request["token"])).await.ok()
    }

    /// A call of the local management API by its administrator.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        self.local.call(method, &format!("{LLS}{path}")).header("host", "localhost:7012")
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Call {
        self.call("POST", path).json(body)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.call("DELETE", path)
    }

    /// Sells something and exports it, or a share of it, to this server.
    pub(crate) async fn exported(&self, sku: &str, more: Value) -> (Sold, Value) {
        let sold = self.place.sell(sku).await;
        let token = self.export(&sold, more).await.created()["token"].clone();
        (sold, token)
    }

    /// Exports an entitlement to this server.
    pub(crate) async fn export(&self, sold: &Sold, more: Value) -> Reply {
        let mut body = json!({ "localServerId": self.id });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.place.shop.post(&format!("{}/export", sold.entitlement), body).await
    }

    /// A token with the latest state of what was exported to this server.
    pub(crate) async fn next_token(&self, sold: &Sold) -> Value {
        let path = format!("{}/export/token", sold.entitlement);
        self.place.shop.post(&path, json!({})).await.ok()["token"].clone()
    }

    /// Imports what a token carries.
    pub(crate) fn import(&self, token: &Value) -> Call {
        self.post("/entitlement/import", json!({ "token": token }))
    }

    /// Sells something, exports it and imports it.
    pub(crate) async fn hosted(&self, sku: &str, more: Value) -> Sold {
        let (sold, token) = self.exported(sku, more).await;
        self.import(&token).await.ok();
        sold
    }

    /// What products ask: by the same calls as the vendor's own server.
    pub(crate) fn products(&self) -> Shop {
        Shop { app: self.local.clone(), key: self.local.admin.clone() }
    }
}

/// The path of an entitlement here, which is that of the vendor's but for its first segment.
pub(crate) fn path(sold: &Sold) -> String {
    sold.entitlement.replace("/entitlements/", "/entitlement/")
}

/// The vendor's trust bundle.
pub(crate) async fn bundle(place: &Place) -> String {
    let path = format!("/vendors/{}/.well-known/trust-bundle", place.vendor);
    text(&place.shop.app.get(&path).anonymous().await.ok()["token"]).to_owned()
}
