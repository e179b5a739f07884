//! What is wrong with a request, read from the texts of real reader errors (API-1, API-2).

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may")]

use chancery_api_types::licensing::{ActivateRequest, FeatureRequest};
use chancery_api_types::management::{CreateOffering, CreateOrder, CreateProduct, RenewEntitlement, UpdateProduct};
use chancery_api_types::{classify, field_error};
use chancery_domain::{FieldError, Invalid};
use serde::de::DeserializeOwned;

/// Reads a text that must be refused, as the server does, and gives the error.
fn refused<T: DeserializeOwned>(json: &str) -> FieldError {
    let mut reader = serde_json::Deserializer::from_str(json);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(_) => panic!("was taken: {json}"),
        Err(error) => field_error(&error.path().to_string(), &error.inner().to_string()),
    }
}

#[track_caller]
fn assert_error<T: DeserializeOwned>(json: &str, path: &str, invalid: Invalid, detail: &str) {
    let error = refused::<T>(json);
    assert_eq!((error.path.as_str(), error.invalid), (path, invalid), "{error:?}");
    assert!(error.detail.contains(detail), "{:?} does not say {detail:?}", error.detail);
}

#[test]
fn api_1_an_unknown_member_is_named_with_those_that_are_known() {
    let json = r#"{"name": "Acme CAD", "key": "acme-cad", "leasPeriod": null}"#;
    assert_error::<CreateProduct>(json, "leasPeriod", Invalid::UnknownField, "no member leasPeriod here; known are");
    assert_error::<CreateProduct>(json, "leasPeriod", Invalid::UnknownField, "leasePeriod, offlineLeasePeriod");
    assert_error::<RenewEntitlement>(r#"{"now": 1}"#, "now", Invalid::UnknownField, "none is known");
    let json = r#"{"name": "x", "key": "x", "leasePeriod": {"unit": "day", "count": 1, "of": 1}}"#;
    assert_error::<CreateProduct>(json, "leasePeriod.of", Invalid::UnknownField, "known are unit or count");
}

#[test]
fn a_missing_member_is_named_at_its_place() {
    assert_error::<CreateProduct>(r#"{"name": "x"}"#, "key", Invalid::Required, "give the member key");
    let json = r#"{"name": "x", "key": "x", "gracePeriod": {"unit": "day"}}"#;
    assert_error::<CreateProduct>(json, "gracePeriod.count", Invalid::Required, "give the member count");
    let json = r#"{"credential": {"type": "activationCode"}, "productId": "x", "seatId": "pc-1"}"#;
    assert_error::<ActivateRequest>(json, "credential.code", Invalid::Required, "give the member code");
}

#[test]
fn a_repeated_member_is_a_duplicate() {
    assert_error::<CreateProduct>(r#"{"name": "x", "name": "y"}"#, "name", Invalid::Duplicate, "once");
}

#[test]
fn a_value_of_the_wrong_type_says_what_would_be_right() {
    let product = |member: &str| format!(r#"{{"name": "x", "key": "x", {member}}}"#);
    let bad = Invalid::BadFormat;
    assert_error::<CreateProduct>(r#"{"name": 5}"#, "name", bad, "give a string, not 5");
    assert_error::<CreateProduct>("[]", "", bad, "");
    assert_error::<CreateProduct>("\"x\"", "", bad, "give an object, not a string");
    assert_error::<CreateProduct>(
        &product(r#""licenseeAutoCreate": "yes""#),
        "licenseeAutoCreate",
        bad,
        "true or false",
    );
    assert_error::<CreateProduct>(&product(r#""leasePeriod": "forever""#), "leasePeriod", bad, "or \"unlimited\"");
    assert_error::<CreateProduct>(&product(r#""leasePeriod": 7"#), "leasePeriod", bad, "\"count\": 30");
    assert_error::<CreateProduct>(&product(r#""gracePeriod": "unlimited""#), "gracePeriod", bad, "give an object");
    assert_error::<CreateProduct>(
        &product(r#""leasePeriod": {"unit": "days", "count": 1}"#),
        "leasePeriod.unit",
        bad,
        "days is not known here; give one of minute, hour, day, week, month, year",
    );
    assert_error::<CreateProduct>(&product(r#""enforcement": "halt""#), "enforcement", bad, "stop, limit, advise");
    assert_error::<CreateOrder>(r#"{"customerId": "CRM-1", "items": {}}"#, "items", bad, "a list, not an object");
    assert_error::<FeatureRequest>(r#"{"amount": 1.5}"#, "amount", bad, "whole number");
    assert_error::<FeatureRequest>(r#"{"amount": "1"}"#, "amount", bad, "give a whole number, not a string");
}

#[test]
fn a_null_is_not_taken_for_a_member_that_was_left_out() {
    assert_error::<UpdateProduct>(r#"{"name": null}"#, "name", Invalid::BadFormat, "give a string, not null");
    assert_error::<UpdateProduct>(r#"{"leasePeriod": null}"#, "leasePeriod", Invalid::BadFormat, "not null");
}

#[test]
fn quantities_of_2_to_the_53_and_negative_ones_are_out_of_range() {
    let out = Invalid::OutOfRange;
    for amount in ["9007199254740992", "18446744073709551615", "18446744073709551616", "1e300", "-1", "-9e99"] {
        let json = format!(r#"{{"amount": {amount}}}"#);
        assert_error::<FeatureRequest>(&json, "amount", out, "0 to 9007199254740991");
    }
    assert!(serde_json::from_str::<FeatureRequest>(r#"{"amount": 9007199254740991}"#).is_ok());
    let offering =
        r#"{"sku": "s", "name": "n", "editionId": "pro", "planId": "plan_01m4jx7gd1eb9bvwgxq8w7mmp3", "seats": -1}"#;
    assert_error::<CreateOffering>(offering, "seats", out, "0 to 9007199254740991");
    let interval =
        |count| format!(r#"{{"name": "x", "key": "x", "gracePeriod": {{"unit": "day", "count": {count}}}}}"#);
    assert_error::<CreateProduct>(&interval(0), "gracePeriod", out, "count of 1 to 32767");
    assert_error::<CreateProduct>(&interval(32_768), "gracePeriod", out, "count of 1 to 32767");
    assert_error::<CreateProduct>(
        &interval(-1),
        "gracePeriod.count",
        out,
        "a whole number that is not negative, not -1",
    );
}

#[test]
fn values_with_a_check_keep_the_code_of_what_is_wrong() {
    let long = format!(r#"{{"name": "{}"}}"#, "x".repeat(201));
    assert_error::<CreateProduct>(&long, "name", Invalid::TooLong, "a name of 1 to 200 characters");
    assert_error::<CreateProduct>(r#"{"name": "  "}"#, "name", Invalid::Required, "a name");
    let json = r#"{"name": "x", "key": "prod_01m4jx7gd1eb9bvwgxq8w7mmp3"}"#;
    assert_error::<CreateProduct>(json, "key", Invalid::NotAllowed, "not of the form of an id");
    let metadata = format!(r#"{{"name": "x", "key": "x", "metadata": {{"note": "{}"}}}}"#, "x".repeat(501));
    assert_error::<CreateProduct>(&metadata, "metadata", Invalid::TooLong, "500 characters");
}

#[test]
fn lic_3_dummy_seat_ids_are_named_as_such() {
    for seat in ["none", "NULL", "To be filled by O.E.M.", "00000000-0000-0000-0000-000000000000"] {
        let json = format!(
            r#"{{"credential": {{"type": "activationCode", "code": "A"}}, "productId": "x", "seatId": "{seat}"}}"#
        );
        assert_error::<ActivateRequest>(&json, "seatId", Invalid::DummyValue, "identifies this device");
    }
}

#[test]
fn errors_inside_lists_and_maps_are_named_by_their_path() {
    let json = r#"{"customerId": "CRM-1", "items": [{"sku": "A"}, {"sku": "B", "seats": -2}]}"#;
    assert_error::<CreateOrder>(json, "items[1].seats", Invalid::OutOfRange, "0 to");
    assert_error::<CreateOrder>(r#"{"customerId": "CRM-1", "items": []}"#, "items", Invalid::Required, "at least one");
    let json = r#"{"customerId": "CRM-1", "items": [{"sku": "A", "start": "tomorrow"}]}"#;
    assert_error::<CreateOrder>(json, "items[0].start", Invalid::BadFormat, "2026-11-21T10:00:00Z");
}

#[test]
fn what_can_only_be_empty_says_so() {
    let json = r#"{"customerId": "CRM-1", "items": [{"sku": "A"}], "licenseKeys": 1}"#;
    assert_error::<CreateOrder>(json, "licenseKeys", Invalid::NotAllowed, "give 0");
    let json = r#"{"customerId": "CRM-1", "items": [{"sku": "A"}], "dualUse": [{}]}"#;
    assert_error::<CreateOrder>(json, "dualUse", Invalid::NotAllowed, "leave the list empty");
}

#[test]
fn overdrafts_need_a_value_exactly_where_their_type_has_one() {
    let offering = |overdraft: &str| {
        format!(
            r#"{{"sku": "s", "name": "n", "editionId": "pro", "planId": "plan_01m4jx7gd1eb9bvwgxq8w7mmp3", "seats": 1,
               "overdraft": {overdraft}}}"#
        )
    };
    let required = Invalid::Required;
    assert_error::<CreateOffering>(&offering(r#"{"type": "absolute"}"#), "overdraft", required, "give the value");
    let not_allowed = Invalid::NotAllowed;
    assert_error::<CreateOffering>(&offering(r#"{"type": "none", "value": 1}"#), "overdraft", not_allowed, "no value");
    let json = offering(r#"{"type": "percentage", "value": 4294967296}"#);
    assert_error::<CreateOffering>(&json, "overdraft", Invalid::OutOfRange, "percentage");
    assert_error::<CreateOffering>(&offering(r#"{"type": "some"}"#), "overdraft.type", Invalid::BadFormat, "absolute");
}

#[test]
fn an_unknown_type_of_credential_names_those_that_exist() {
    let json = r#"{"credential": {"type": "dongle"}, "productId": "x", "seatId": "pc-1"}"#;
    assert_error::<ActivateRequest>(json, "credential", Invalid::BadFormat, "activationCode, licensee, openIdToken");
}

#[test]
fn texts_of_the_request_cannot_pass_for_the_readers_words() {
    let (invalid, _) = classify("unknown field `missing field `x``, there are no fields at line 1 column 9");
    assert_eq!(invalid, Invalid::UnknownField);
    assert_eq!(field_error("a", "unknown field `missing field `x``, there are no fields").path, "a");
}

#[test]
fn what_no_rule_knows_is_of_the_wrong_form_and_keeps_its_text() {
    assert_eq!(classify("something new at line 3 column 4"), (Invalid::BadFormat, "something new".to_owned()));
    assert_eq!(classify("number out of range at line 1 column 2").0, Invalid::OutOfRange);
    assert_eq!(classify("invalid length 1, expected 2 elements").0, Invalid::BadFormat);
    assert_eq!(
        classify("unknown: does not exist; give another"),
        (Invalid::Unknown, "does not exist; give another".into())
    );
}

#[test]
fn api_7_a_string_of_the_request_is_not_repeated_in_an_error() {
    let (_, detail) = classify(r#"invalid type: string "my, expected secret", expected u64"#);
    assert_eq!(detail, "give a whole number that is not negative, not a string");
}
