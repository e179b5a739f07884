//! What is sold before the measuring begins: one product, and orders for it, made through the management API.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Failure;
use super::client::{Connection, Request};

/// How many orders are made at a time.
const TOGETHER: usize = 32;
pub(super) const MANAGEMENT: &str = "/api/admin/v1";

/// What can be bought from, and the codes of what was bought.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    /// The product's id.
    pub(crate) product: Arc<str>,
    /// One activation code for each order; each order has one entitlement.
    pub(crate) codes: Arc<[String]>,
    /// The entitlement behind each code.
    pub(crate) entitlements: Vec<String>,
    /// Who bought all of it.
    pub(crate) customer: String,
}

/// One API by one connection, by somebody who has a key to it.
pub(super) struct Api {
    connection: Connection,
    authorization: String,
    prefix: &'static str,
}

impl Api {
    pub(super) async fn new(address: SocketAddr, key: &str, prefix: &'static str) -> Result<Self, Failure> {
        Ok(Self { connection: Connection::open(address).await?, authorization: format!("Bearer {key}"), prefix })
    }

    /// A call that does something, or makes it.
    pub(super) async fn post(&mut self, path: &str, body: &Value) -> Result<Value, Failure> {
        let (path, body) = (format!("{}/{path}", self.prefix), body.to_string());
        let headers = [("authorization", self.authorization.as_str())];
        let reply = self.connection.post(&Request { path: &path, headers: &headers, body: &body }).await?;
        let status = if reply.status == 200 { 200 } else { 201 };
        reply.json(status).map_err(|error| format!("POST {path}: {error}").into())
    }
}

impl Shop {
    /// Sells `count` orders of `seats` seats each.
    pub(crate) async fn open(address: SocketAddr, key: &str, count: usize, seats: u64) -> Result<Self, Failure> {
        let mut vendor = Api::new(address, key, MANAGEMENT).await?;
        let product = catalog(&mut vendor, seats).await?;
        let customer = vendor.post("customers", &json!({ "name": "Initech" })).await?;
        let customer = text(&customer, "id")?;
        let mut makers = tokio::task::JoinSet::new();
        for first in 0..TOGETHER {
            let (key, customer) = (key.to_owned(), customer.clone());
            let share = (first..count).step_by(TOGETHER).count();
            makers.spawn(async move { orders(address, &key, &customer, share).await });
        }
        let mut sold = Vec::with_capacity(count);
        while let Some(made) = makers.join_next().await {
            sold.append(&mut made??);
        }
        let (codes, entitlements): (Vec<_>, _) = sold.into_iter().unzip();
        Ok(Self { product: product.into(), codes: codes.into(), entitlements, customer })
    }
}

/// A product as products are: two features, an attribute, two editions' levels.
async fn catalog(vendor: &mut Api, seats: u64) -> Result<String, Failure> {
    let product =
        json!({ "name": "Acme CAD", "key": "acme-cad", "offlineLeasePeriod": { "unit": "day", "count": 30 } });
    let product = vendor.post("products", &product).await?;
    let product = text(&product, "id")?;
    for feature in [
        json!({ "key": "export-step", "name": "STEP export", "type": "elementPool", "value": 5 }),
        json!({ "key": "rendering", "name": "Rendering", "type": "bool", "value": true }),
    ] {
        vendor.post(&format!("products/{product}/features"), &feature).await?;
    }
    let attribute = json!({ "key": "max-parts", "type": "number", "value": "5000" });
    vendor.post(&format!("products/{product}/attributes"), &attribute).await?;
    let edition = json!({ "name": "Professional", "key": "pro", "features": { "export-step": 10 } });
    let edition = vendor.post(&format!("products/{product}/editions"), &edition).await?;
    let plan = json!({ "name": "Yearly", "licenseType": "subscription", "licenseStart": "activation", "planType": "paid",
        "duration": { "unit": "year", "count": 1 } });
    let plan = vendor.post("plans", &plan).await?;
    let offering = json!({ "sku": "CAD-PRO-Y", "name": "Acme CAD Professional, yearly", "editionId": text(&edition, "id")?,
        "planId": text(&plan, "id")?, "seats": seats });
    vendor.post("offerings", &offering).await?;
    Ok(product)
}

async fn orders(
    address: SocketAddr,
    key: &str,
    customer: &str,
    count: usize,
) -> Result<Vec<(String, String)>, Failure> {
    let mut vendor = Api::new(address, key, MANAGEMENT).await?;
    let order = json!({ "customerId": customer, "items": [{ "sku": "CAD-PRO-Y" }], "activationCodes": 1 });
    let mut sold = Vec::with_capacity(count);
    for _ in 0..count {
        let made = vendor.post("orders", &order).await?;
        sold.push((text(&made["activationCodes"][0], "code")?, text(&made["entitlements"][0], "id")?));
    }
    Ok(sold)
}

/// A text in a reply.
pub(crate) fn text(value: &Value, name: &str) -> Result<String, Failure> {
    let text = value.get(name).and_then(Value::as_str);
    Ok(text.ok_or_else(|| format!("a reply without `{name}`: {value}"))?.to_owned())
}
