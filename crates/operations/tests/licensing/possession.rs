//! Later calls that prove the key of the device to which the seat is bound: SEC-5, on both engines.

use chancery_domain::{Key, Refusal};
use chancery_operations::activation::{ChainCall, Extension, checkout, deactivate, refresh};
use chancery_operations::device::CallProof;
use chancery_operations::{Context, Error, Refused};

use crate::device::{Device, ask, by_key, call_proof, refusal, token_error};
use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;

on_both_engines! {
    sec_5_each_later_call_proves_the_key,
    sec_5_a_refused_proof_turns_nothing,
    sec_5_in_other_modes_a_proof_that_comes_is_checked,
    sec_5_a_seat_without_a_key_is_activated_again,
}

async fn sec_5_each_later_call_proves_the_key(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    by_key(&fixture).await;
    let device = Device::new(21);
    assert_eq!(refusal(fixture.activate("host", None).await), Refusal::LicenseeSecretRequired);
    assert_eq!(ask(&fixture, Some("host"), None, "q").await.unwrap().refusal, Some(Refusal::LicenseeSecretRequired));
    let held = device.activate(&fixture, "host", "1").await.unwrap();
    let (context, call) = device.call(&fixture, &held, &held.nonce, "a");
    let refreshed = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    let (context, call) = device.call(&fixture, &held, &refreshed.nonce, "b");
    let pool = Key::new("pool").unwrap();
    let taken = checkout(&fixture.system, &context, call, pool.clone(), quantity(1)).await.unwrap();
    let (context, call) = fixture.holder(&held, &taken.nonce, "c", "c");
    let without = refusal(checkout(&fixture.system, &context, call, pool.clone(), quantity(1)).await);
    assert_eq!(without, Refusal::LicenseeSecretRequired);
    let (context, call) = Device::new(22).call(&fixture, &held, &taken.nonce, "d");
    let another = refusal(checkout(&fixture.system, &context, call, pool, quantity(1)).await);
    assert_eq!(another, Refusal::LicenseeSecretMismatch);
    // A seat is given back without a proof: nobody shall be stuck with it.
    let (context, call) = fixture.holder(&held, &taken.nonce, "e", "e");
    deactivate(&fixture.system, &context, call).await.unwrap();
}

async fn sec_5_a_refused_proof_turns_nothing(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    by_key(&fixture).await;
    let (device, thief) = (Device::new(21), Device::new(22));
    let held = device.activate(&fixture, "host", "1").await.unwrap();
    let go = async |(context, call): (Context, ChainCall)| {
        refresh(&fixture.system, &context, call, Extension::default()).await
    };
    // A thief has token and nonce, but not the key.
    let refused = match go(thief.call(&fixture, &held, &held.nonce, "a")).await {
        Err(Error::Refused(refused)) => *refused,
        other => panic!("{other:?}"),
    };
    let Refused { refusal: why, nonce } = refused;
    assert_eq!((why, nonce), (Refusal::LicenseeSecretMismatch, None));
    assert_eq!(refusal(go(fixture.holder(&held, &held.nonce, "b", "b")).await), Refusal::LicenseeSecretRequired);
    let (context, mut call) = device.call(&fixture, &held, &held.nonce, "c");
    call.proof = Some(call_proof(&held, "x".to_owned()));
    assert_eq!(token_error(go((context, call)).await).code(), "token_malformed");
    let stale = device.call(&fixture, &held, "another nonce", "d").1.proof;
    let (context, mut call) = device.call(&fixture, &held, &held.nonce, "d");
    call.proof = stale;
    assert_eq!(token_error(go((context, call)).await).code(), "token_wrong_recipient");
    // The holder's nonce is still the current one.
    let refreshed = go(device.call(&fixture, &held, &held.nonce, "e")).await.unwrap();
    // And an old one of the holder is a clone's, whatever key it shows.
    assert_eq!(refusal(go(device.call(&fixture, &held, &held.nonce, "f")).await), Refusal::CloneDetected);
    go(device.call(&fixture, &held, &refreshed.nonce, "g")).await.unwrap();
    // Whoever was refused for the key stands in the log of the seat.
    let filter = chancery_operations::LogFilter::default();
    let page = chancery_operations::PageRequest { limit: 100, ..Default::default() };
    let admin = fixture.admin();
    let log = chancery_operations::activation::log(&fixture.system, &admin, fixture.entitlement, filter, page).await;
    let codes: Vec<String> = log.unwrap().items.into_iter().filter_map(|entry| entry.note.code).collect();
    assert!(codes.iter().any(|code| code == "licensee_secret_mismatch"), "{codes:?}");
}

async fn sec_5_in_other_modes_a_proof_that_comes_is_checked(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (device, thief) = (Device::new(21), Device::new(22));
    let held = device.activate(&fixture, "host", "1").await.unwrap();
    let go = async |(context, call): (Context, ChainCall)| {
        refresh(&fixture.system, &context, call, Extension::default()).await
    };
    let another = refusal(go(thief.call(&fixture, &held, &held.nonce, "a")).await);
    assert_eq!(another, Refusal::SeatHeldByAnotherDevice { until: held.view.activation.lease.expiry });
    let next = go(device.call(&fixture, &held, &held.nonce, "b")).await.unwrap().nonce;
    // Without one it works: curl has no key.
    let next = go(fixture.holder(&held, &next, "c", "c")).await.unwrap().nonce;
    let (context, mut call) = device.call(&fixture, &held, &next, "d");
    call.proof = call.proof.map(|proof| CallProof { method: "DELETE".to_owned(), ..proof });
    assert_eq!(token_error(go((context, call)).await).code(), "token_wrong_recipient");
    go(device.call(&fixture, &held, &next, "e")).await.unwrap();
}

async fn sec_5_a_seat_without_a_key_is_activated_again(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let device = Device::new(21);
    let held = fixture.activate("host", None).await.unwrap();
    by_key(&fixture).await;
    let go = async |(context, call): (Context, ChainCall)| {
        refresh(&fixture.system, &context, call, Extension::default()).await
    };
    assert_eq!(refusal(go(fixture.holder(&held, &held.nonce, "a", "a")).await), Refusal::LicenseeSecretRequired);
    // The key that a later call brings is nobody's: only an activation registers one.
    let unknown = refusal(go(device.call(&fixture, &held, &held.nonce, "b")).await);
    assert_eq!(unknown, Refusal::LicenseeSecretRequired);
    let held = device.activate(&fixture, "host", "1").await.unwrap();
    go(device.call(&fixture, &held, &held.nonce, "c")).await.unwrap();
}
