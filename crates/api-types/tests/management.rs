//! The shapes of the management API: each example is read, and comes back as it was (API-1).

#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may")]

use chancery_api_types::Page;
use chancery_api_types::activation::Activation;
use chancery_api_types::management::*;
use chancery_api_types::wire::Patch;
use chancery_domain as domain;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const PLAN: &str = "plan_01m4jx7gd1eb9bvwgxq8w7mmp3";
const TIME: &str = "2026-11-21T10:00:00Z";

/// An id of a kind, as in every example here.
fn id(prefix: &str) -> String {
    format!("{prefix}_01m4jx7gd1eb9bvwgxq8w7mmp3")
}

/// Reads a value and writes it again: every member that was given must come back as it was.
#[track_caller]
fn round_trip<T: Serialize + DeserializeOwned>(given: Value) -> T {
    let read: T = serde_json::from_value(given.clone()).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    for (member, value) in given.as_object().unwrap() {
        let back = written.get(member).unwrap_or(&Value::Null);
        assert_eq!(back, value, "{member}");
    }
    read
}

/// The same, and nothing else may be written: for replies, of which the example shows all.
#[track_caller]
fn exact<T: Serialize + DeserializeOwned>(given: Value) -> T {
    let read: T = serde_json::from_value(given.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), given);
    read
}

#[test]
fn catalog_requests_are_read_as_in_the_shapes() {
    let product: CreateProduct = round_trip(json!({
        "name": "Acme CAD", "key": "acme-cad",
        "leasePeriod": {"unit": "day", "count": 7}, "offlineLeasePeriod": {"unit": "day", "count": 30},
        "gracePeriod": {"unit": "day", "count": 7}, "outageTolerance": null, "enforcement": "stop",
        "deviceKeys": "optional", "licenseeSecretMode": "disabled", "licenseeAutoCreate": false
    }));
    assert_eq!(product.lease_period.unwrap().0, domain::Period::Limited(domain::Interval::days(7)));
    let feature: CreateFeature = round_trip(json!({
        "key": "export-step", "name": "STEP export", "type": "elementPool", "value": 5, "overdraft": {"type": "none"},
        "usageReset": "never"
    }));
    assert_eq!(feature.value.0, domain::FeatureValue::Count(Some(domain::Quantity::new(5).unwrap())));
    round_trip::<CreateAttribute>(json!({"key": "max-parts", "type": "number", "value": "5000"}));
    round_trip::<CreateEdition>(json!({
        "name": "Professional", "key": "pro", "features": {"export-step": 10}, "attributes": {"max-parts": "20000"}
    }));
    round_trip::<CreatePlan>(json!({
        "name": "Yearly", "licenseType": "subscription", "licenseStart": "activation", "planType": "paid",
        "duration": {"unit": "year", "count": 1}
    }));
    round_trip::<CreateOffering>(json!({
        "sku": "CAD-PRO-Y", "name": "Acme CAD Professional, yearly", "editionId": "pro", "planId": PLAN, "seats": 10,
        "overdraft": {"type": "absolute", "value": 2}, "concurrency": "concurrent", "automatic": false,
        "maintenance": null, "leasePeriod": "unlimited", "allotments": []
    }));
}

#[test]
fn customers_and_orders_are_read_as_in_the_shapes() {
    round_trip::<CreateCustomer>(json!({
        "name": "Initech", "ref": "CRM-1001", "contacts": [{"name": "Bob", "email": "bob@initech.example"}]
    }));
    let order: CreateOrder = round_trip(json!({
        "customerId": id("cust"), "ref": "PO-7",
        "items": [{"sku": "CAD-PRO-Y", "seats": 25}, {"offeringId": id("off"), "start": TIME, "maintenanceEnd": TIME}],
        "activationCodes": 1, "licenseKeys": 0, "contacts": [id("cont")], "dualUse": []
    }));
    assert_eq!(order.activation_codes, ActivationCodes::Make(1));
    let codes = |codes: Value| {
        let mut order = json!({"customerId": "CRM-1001", "items": [{"sku": "A", "seats": null, "start": null}]});
        order.as_object_mut().unwrap().extend(codes.as_object().unwrap().clone());
        serde_json::from_value::<CreateOrder>(order).unwrap().activation_codes
    };
    assert_eq!(codes(json!({"activationCodes": ["MINE-1"]})), ActivationCodes::Own(vec!["MINE-1".into()]));
    assert_eq!(codes(json!({})), ActivationCodes::Make(1), "one, when nothing is said");
}

