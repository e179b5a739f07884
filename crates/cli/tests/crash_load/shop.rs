//! What the products may activate: an order with room for all, and one with too few seats.

use serde_json::{Value, json};

use super::Http;

/// The catalog's one product, and what was sold of it.
pub(crate) struct Shop {
    pub(crate) orders: Vec<Order>,
}

/// An order with one entitlement.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) product: String,
    pub(crate) entitlement: String,
    pub(crate) code: String,
    pub(crate) seats: u64,
    pub(crate) overdraft: u64,
}

impl Shop {
    pub(crate) fn open(http: &Http) -> Self {
        let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
        let product = id(&http.make("products", &json!({ "name": "Acme CAD", "key": "acme-cad" })));
        let pro = json!({ "name": "Professional", "key": "pro" });
        let edition = id(&http.make(&format!("products/{product}/editions"), &pro));
        let plan = json!({ "name": "Yearly", "licenseType": "subscription", "licenseStart": "activation",
            "planType": "paid", "duration": { "unit": "year", "count": 1 } });
        let plan = id(&http.make("plans", &plan));
        let customer = id(&http.make("customers", &json!({ "name": "Initech" })));
        let sell = |(sku, seats, overdraft): (&str, u64, u64)| {
            let offering = json!({ "sku": sku, "name": sku, "editionId": edition, "planId": plan, "seats": seats,
                "overdraft": { "type": "absolute", "value": overdraft } });
            http.make("offerings", &offering);
            let order = json!({ "customerId": customer, "items": [{ "sku": sku }], "activationCodes": 1 });
            let order = http.make("orders", &order);
            let code = order["activationCodes"][0]["code"].as_str().unwrap().to_owned();
            Order { product: product.clone(), entitlement: id(&order["entitlements"][0]), code, seats, overdraft }
        };
        Self { orders: [("ROOMY", 100, 0), ("TIGHT", 4, 1)].into_iter().map(sell).collect() }
    }
}
