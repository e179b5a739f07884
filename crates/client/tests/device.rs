//! The device's key: it claims the seat, comes with each later call, and is remembered whatever is lost (SEAT-12, SEC-5).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs;
use std::time::Duration;

use chancery_api_types::Code;
use chancery_client::{Activate, Options, StateStore};
use chancery_token::LeaseConfirmation;
use common::faces::Face;
use common::world::{Fault, Seen, busy};
use common::{Scene, request};
use serde_json::Value;

both_faces!(
    seat_12_the_seat_is_claimed_by_a_key_of_this_device,
    seat_12_activating_again_uses_the_same_key_until_the_seat_is_given_back,
    seat_12_a_lost_activation_is_repeated_with_the_same_proof_and_key,
    seat_12_a_crash_after_the_claim_loses_no_key,
    seat_12_another_device_is_refused,
    seat_12_a_lease_for_another_device_is_refused,
    seat_12_a_state_without_a_key_goes_on_and_gets_one,
    seat_12_keys_that_are_damaged_are_an_error_and_activating_replaces_them,
    seat_12_a_server_that_knows_no_keys_is_served,
    sec_5_each_changing_call_proves_the_key,
    sec_5_a_call_that_was_given_up_is_settled_with_a_new_proof,
    tok_10_a_wrong_clock_is_mended_by_the_servers,
    tok_10_a_question_is_asked_by_the_key_of_the_seat,
);

const MINUTE: i64 = 60_000_000;

fn proof(seen: &Seen) -> String {
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    body["deviceProof"].as_str().unwrap().to_owned()
}

/// The files of the state's folder.
fn left(scene: &Scene) -> Vec<String> {
    let name = |file: std::io::Result<fs::DirEntry>| file.unwrap().file_name().into_string().unwrap();
    let mut left: Vec<_> = fs::read_dir(scene.folder.path()).unwrap().map(name).collect();
    left.sort();
    left
}

fn bound(scene: &Scene) -> String {
    scene.server.world().device.clone().unwrap()
}

fn other_place<F: Face>(scene: &Scene) -> F {
    F::open(&scene.server.url, scene.product.clone(), StateStore::in_memory(), scene.options.clone())
}

fn seat_12_the_seat_is_claimed_by_a_key_of_this_device<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.client();
    client.activate(&request()).unwrap();
    let status = client.status().unwrap();
    assert_eq!(status.lease.unwrap().confirmation, Some(LeaseConfirmation { jkt: bound(&scene) }));
    assert!(client.check().unwrap().allowed());
    let seen = scene.server.seen();
    let proof = proof(&seen[0]);
    let header = chancery_token::hash::from_base64url(proof.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(claims["jwk"].get("d"), None, "the private key stays here");
}

fn seat_12_activating_again_uses_the_same_key_until_the_seat_is_given_back<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let first = bound(&scene);
    client.activate(&request()).unwrap();
    assert_eq!(bound(&scene), first);
    client.spend("renders", 1).unwrap();
    client.deactivate().unwrap();
    assert_eq!(left(&scene), ["clock.json", "machine.json", "state.lock"]);
    client.activate(&request()).unwrap();
    assert_ne!(bound(&scene), first, "a fresh key for each activation");
    client.spend("renders", 1).unwrap();
}

fn seat_12_a_lost_activation_is_repeated_with_the_same_proof_and_key<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.client();
    scene.server.script([Fault::LoseRequest, Fault::LoseReply, busy(Code::Starting, 1)]);
    client.activate(&request()).unwrap();
    let seen = scene.server.seen();
    assert_eq!(seen.len(), 4);
    for again in &seen {
        assert_eq!(
            (proof(again), again.header("idempotency-key")),
            (proof(&seen[0]), seen[0].header("idempotency-key"))
        );
    }
    assert_eq!(scene.server.world().proofs.len(), 1);
    client.refresh().unwrap();
}

