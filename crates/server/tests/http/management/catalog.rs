//! What the tests of the catalog's resources share.

use serde_json::{Value, json};

use crate::common::TestApp;

pub(super) const BASE: &str = "/api/admin/v1";
pub(super) const CAD: &str = "/api/admin/v1/products/cad";
pub(super) const PRO: &str = "/api/admin/v1/products/cad/editions/pro";

impl TestApp {
    /// Makes the product `cad`, with an edition `pro`.
    pub(super) async fn cad_pro(&self) -> (Value, Value) {
        let product =
            self.post(&format!("{BASE}/products")).json(json!({ "name": "CAD", "key": "cad" })).await.created();
        (product, self.edition("pro").await)
    }

    /// Makes an edition of the product `cad`.
    pub(super) async fn edition(&self, key: &str) -> Value {
        self.post(&format!("{CAD}/editions")).json(json!({ "name": "An edition", "key": key })).await.created()
    }

    /// Makes a plan of a year.
    pub(super) async fn plan(&self, name: &str) -> Value {
        let duration = json!({ "unit": "year", "count": 1 });
        let body = json!({ "name": name, "licenseType": "subscription", "duration": duration });
        self.post(&format!("{BASE}/plans")).json(body).await.created()
    }

    pub(super) fn put(&self, path: &str, value: impl Into<Value>) -> crate::common::Call {
        self.call("PUT", path).json(json!({ "value": value.into() }))
    }

    /// What the audit says was done to a subject: actions, the oldest first.
    pub(super) async fn done_to(&self, subject: &Value) -> Vec<String> {
        let path = format!("{BASE}/audit?subject={}", subject.as_str().unwrap());
        let audit = self.get(&path).await.ok();
        let entries = audit["items"].as_array().unwrap().iter();
        entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    }
}

/// One member of each item of a list.
pub(super) fn members(list: &Value, member: &str) -> Vec<Value> {
    list["items"].as_array().unwrap().iter().map(|item| item[member].clone()).collect()
}

/// The errors of a `validation_failed`: paths and codes.
pub(super) fn errors(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().unwrap().iter();
    errors.map(|error| (error["path"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}
