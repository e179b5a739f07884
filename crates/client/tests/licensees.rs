//! The licensee secret and the licensee's number, as the SDK brings them (SEC-1, LIC-1).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use chancery_api_types::{Code, Problem};
use chancery_client::{Activate, Secret};
use common::Scene;
use common::faces::Face;
use common::world::{Answer, Fault};
use serde_json::{Value, json};

both_faces!(
    sec_1_every_validating_call_brings_the_secret_of_the_options,
    sec_1_a_refresh_that_was_refused_for_the_secret_keeps_its_nonce,
    lic_1_a_licensee_claims_by_its_number
);

fn bodies(scene: &Scene) -> Vec<Value> {
    scene.server.seen().iter().map(|seen| serde_json::from_str(&seen.body).unwrap_or_default()).collect()
}

fn sec_1_every_validating_call_brings_the_secret_of_the_options<F: Face>() {
    let mut scene = Scene::new();
    scene.options.licensee_secret = Some(Secret::from("hush"));
    let client: F = scene.client();
    let wanted = || Activate::code("7K2M-9QXT").seat_id("host-1");
    client.validate(&wanted()).unwrap();
    client.activate(&wanted()).unwrap();
    client.refresh().unwrap();
    client.checkout("export", 1).unwrap();
    let secrets: Vec<Value> = bodies(&scene).iter().map(|body| body["licenseeSecret"].clone()).collect();
    assert_eq!(secrets, [json!("hush"), json!("hush"), json!("hush"), json!(null)]);
    client.activate(&wanted().licensee_secret("another")).unwrap();
    assert_eq!(bodies(&scene)[0]["licenseeSecret"], "another");
    assert!(!format!("{:?}", scene.options).contains("hush"));
}

fn sec_1_a_refresh_that_was_refused_for_the_secret_keeps_its_nonce<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let problem = serde_json::to_string(&Problem::of(Code::LicenseeSecretMismatch)).unwrap();
    let refused = Answer { status: 403, headers: Vec::new(), body: problem };
    scene.server.script([Fault::Instead(refused)]);
    assert_eq!(client.refresh().unwrap_err().code(), "licensee_secret_mismatch");
    client.refresh().unwrap();
    let seen = scene.server.seen();
    assert_eq!(seen[0].header("chancery-nonce"), seen[1].header("chancery-nonce"));
    assert_ne!(seen[0].header("idempotency-key"), seen[1].header("idempotency-key"));
}

fn lic_1_a_licensee_claims_by_its_number<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.client();
    client.activate(&Activate::licensee("INITECH-1").seat_id("host-1")).unwrap();
    let named = Activate::licensee("INITECH-1").customer_name("Initech Ltd.").seat_id("host-1");
    client.validate(&named).unwrap();
    let credentials: Vec<Value> = bodies(&scene).iter().map(|body| body["credential"].clone()).collect();
    assert_eq!(credentials[0], json!({ "type": "licensee", "number": "INITECH-1" }));
    assert_eq!(credentials[1], json!({ "type": "licensee", "number": "INITECH-1", "name": "Initech Ltd." }));
    let wrong = client.validate(&Activate::licensee("INITECH-1").customer_name(" ").seat_id("host-1"));
    assert_eq!(wrong.unwrap_err().code(), "validation_failed");
}