fn seat_12_a_crash_after_the_claim_loses_no_key<F: Face>() {
    let scene = Scene::new();
    scene.server.script([Fault::LoseReply]);
    assert!(scene.impatient::<F>().activate(&request()).unwrap_err().is_outcome_unknown());
    let first = bound(&scene);
    // The next process knows nothing but the folder.
    let client: F = scene.client();
    assert_eq!(client.check().unwrap().require().unwrap_err().code(), "not_activated");
    assert_eq!(client.refresh().unwrap_err().code(), "not_activated");
    client.activate(&request()).unwrap();
    assert_eq!(bound(&scene), first);
    let seen = scene.server.seen();
    assert_ne!(proof(&seen[0]), proof(&seen[1]), "each claim has a proof of its own");

    // A claim on another seat that fails takes nothing from the seat that is held, nor is its own key lost.
    scene.server.script([busy(Code::StorageUnavailable, 1)]);
    scene.impatient::<F>().activate(&Activate::code("7K2M-9QXT").seat_id("host-2")).unwrap_err();
    assert!(client.check().unwrap().allowed());
    client.spend("renders", 1).unwrap();
    client.deactivate().unwrap();
    assert!(left(&scene).contains(&"keys.json".to_owned()));
    client.activate(&request()).unwrap();
    assert_ne!(bound(&scene), first, "of the seat that was given back no key is left");
}

fn seat_12_another_device_is_refused<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let other: F = other_place(&scene);
    let error = other.activate(&request()).unwrap_err();
    assert_eq!((error.code(), error.is_outcome_unknown()), ("seat_held_by_another_device", false));
    assert!(error.what_to_do().contains("release"), "{}", error.what_to_do());
    assert!(!other.check().unwrap().allowed());
    client.spend("renders", 1).unwrap();
    client.deactivate().unwrap();
    other.activate(&request()).unwrap();
}

fn seat_12_a_lease_for_another_device_is_refused<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    // Somebody took the lease without the key.
    let elsewhere = tempfile::tempdir().unwrap();
    for file in ["state.json", "machine.json"] {
        fs::copy(scene.folder.path().join(file), elsewhere.path().join(file)).unwrap();
    }
    let state = StateStore::from(elsewhere.path());
    let thief = F::open(&scene.server.url, scene.product.clone(), state, scene.options.clone());
    assert_eq!(thief.check().unwrap_err().code(), "token_wrong_recipient");
    assert_eq!(thief.spend("renders", 1).unwrap_err().code(), "licensee_secret_required");
    client.spend("renders", 1).unwrap();
    scene.server.world().spoil = Some(|mut claims| {
        claims.confirmation = Some(LeaseConfirmation { jkt: "another".to_owned() });
        claims
    });
    assert_eq!(client.refresh().unwrap_err().code(), "token_wrong_recipient");
    assert!(client.check().unwrap().allowed(), "the lease that is held goes on");
}

fn seat_12_a_state_without_a_key_goes_on_and_gets_one<F: Face>() {
    let scene = Scene::new();
    scene.server.world().keyless = true;
    let client: F = scene.activated();
    // As a program of before left it.
    fs::remove_file(scene.folder.path().join("keys.json")).unwrap();
    assert!(client.check().unwrap().allowed());
    scene.server.world().keyless = false;
    client.spend("renders", 1).unwrap();
    assert_eq!(scene.server.seen().last().unwrap().header("dpop"), None);
    client.activate(&request()).unwrap();
    let first = bound(&scene);
    client.spend("renders", 1).unwrap();
    client.activate(&request()).unwrap();
    assert_eq!(bound(&scene), first);
}

fn seat_12_keys_that_are_damaged_are_an_error_and_activating_replaces_them<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let file = scene.folder.path().join("keys.json");
    let good = fs::read_to_string(&file).unwrap();
    for damage in [String::new(), good.get(1..).unwrap().to_owned(), good.replace("content", "keys")] {
        fs::write(&file, &damage).unwrap();
        for error in [client.check().unwrap_err(), client.refresh().unwrap_err(), client.deactivate().unwrap_err()] {
            assert_eq!(error.code(), "state_damaged", "{damage}");
        }
        // The seat is bound to the key that is lost, until the vendor frees it.
        scene.server.world().device = None;
        client.activate(&request()).unwrap();
        client.spend("renders", 1).unwrap();
        let aside = scene.folder.path().join("keys.json.damaged");
        assert_eq!(fs::read_to_string(&aside).unwrap(), damage);
        fs::remove_file(aside).unwrap();
        scene.server.world().device = None;
        fs::write(&file, &good).unwrap();
    }
}

