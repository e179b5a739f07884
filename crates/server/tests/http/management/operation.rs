//! The operations of the management API, as its document has them. One that is new fails here until `action` and `body`
//! know it.

use std::collections::BTreeMap;

use chancery_domain::Action;
use chancery_server::openapi_documents;
use serde_json::{Value, json};

use super::shop::NOBODY;
use crate::common::{Call, TestApp};

/// An operation as the document has it.
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) has_body: bool,
    parameters: Vec<String>,
}

impl Operation {
    pub(crate) fn all() -> Vec<Self> {
        let documents = openapi_documents();
        let (_, text) = documents.iter().find(|(file, _)| *file == "management.json").unwrap();
        let document: Value = serde_json::from_str(text).unwrap();
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                all.push(Self {
                    name: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    has_body: operation.get("requestBody").is_some(),
                    parameters: operation["parameters"].as_array().into_iter().flatten().map(name).collect(),
                });
            }
        }
        assert!(all.len() > 60, "the whole API is in the document");
        all
    }

    /// Whether it takes a parameter of this name.
    pub(super) fn takes(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|name| name == parameter)
    }

    /// The path, with these ids.
    pub(crate) fn at(&self, ids: &BTreeMap<&str, String>) -> String {
        // An activation's features go by their keys.
        let mut path = self
            .path
            .replace("/activations/{activation}/features/{feature}", "/activations/{activation}/features/export");
        for (name, id) in ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "{}: no id is known for {path}", self.name);
        path
    }

    pub(crate) fn call(&self, app: &TestApp, path: &str) -> Call {
        let call = app.call(&self.method, path);
        match body(&self.name) {
            _ if !self.has_body => call,
            Body::Json(body) => call.json(body),
            Body::Toml(text) => call.body("application/toml", text),
            Body::Csv(text) => call.body("text/csv", text),
        }
    }

    /// The action by which it is permitted.
    pub(super) fn action(&self) -> Action {
        // A feature is the same thing at each level; its value at a level is set and removed.
        let name = ["Feature", "Attribute"].into_iter().fold(self.name.clone(), |name, thing| {
            name.replace(&format!("Product{thing}"), thing).replace(&format!("Edition{thing}"), thing)
        });
        let (verb, noun) = name.split_at(name.find(char::is_uppercase).unwrap());
        let wanted = match (verb, noun) {
            // A read has one action for all of its views.
            ("list", "ActivationCodes") => "ReadOrder".to_owned(),
            ("list", "ActivationLog" | "EntitlementActivations") => "ReadActivation".to_owned(),
            ("get", _) => format!("Read{noun}"),
            ("list", _) => format!("Read{}", noun.strip_suffix('s').unwrap_or(noun)),
            ("remove", "ContactPassword") => "RemoveContactPassword".to_owned(),
            ("remove", _) => format!("Remove{noun}Value"),
            _ => format!("{}{}", verb[..1].to_uppercase(), &name[1..]),
        };
        let found = Action::ALL.iter().copied().find(|action| format!("{action:?}") == wanted);
        found.unwrap_or_else(|| panic!("no action is called {wanted}, which should permit {}", self.name))
    }
}

fn name(parameter: &Value) -> String {
    parameter["name"].as_str().unwrap().to_owned()
}

enum Body {
    Json(Value),
    Toml(&'static str),
    Csv(&'static str),
}

/// A body that is valid, so that nothing but the caller can be wrong.
fn body(operation: &str) -> Body {
    let named = json!({ "name": "x", "key": "x" });
    let value = json!({ "value": true });
    Body::Json(match operation {
        "createApiKey" => json!({ "name": "x", "scopes": ["settings:read"] }),
        "createFeature" | "createProductFeature" | "createEditionFeature" => {
            json!({ "name": "x", "key": "x", "type": "bool", "value": true })
        }
        "createAttribute" | "createProductAttribute" | "createEditionAttribute" => {
            json!({ "name": "x", "key": "x", "type": "string", "value": "x" })
        }
        "setProductFeatureValue" | "setEditionFeatureValue" => value,
        "setProductAttributeValue" | "setEditionAttributeValue" => json!({ "value": "x" }),
        "createProduct" | "createEdition" => named,
        "createPlan" => {
            json!({ "name": "x", "licenseType": "perpetual", "licenseStart": "creation", "planType": "paid" })
        }
        "createOffering" => {
            json!({ "sku": "X", "name": "x", "editionId": format!("ed_{NOBODY}"), "planId": format!("plan_{NOBODY}"),
                    "seats": 1, "concurrency": "concurrent" })
        }
        "createCustomer" => json!({ "name": "x" }),
        "createContact" => json!({ "name": "x", "email": "x@x.example" }),
        "extendOrder" => json!({ "items": [{ "sku": "x" }] }),
        "moveOrder" => json!({ "customerId": "x" }),
        "createOrder" => json!({ "customerId": "x", "items": [{ "sku": "x" }] }),
        "createActivationCode" => json!({ "activationCodes": 1 }),
        "setContactPassword" => json!({ "password": "a long password" }),
        "createOpenIdProvider" => {
            json!({ "name": "x", "issuer": "https://id.example", "audiences": ["x"] })
        }
        "activateOffline" | "deactivateOffline" => json!({ "token": "x" }),
        "refreshOffline" => json!({ "activationId": format!("act_{NOBODY}") }),
        "exportEntitlement" => json!({ "localServerId": format!("srv_{NOBODY}") }),
        "importEntitlement" => json!({ "withoutToken": true, "reason": "x" }),
        "declareLocalServerLost" => json!({ "reason": "x" }),
        "rebindLocalServer" => json!({ "machine": "none" }),
        "reportLocalServer" => json!({ "token": "x" }),
        "setLicenseeSecret" => json!({ "secret": "x" }),
        "resetUsage" => json!({ "features": ["x"] }),
        "checkoutActivationFeature" | "returnActivationFeature" | "useActivationFeature" => json!({ "amount": 1 }),
        "changeEntitlementOffering" => json!({ "offeringId": "x" }),
        "resetEntitlementOverrides" => json!({ "fields": ["seats"] }),
        "moveClock" => json!({ "now": "2030-01-01T00:00:00Z" }),
        "importSigningKey" => json!({ "pem": include_str!("../../../../token/tests/data/rsa-2048.pkcs1.pem") }),
        "exportRootSigningKey" => json!({ "passphrase": "a long passphrase" }),
        "importCatalog" => return Body::Toml(""),
        "importCustomers" => return Body::Csv("ref,name\nX,x\n"),
        // Changes and commands that need nothing said.
        _ => json!({}),
    })
}

pub(crate) fn unknown_ids() -> BTreeMap<&'static str, String> {
    let prefixes = [
        ("activation", "act"),
        ("activationCode", "code"),
        ("apiKey", "apik"),
        ("attribute", "attr"),
        ("contact", "cont"),
        ("customer", "cust"),
        ("edition", "ed"),
        ("entitlement", "ent"),
        ("feature", "feat"),
        ("offering", "off"),
        ("licensee", "lic"),
        ("localServer", "srv"),
        ("openidProvider", "oidp"),
        ("order", "ord"),
        ("plan", "plan"),
        ("product", "prod"),
        ("signingKey", "sigk"),
    ];
    prefixes.map(|(name, prefix)| (name, format!("{prefix}_{NOBODY}"))).into()
}
