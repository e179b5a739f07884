//! The shapes of local servers and of what they host (EXP-1…7, LLS-4).

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may")]

use chancery_api_types::management::*;
use chancery_domain as domain;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const TIME: &str = "2026-11-21T10:00:00Z";
const MACHINE: &str = "board:40:000102030405060708090a0b0c0d0e0f";

fn id(prefix: &str) -> String {
    format!("{prefix}_01m4jx7gd1eb9bvwgxq8w7mmp3")
}

/// Reads a value and writes it again: it must come back as it was.
#[track_caller]
fn exact<T: Serialize + DeserializeOwned>(given: Value) -> T {
    let read: T = serde_json::from_value(given.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), given);
    read
}

#[track_caller]
fn refused<T: DeserializeOwned>(given: &Value, why: &str) {
    let error = serde_json::from_value::<T>(given.clone()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains(why), "{given}: {error}");
}

fn session() -> Value {
    json!({
        "id": id("sess"), "entitlementId": id("ent"), "localServerId": id("srv"), "number": 2, "whole": false, "seats": 10,
        "features": {"renders": 500}, "seatsHeld": 12, "delegationPeriod": {"unit": "day", "count": 30}, "giveBack": "atOnce",
        "seq": 4, "acknowledgedSeq": 3, "outOfSync": true, "exported": TIME, "lastToken": TIME, "delegationEnd": null,
        "ended": null, "ending": null, "lastReport": TIME, "usage": usage(), "created": TIME, "updated": TIME
    })
}

fn usage() -> Value {
    json!({
        "seatsUsed": 3, "running": 4, "runningUntil": TIME, "features": {"renders": {"used": 7, "since": TIME, "held": 0}},
        "activations": 3, "denials": 1
    })
}

/// The local server of the shapes, and what is known of it besides.
fn server() -> Value {
    json!({
        "id": id("srv"), "name": "dark-1", "customerId": id("cust"), "activationId": id("act"), "active": true, "leaseExpiry": TIME,
        "lost": false, "lostSince": null, "lostReason": null, "lastReport": null, "logRows": null, "logHash": null,
        "entitlements": [id("ent")], "machine": MACHINE, "keyThumbprint": "x", "created": TIME, "updated": TIME
    })
}

#[test]
fn exp_2_exports_are_read_with_all_their_terms_or_with_few() {
    let all: ExportEntitlement = exact(json!({
        "localServerId": id("srv"), "seats": 10, "features": {"renders": 500}, "delegationPeriod": "unlimited",
        "giveBack": "whenDelegationEnds"
    }));
    assert_eq!(all.give_back.unwrap().0, domain::GiveBack::WhenDelegationEnds);
    let few: ExportEntitlement = exact(json!({ "localServerId": id("srv") }));
    assert_eq!((few.seats, few.features.len(), few.delegation_period), (None, 0, None));
    exact::<ExportEntitlementToken>(json!({}));
    exact::<ExportEntitlementToken>(json!({ "localServerId": id("srv"), "seats": 0 }));
    refused::<ExportEntitlement>(&json!({}), "missing field `localServerId`");
    refused::<ExportEntitlement>(&json!({ "localServerId": id("ent") }), "srv_");
    let with = |name: &str, value: Value| json!({ "localServerId": id("srv"), name: value });
    refused::<ExportEntitlement>(&with("seats", json!(null)), "a whole number");
    refused::<ExportEntitlement>(&with("seats", json!(-1)), "out_of_range");
    refused::<ExportEntitlement>(&with("features", json!({ "renders": null })), "a whole number");
    refused::<ExportEntitlement>(&with("giveBack", json!("never")), "atOnce, whenDelegationEnds");
    refused::<ExportEntitlement>(&with("force", json!(true)), "unknown field `force`");
    refused::<ExportEntitlementToken>(&json!({ "giveBack": "atOnce" }), "unknown field `giveBack`");
}

#[test]
fn exp_7_lls_4_imports_are_read_by_token_or_without() {
    let by: ImportEntitlement = serde_json::from_value(json!({ "token": "eyJ" })).unwrap();
    assert_eq!((by.token.unwrap().expose(), by.without_token), ("eyJ", false));
    exact::<ImportEntitlement>(json!({ "withoutToken": true, "localServerId": id("srv"), "reason": "fire" }));
    refused::<ImportEntitlement>(&json!({ "token": null }), "string");
    refused::<ImportEntitlement>(&json!({ "withoutToken": "yes" }), "boolean");
    refused::<ImportEntitlement>(&json!({ "token": "eyJ", "session": id("sess") }), "unknown field `session`");
}

#[test]
fn api_7_a_token_is_not_shown_by_debug() {
    let import: ImportEntitlement = serde_json::from_value(json!({ "token": "eyJ.secret" })).unwrap();
    let report: ReportLocalServer = serde_json::from_value(json!({ "token": "eyJ.secret" })).unwrap();
    assert!(!format!("{import:?} {report:?}").contains("secret"));
}

#[test]
fn lls_4_exp_10_the_vendor_s_commands_to_local_servers_are_read() {
    exact::<DeclareLocalServerLost>(json!({ "reason": "fire" }));
    refused::<DeclareLocalServerLost>(&json!({}), "missing field `reason`");
    exact::<RebindLocalServer>(json!({ "machine": MACHINE }));
    for wrong in ["", "board", "board:40", "board:-1:000102030405060708090a0b0c0d0e0f", &format!("{MACHINE},{MACHINE}")]
    {
        refused::<RebindLocalServer>(&json!({ "machine": wrong }), "chancery local identity");
    }
    exact::<ReportLocalServer>(json!({ "token": "eyJ" }));
    refused::<ReportLocalServer>(&json!({ "token": "eyJ", "x": 1 }), "unknown field `x`");
}

#[test]
fn replies_about_local_servers_are_written_as_in_the_shapes() {
    exact::<LocalServer>(server());
    exact::<ExportedEntitlement>(json!({ "token": "eyJ", "session": session() }));
    let mut ended = session();
    ended["ending"] = json!("lost");
    ended["usage"] = json!(null);
    exact::<ImportedEntitlement>(json!({ "session": ended, "alreadyDone": true }));
    exact::<ReboundLocalServer>(json!({ "token": "eyJ", "localServer": server() }));
    exact::<ReportedLocalServer>(json!({ "localServer": server(), "sessions": [session()], "alreadyDone": false }));
}