fn seat_12_a_server_that_knows_no_keys_is_served<F: Face>() {
    let scene = Scene::new();
    scene.server.world().keyless = true;
    let client: F = scene.activated();
    client.refresh().unwrap();
    client.spend("renders", 1).unwrap();
    assert!(client.check().unwrap().allowed());
    assert_eq!(client.status().unwrap().lease.unwrap().confirmation, None);
    client.deactivate().unwrap();
}

fn sec_5_each_changing_call_proves_the_key<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    client.refresh().unwrap();
    client.checkout("ren/ders", 2).unwrap();
    client.give_back("ren/ders", 1).unwrap();
    client.spend("renders", 1).unwrap();
    let seen = scene.server.seen();
    let mut proofs: Vec<&str> = seen.iter().map(|seen| seen.header("dpop").unwrap()).collect();
    proofs.sort_unstable();
    proofs.dedup();
    assert_eq!(proofs.len(), 4, "one for each call");
    client.state().unwrap();
    client.deactivate().unwrap();
    assert!(scene.server.seen().iter().all(|seen| seen.header("dpop").is_none()), "these turn no nonce");
}

fn sec_5_a_call_that_was_given_up_is_settled_with_a_new_proof<F: Face>() {
    let scene = Scene::new();
    scene.activated::<F>();
    scene.server.script([Fault::LoseRequest]);
    scene.impatient::<F>().spend("renders", 2).unwrap_err();
    // The old proof has ended since.
    let later = scene.server.world().now.shifted(30 * MINUTE);
    scene.server.world().now = later;
    scene.clock.set(later);
    scene.client::<F>().spend("renders", 2).unwrap();
    let seen = scene.server.seen();
    assert_eq!((seen.len(), scene.server.world().spent), (2, 2));
    assert_ne!(seen[0].header("dpop"), seen[1].header("dpop"));
    assert_eq!(seen[0].header("chancery-nonce"), seen[1].header("chancery-nonce"));
    assert_eq!(seen[0].header("idempotency-key"), seen[1].header("idempotency-key"));
}

fn tok_10_a_wrong_clock_is_mended_by_the_servers<F: Face>() {
    let scene = Scene::new();
    // This machine is an hour ahead.
    scene.clock.set(scene.server.world().now.shifted(60 * MINUTE));
    let client: F = scene.client();
    client.activate(&request()).unwrap();
    client.spend("renders", 1).unwrap();
    client.validate(&request()).unwrap();
    let lines: Vec<String> = scene.server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines.len(), 6, "each of them twice: {lines:?}");
    assert_eq!(scene.server.world().spent, 1);
    // But not for ever: a server whose own clock runs away is not followed.
    scene.server.world().spoil = None;
    let away = Options { patience: Duration::ZERO, ..scene.options.clone() };
    let client = F::open(&scene.server.url, scene.product.clone(), scene.state(), away);
    let refused = || {
        let mut answer = chancery_api_types::Problem::of(Code::TokenExpired);
        answer = answer.with("now", "2040-01-01T00:00:00Z");
        let body = serde_json::to_string(&answer).unwrap();
        Fault::Instead(common::world::Answer { status: 422, headers: Vec::new(), body })
    };
    scene.server.script([refused(), refused()]);
    assert_eq!(client.spend("renders", 1).unwrap_err().code(), "token_expired");
    assert_eq!(scene.server.seen().len(), 2);
    assert_eq!(client.status().unwrap().unsettled, None);
    client.spend("renders", 1).unwrap();
}

fn tok_10_a_question_is_asked_by_the_key_of_the_seat<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    client.validate(&request()).unwrap();
    client.validate(&Activate::code("7K2M-9QXT")).unwrap();
    scene.server.script([Fault::LoseReply]);
    other_place::<F>(&scene).validate(&request()).unwrap_err();
    let seen = scene.server.seen();
    let kid = |seen: &Seen| {
        let proof = proof(seen);
        chancery_token::Unverified::parse(&proof).unwrap().kid().to_owned()
    };
    assert_eq!(kid(&seen[0]), bound(&scene));
    assert!(!seen[1].body.contains("deviceProof"), "nobody in particular asks");
    assert_ne!(kid(&seen[2]), bound(&scene));
    assert!(seen[2].header("idempotency-key").is_some());
}