#[test]
fn activation_codes_are_a_number_or_a_list_of_at_most_100() {
    let read = |codes: Value| serde_json::from_value::<CreateActivationCodes>(json!({"activationCodes": codes}));
    assert!(read(json!(100)).is_ok());
    for refused in [json!(101), json!(-1), json!("5"), json!({}), json!([5]), json!(vec!["A"; 101])] {
        assert!(read(refused.clone()).is_err(), "{refused}");
    }
}

#[test]
fn api_7_secrets_are_not_shown_by_debug() {
    let codes = ActivationCodes::Own(vec!["MINE-1".into()]);
    assert!(!format!("{codes:?}").contains("MINE"));
}

#[test]
fn ent_7_an_update_tells_absent_from_null_from_a_value() {
    let update: UpdateEntitlement = round_trip(json!({
        "seats": 5, "gracePeriod": null, "outageTolerance": {"unit": "day", "count": 2}, "maintenanceEnd": null,
        "features": {"export-step": null, "cloud": true}, "attributes": {"max-parts": null, "region": "eu"}
    }));
    assert_eq!(update.grace_period, Patch::Null);
    assert_eq!(update.usage_reset, Patch::Absent);
    assert_eq!(update.outage_tolerance.map(|wire| wire.0), Some(Some(domain::Interval::days(2))));
    let feature = |key: &str| update.features[&domain::Key::new(key).unwrap().into()].0;
    assert_eq!(feature("export-step"), domain::FeatureValue::Count(None));
    assert_eq!(feature("cloud"), domain::FeatureValue::Bool(true));
    assert_eq!(serde_json::to_value(UpdateEntitlement::default()).unwrap(), json!({}));
}

#[test]
fn updates_write_only_what_was_given() {
    for (update, given) in [
        (serde_json::to_value(UpdateProduct::default()), json!({})),
        (
            serde_json::to_value(UpdateOffering { lease_period: Patch::Null, ..Default::default() }),
            json!({"leasePeriod": null}),
        ),
        (serde_json::to_value(UpdateCustomer { reference: Patch::Null, ..Default::default() }), json!({"ref": null})),
        (serde_json::to_value(UpdateOrder::default()), json!({})),
        (serde_json::to_value(UpdatePlan::default()), json!({})),
        (serde_json::to_value(UpdateEdition::default()), json!({})),
        (serde_json::to_value(UpdateFeature::default()), json!({})),
        (serde_json::to_value(UpdateAttribute::default()), json!({})),
    ] {
        assert_eq!(update.unwrap(), given);
    }
    let unlimited: UpdateFeature = exact(json!({"value": null}));
    assert_eq!(unlimited.value.unwrap().0, domain::FeatureValue::Count(None));
}

#[test]
fn commands_are_read_as_in_the_shapes() {
    exact::<RenewEntitlement>(json!({}));
    exact::<Enable>(json!({}));
    exact::<StartEntitlement>(json!({"start": TIME}));
    exact::<Disable>(json!({"reason": "invoice 12 unpaid"}));
    exact::<ResetUsage>(json!({"features": ["renderings"]}));
    exact::<ChangeOffering>(json!({"offeringId": "CAD-PRO-Y"}));
    exact::<ResetOverrides>(json!({"fields": ["seats"], "features": ["export-step"], "attributes": ["max-parts"]}));
    exact::<RefreshActivation>(json!({}));
    exact::<CallFeature>(json!({"amount": 2}));
    exact::<ReleaseActivation>(json!({"reason": "stolen"}));
    exact::<MoveClock>(json!({"now": TIME}));
    exact::<CreateApiKey>(json!({"name": "CRM", "scopes": ["orders:write", "catalog:read"]}));
    exact::<CreateApiKey>(json!({"name": "Bob", "contactId": "cont_01m4jx7gd1eb9bvwgxq8w7mmp3"}));
    exact::<UpdateVendor>(json!({"offlineRequestAge": {"unit": "day", "count": 7}}));
    assert!(serde_json::from_value::<UpdateVendor>(json!({"offlineRequestAge": null})).is_err());
    assert!(serde_json::from_value::<CreateApiKey>(json!({"name": "x", "scopes": ["licensing:read"]})).is_err());
}

