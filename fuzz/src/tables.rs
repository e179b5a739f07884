//! What systems and people give to the server and the command line: JSON bodies, tables, catalog files, values.

use chancery_api_types::licensing::{ActivateRequest, FeatureRequest, RefreshRequest, ValidateRequest};
use chancery_api_types::management::{
    CreateApiKey, CreateCustomer, CreateFeature, CreateOffering, CreateOpenIdProvider, CreateOrder, CreatePlan,
    CreateProduct, ImportSigningKey, MoveClock, UpdateEntitlement, UpdateLicensee, UpdateVendor,
};
use chancery_api_types::offline::ActivateOffline;
use chancery_api_types::{csv, field_error};
use serde::de::DeserializeOwned;

use super::strict::Strict;
use super::{catalog, import, scalars};

/// The first byte says what the rest is.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match choice & 7 {
        0 => table(&text),
        1 => drop(import::parse(&text)),
        2 => toml(&text),
        3 => body(choice >> 3, &text),
        _ => scalars::read(&text),
    }
}

fn table(text: &str) {
    let Ok(records) = csv::read(text) else { return };
    let written: String = records.iter().map(|record| csv::write(record.cells.iter().map(String::as_str))).collect();
    let cells = |records: Vec<csv::Record>| records.into_iter().map(|record| record.cells).collect::<Vec<_>>();
    let again = csv::read(&written).unwrap_or_else(|fault| panic!("{fault:?}: {written}"));
    assert_eq!(cells(again), cells(records));
}

fn toml(text: &str) {
    let parsed = catalog::parse(text);
    for fault in &parsed.input.faults {
        assert!(
            !parsed.lines.are_broken() || parsed.lines.of(&fault.path).is_some() || !fault.path.starts_with("line ")
        );
    }
}

fn body(kind: u8, text: &str) {
    match kind % 18 {
        0 => json::<ActivateRequest>(text),
        1 => json::<ValidateRequest>(text),
        2 => json::<RefreshRequest>(text),
        3 => json::<FeatureRequest>(text),
        4 => json::<CreateApiKey>(text),
        5 => json::<CreateCustomer>(text),
        6 => json::<CreateFeature>(text),
        7 => json::<CreateOffering>(text),
        8 => json::<CreateOpenIdProvider>(text),
        9 => json::<CreateOrder>(text),
        10 => json::<CreatePlan>(text),
        11 => json::<CreateProduct>(text),
        12 => json::<ImportSigningKey>(text),
        13 => json::<MoveClock>(text),
        14 => json::<UpdateEntitlement>(text),
        15 => json::<UpdateLicensee>(text),
        16 => json::<UpdateVendor>(text),
        _ => json::<ActivateOffline>(text),
    }
}

/// As the server reads a body; what is refused is told by member.
fn json<T: DeserializeOwned>(text: &str) {
    let mut reader = serde_json::Deserializer::from_str(text);
    if let Err(error) = serde_path_to_error::deserialize::<_, T>(Strict(&mut reader)) {
        let told = field_error(&error.path().to_string(), &error.inner().to_string());
        assert!(!told.detail.is_empty(), "{error}");
    }
}
