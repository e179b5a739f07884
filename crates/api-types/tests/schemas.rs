//! The schemas that the APIs' documents are made of (API-5).

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may")]

use std::collections::{BTreeMap, BTreeSet};

use chancery_api_types::activation::Activation;
use chancery_api_types::licensing::{
    ActivateReply, ActivateRequest, EntitlementReply, FeatureReply, FeatureRequest, RefreshReply, RefreshRequest,
    ValidateReply, ValidateRequest,
};
use chancery_api_types::management::*;
use chancery_api_types::{Page, Problem};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A schema and all that it refers to, by name.
fn collect<T: ToSchema>(all: &mut BTreeMap<String, Value>) {
    let mut found = Vec::new();
    T::schemas(&mut found);
    found.push((T::name().into_owned(), T::schema()));
    for (name, schema) in found {
        let schema = serde_json::to_value(schema).unwrap();
        if let Some(other) = all.get(&name) {
            assert_eq!(&schema, other, "two schemas have the name {name}");
        }
        all.insert(name, schema);
    }
}

macro_rules! collected {
    ($($kind:ty),* $(,)?) => {{
        let mut all = BTreeMap::new();
        $(collect::<$kind>(&mut all);)*
        all
    }};
}

/// Those of local servers.
fn of_local_servers() -> BTreeMap<String, Value> {
    collected![
        ExportEntitlement,
        ExportEntitlementToken,
        ExportedEntitlement,
        ImportEntitlement,
        ImportedEntitlement,
        LocalServer,
        DeclareLocalServerLost,
        RebindLocalServer,
        ReboundLocalServer,
        ReportLocalServer,
        ReportedLocalServer,
    ]
}

fn schemas() -> BTreeMap<String, Value> {
    let mut all = collected![
        CreateProduct,
        UpdateProduct,
        Product,
        CreateFeature,
        UpdateFeature,
        SetFeatureValue,
        Feature,
        EffectiveFeature,
        CreateAttribute,
        UpdateAttribute,
        SetAttributeValue,
        Attribute,
        EffectiveAttribute,
        CreateEdition,
        UpdateEdition,
        Edition,
        CreatePlan,
        UpdatePlan,
        Plan,
        CreateOffering,
        UpdateOffering,
        Offering,
        CreateCustomer,
        UpdateCustomer,
        Customer,
        CreateContact,
        Contact,
        CreateOrder,
        UpdateOrder,
        Order,
        CreateActivationCodes,
        ActivationCode,
        Entitlement,
        UpdateEntitlement,
        RenewEntitlement,
        StartEntitlement,
        Disable,
        Enable,
        ResetUsage,
        ChangeOffering,
        ResetOverrides,
        RefreshActivation,
        CallFeature,
        ReleaseActivation,
        DryRun,
        ActivationLogEntry,
        CreateApiKey,
        ApiKey,
        AuditEntry,
        CatalogImport,
        MoveClock,
        Clock,
        ServerInfo,
        Health,
        Activation,
        ActivateRequest,
        ActivateReply,
        RefreshRequest,
        RefreshReply,
        FeatureRequest,
        FeatureReply,
        EntitlementReply,
        ValidateRequest,
        ValidateReply,
        Problem,
        Page<Activation>,
    ];
    all.append(&mut of_local_servers());
    all
}

fn references(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                found.insert(target.trim_start_matches("#/components/schemas/").to_owned());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn api_5_every_reference_leads_to_a_schema() {
    let schemas = schemas();
    let mut found = BTreeSet::new();
    schemas.values().for_each(|schema| references(schema, &mut found));
    let lost: Vec<&String> = found.iter().filter(|name| !schemas.contains_key(*name)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn api_5_values_are_described_as_they_are_checked() {
    let schemas = schemas();
    assert_eq!(schemas["Quantity"], json!({"type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64}));
    assert_eq!(schemas["Name"], json!({"type": "string", "minLength": 1, "maxLength": 200}));
    assert_eq!(schemas["Enforcement"], json!({"type": "string", "enum": ["stop", "limit", "advise"]}));
    assert_eq!(schemas["Timestamp"]["format"], "date-time");
    assert_eq!(schemas["ProductId"]["pattern"], "^prod_[0-7][0-9a-hjkmnp-tv-z]{25}$");
    assert_eq!(schemas["FeatureValue"]["type"], json!(["boolean", "integer", "null"]));
    assert_eq!(schemas["Interval"]["required"], json!(["unit", "count"]));
    assert_eq!(schemas["Period"]["oneOf"][0]["$ref"], "#/components/schemas/Interval");
}

#[test]
fn api_5_members_say_whether_they_are_needed_and_whether_they_can_be_null() {
    let schemas = schemas();
    assert_eq!(schemas["CreateProduct"]["required"], json!(["name", "key"]));
    assert_eq!(schemas["UpdateProduct"].get("required"), None);
    let member = |schema: &str, member: &str| schemas[schema]["properties"][member].to_string();
    assert!(!member("UpdateProduct", "leasePeriod").contains("null"), "{}", member("UpdateProduct", "leasePeriod"));
    assert!(member("UpdateProduct", "gracePeriod").contains("null"), "{}", member("UpdateProduct", "gracePeriod"));
    assert_eq!(schemas["CreateProduct"]["additionalProperties"], json!(false));
    assert_eq!(schemas["ActivateRequest"].get("additionalProperties"), None);
}