#[test]
fn api_1_every_request_refuses_unknown_members() {
    fn refuses<T: DeserializeOwned>(mut json: Value) {
        serde_json::from_value::<T>(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"));
        json["surprise"] = json!(1);
        let error = serde_json::from_value::<T>(json).err().unwrap().to_string();
        assert!(error.starts_with("unknown field `surprise`"), "{error}");
    }
    refuses::<CreateProduct>(json!({"name": "x", "key": "x"}));
    refuses::<CreateFeature>(json!({"key": "x", "type": "bool", "value": true}));
    refuses::<SetFeatureValue>(json!({"value": null}));
    refuses::<CreateAttribute>(json!({"key": "x", "type": "date"}));
    refuses::<SetAttributeValue>(json!({"value": "1"}));
    refuses::<CreateEdition>(json!({"name": "x", "key": "x"}));
    refuses::<CreatePlan>(json!({"name": "x", "licenseType": "perpetual"}));
    refuses::<CreateOffering>(json!({"sku": "x", "name": "x", "editionId": "x", "planId": PLAN, "seats": 1}));
    refuses::<CreateCustomer>(json!({"name": "x"}));
    refuses::<CreateContact>(json!({"name": "x", "email": "a@b"}));
    refuses::<CreateOrder>(json!({"customerId": "x", "items": [{}]}));
    refuses::<CreateOrderItem>(json!({}));
    refuses::<CreateActivationCodes>(json!({"activationCodes": 1}));
    refuses::<CreateApiKey>(json!({"name": "x", "scopes": ["admin"]}));
    refuses::<UpdateVendor>(json!({}));
    refuses::<ResetUsage>(json!({"features": ["x"]}));
    refuses::<ChangeOffering>(json!({"offeringId": "CAD-PRO-Y"}));
    refuses::<ResetOverrides>(json!({}));
    refuses::<RefreshActivation>(json!({}));
    refuses::<CallFeature>(json!({"amount": 2}));
    refuses::<ReleaseActivation>(json!({}));
    refuses::<MoveClock>(json!({"now": TIME}));
    refuses::<UpdateProduct>(json!({}));
    refuses::<UpdateFeature>(json!({}));
    refuses::<UpdateAttribute>(json!({}));
    refuses::<UpdateEdition>(json!({}));
    refuses::<UpdatePlan>(json!({}));
    refuses::<UpdateOffering>(json!({}));
    refuses::<UpdateCustomer>(json!({}));
    refuses::<UpdateOrder>(json!({}));
    refuses::<UpdateEntitlement>(json!({}));
    refuses::<RenewEntitlement>(json!({}));
    refuses::<StartEntitlement>(json!({}));
    refuses::<Disable>(json!({}));
    refuses::<Enable>(json!({}));
    refuses::<Restore>(json!({}));
    refuses::<UpdateContact>(json!({}));
    refuses::<ExtendOrder>(json!({"items": [{"sku": "A"}]}));
    refuses::<MoveOrder>(json!({"customerId": "x"}));
}

/// The entitlement of the shapes.
fn entitlement() -> Value {
    json!({
        "id": id("ent"), "orderId": id("ord"), "customerId": id("cust"), "productId": id("prod"), "editionId": id("ed"),
        "offeringId": id("off"), "sku": "CAD-PRO-Y", "status": "active", "licenseType": "subscription",
        "planType": "paid", "licenseStart": "activation", "duration": {"unit": "year", "count": 1}, "start": TIME,
        "expiry": "2027-11-21T10:00:00Z", "graceEnd": "2027-11-28T10:00:00Z", "maintenanceEnd": null, "seats": 25,
        "overdraft": {"type": "absolute", "value": 2}, "seatsUsed": 3, "overdraftUsed": 0,
        "seatsHeld": 1, "seatsOver": 0, "concurrency": "concurrent",
        "leasePeriod": {"unit": "day", "count": 7}, "offlineLeasePeriod": null,
        "gracePeriod": {"unit": "week", "count": 1}, "outageTolerance": null, "enforcement": "stop", "usageReset": null,
        "hosts": [
            {"host": "authority", "seats": 15, "seatsUsed": 3},
            {"host": id("srv"), "seats": 10, "sessionId": id("sess"), "seatsHeld": 12, "features": {"export-step": 5}, "seq": 4,
             "acknowledgedSeq": 3, "outOfSync": true, "exported": TIME, "lastToken": TIME}
        ],
        "features": [{
            "key": "export-step", "name": "STEP export", "type": "elementPool", "value": 10, "used": 2,
            "overdraft": {"type": "none"}, "usageReset": "never", "level": "product", "valueLevel": "edition",
            "overridden": false
        }],
        "attributes": [{
            "key": "max-parts", "name": "Parts", "type": "number", "value": "20000", "level": "product",
            "valueLevel": "edition", "overridden": false
        }],
        "allotments": [], "overrides": ["seats"], "disabled": false, "disabledSince": null, "disabledReason": null,
        "deleted": null, "purgeAt": null, "deletedWith": null, "customerDisabled": false, "notes": "", "metadata": {"region": "eu"}, "created": TIME, "updated": TIME
    })
}

#[test]
fn replies_are_written_as_in_the_shapes() {
    exact::<Entitlement>(entitlement());
    exact::<Order>(json!({
        "id": id("ord"), "customerId": id("cust"), "ref": "PO-7",
        "entitlements": [{
            "id": id("ent"), "productId": id("prod"), "editionId": id("ed"), "offeringId": id("off"),
            "sku": "CAD-PRO-Y", "status": "created", "licenseType": "perpetual", "seats": 1, "start": null,
            "expiry": null, "deleted": null
        }],
        "deleted": TIME, "purgeAt": TIME, "deletedWith": id("cust"),
        "activationCodes": [
            {"id": id("code"), "code": "ABCD-EFGH", "lastGroup": "EFGH", "revoked": null, "created": TIME},
            {"id": id("code"), "lastGroup": "WXYZ", "revoked": TIME, "created": TIME}
        ],
        "licenseKeys": [], "contacts": [id("cont")], "dualUse": [], "metadata": {}, "created": TIME, "updated": TIME
    }));
    exact::<ActivationLogEntry>(json!({
        "time": TIME, "operation": "featureDeny", "entitlementId": id("ent"), "activationId": id("act"),
        "seatId": "pc-7", "seatName": "PC 7", "leaseExpiry": TIME, "address": "192.0.2.1", "code": "feature_exhausted",
        "feature": "export-step", "amount": 3, "mode": "online", "reason": null
    }));
    exact::<DryRun>(json!({
        "dryRun": true, "changes": [{"subject": id("ent"), "field": "seats", "from": 25, "to": 20}],
        "leaving": [{"activationId": id("act"), "seatId": "pc-7", "seatName": "PC 7", "why": "its lease ended"}],
        "leavingCount": 1
    }));
    exact::<AuditEntry>(json!({
        "id": id("evt"), "time": TIME, "actor": id("apik"), "action": "entitlement.renew", "subject": id("ent"),
        "address": null, "requestId": "r-1", "changes": [{"field": "expiry", "from": null, "to": TIME}]
    }));
    exact::<CatalogImport>(json!({
        "dryRun": true,
        "changes": [{"action": "unchanged", "kind": "edition", "key": "acme-cad/pro", "changes": []}]
    }));
    exact::<Page<Clock>>(json!({"items": [{"now": TIME, "sandbox": true}], "nextCursor": null}));
    exact::<Health>(json!({"status": "ready"}));
}

#[test]
fn api_6_replies_of_a_later_server_can_be_read() {
    let mut later = entitlement();
    later["inventedLater"] = json!({"a": 1});
    later["features"][0]["inventedLater"] = json!(1);
    assert_eq!(
        serde_json::from_value::<Entitlement>(later).unwrap(),
        serde_json::from_value::<Entitlement>(entitlement()).unwrap()
    );
}

#[test]
fn man_3_a_change_of_seats_is_written_in_numbers() {
    let change = |field: &str, from: Option<&str>, to: Option<&str>| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Change::from(domain::Change { field: field.into(), from: owned(from), to: owned(to), personal: false })
    };
    let shown = |change: Change| serde_json::to_value(change).unwrap();
    assert_eq!(shown(change("seats", Some("25"), Some("20"))), json!({"field": "seats", "from": 25, "to": 20}));
    assert_eq!(shown(change("disabled", None, Some("true"))), json!({"field": "disabled", "from": null, "to": true}));
    assert_eq!(shown(change("name", Some("7"), None)), json!({"field": "name", "from": "7", "to": null}));
}

#[test]
fn an_activation_is_written_as_in_the_shapes() {
    exact::<Activation>(json!({
        "id": id("act"), "entitlementId": id("ent"), "productId": id("prod"), "seatId": "pc-7", "seatName": null,
        "seatNumber": 7, "status": "active", "mode": "online", "overdraft": false, "seatUntil": TIME, "activated": TIME,
        "lastLease": "2026-11-21T10:00:00.000001Z", "leaseExpiry": TIME,
        "entitlement": {"status": "active", "expiry": TIME, "graceEnd": TIME, "hardStop": TIME, "maintenanceEnd": null},
        "features": [{
            "key": "export-step", "type": "elementPool", "value": 10, "total": 10, "active": 1, "available": 7,
            "period": null
        }],
        "attributes": [{"key": "max-parts", "type": "number", "value": "20000"}], "clientCode": "ACME-7F3K",
        "device": {"keyThumbprint": null, "container": false, "vm": false}
    }));
}
