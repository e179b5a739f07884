//! The shapes of the licensing API, which ignores what it does not know (API-1).

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may")]

use chancery_api_types::licensing::*;
use chancery_api_types::wire::Ref;
use chancery_domain::{ProductId, Selector};
use serde_json::{Value, json};

fn request() -> Value {
    json!({
        "credential": {"type": "activationCode", "code": "abcd-efgh"}, "productId": "acme-cad", "editionId": "pro",
        "seatId": "pc-7", "seatName": "PC 7", "releaseDate": "2026-11-21T00:00:00Z", "licenseeSecret": "s3cret",
        "device": {"container": true, "vm": false}
    })
}

#[test]
fn lic_1_an_activation_is_asked_for_as_in_the_shapes() {
    let read: ActivateRequest = serde_json::from_value(request()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), request());
    assert_eq!(read.product_id.0, Selector::Name("acme-cad".into()));
    let shown = format!("{read:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("abcd"), "{shown}");
}

#[test]
fn lic_1_every_type_of_credential_has_its_members() {
    for credential in [
        json!({"type": "activationCode", "code": "A"}),
        json!({"type": "licensee", "number": "L-1001"}),
        json!({"type": "licensee", "number": "L-1001", "name": "Initech"}),
        json!({"type": "openIdToken", "token": "ey"}),
        json!({"type": "password", "username": "bob", "password": "p"}),
    ] {
        let read: Credential = serde_json::from_value(credential.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), credential);
    }
    for refused in [json!({}), json!({"type": "password", "username": "bob"}), json!({"type": "licensee"}), json!("A")]
    {
        assert!(serde_json::from_value::<Credential>(refused.clone()).is_err(), "{refused}");
    }
}

#[test]
fn api_1_unknown_members_of_product_facing_calls_are_ignored() {
    let mut later = request();
    later["inventedLater"] = json!(1);
    later["device"]["inventedLater"] = json!(1);
    later["credential"]["inventedLater"] = json!(1);
    assert_eq!(
        serde_json::from_value::<ActivateRequest>(later.clone()).unwrap(),
        serde_json::from_value::<ActivateRequest>(request()).unwrap()
    );
    assert!(serde_json::from_value::<ValidateRequest>(later).is_ok());
    assert!(serde_json::from_value::<RefreshRequest>(json!({"inventedLater": 1})).is_ok());
    assert!(serde_json::from_value::<FeatureRequest>(json!({"amount": 1, "inventedLater": 1})).is_ok());
}

#[test]
fn a_validation_needs_no_seat_id() {
    let mut without = request();
    without.as_object_mut().unwrap().remove("seatId");
    assert!(serde_json::from_value::<ActivateRequest>(without.clone()).is_err());
    assert_eq!(serde_json::from_value::<ValidateRequest>(without).unwrap().seat_id, None);
}

#[test]
fn ent_5_a_release_date_is_a_day_or_an_instant() {
    let read = |date: &str| serde_json::from_value::<RefreshRequest>(json!({"releaseDate": date}));
    let day = read("2026-11-21").unwrap().release_date.unwrap().0.0;
    assert_eq!(day, "2026-11-21T00:00:00Z".parse().unwrap());
    assert_eq!(read("2026-11-21T02:00:00+02:00").unwrap().release_date.unwrap().0.0, day);
    for refused in ["21.11.2026", "2026-13-01", "2026-11-21T10:00", "yesterday!", ""] {
        assert!(read(refused).is_err(), "{refused}");
    }
}

#[test]
fn a_reference_is_an_id_or_a_name_and_never_empty() {
    let id = "prod_01m4jx7gd1eb9bvwgxq8w7mmp3";
    assert_eq!(Ref::from(id).0, Selector::<ProductId>::Id(id.parse().unwrap()));
    assert_eq!(Ref::<ProductId>::from(id).to_string(), id);
    for refused in ["", &"x".repeat(101)] {
        assert!(serde_json::from_value::<Ref<ProductId>>(json!(refused)).is_err());
    }
}

#[test]
fn an_answer_to_a_validation_is_written_in_full() {
    let reply = json!({
        "allowed": false, "code": "seats_exhausted",
        "entitlement": {
            "id": "ent_01m4jx7gd1eb9bvwgxq8w7mmp3", "editionId": "ed_01m4jx7gd1eb9bvwgxq8w7mmp3", "sku": "CAD-PRO-Y",
            "status": "grace", "expiry": "2026-11-21T10:00:00Z", "graceEnd": null, "hardStop": null,
            "maintenanceEnd": null
        },
        "features": [], "attributes": [], "seatsAvailable": 0, "verdict": null
    });
    let read: ValidateReply = serde_json::from_value(reply.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), reply);
}
