//! Seats that are bound to devices' keys: SEAT-12, TOK-10, on both engines.

use std::sync::Arc;

use chancery_domain::{ActivationStatus, Concurrency, DeviceKeys, Id, Interval, Refusal, SeatId, SecretMode, Selector};
use chancery_operations::activation::{
    Activated, ChainCall, Extension, Release, Validated, Validation, deactivate, refresh, release, validate,
};
use chancery_operations::credential::{self, Credential};
use chancery_operations::device::{self, CallProof};
use chancery_operations::product::{self, ProductEdit};
use chancery_operations::{Context, Error, IdempotencyKey};
use chancery_token::{
    DeviceProofClaims, DpopClaims, Issued, LeaseConfirmation, LeaseExpectation, LocalKey, SigningKey, TokenError, Trust,
};

use crate::fixture::{CODE, Engine, Fixture, Terms};
use crate::on_both_engines;

on_both_engines! {
    seat_12_a_seat_is_bound_to_the_key_that_claims_it,
    seat_12_another_device_waits_for_the_leases_end,
    seat_12_a_node_locked_seat_waits_for_ever,
    seat_12_a_seat_that_was_given_back_or_released_is_open_to_all,
    seat_12_an_unbound_seat_becomes_bound,
    seat_12_a_product_can_require_a_key,
    seat_12_of_many_devices_that_claim_one_seat_id_one_gets_it,
    seat_12_a_retry_tells_again_what_the_lease_was_bound_to,
    tok_10_a_proof_is_used_once,
    tok_10_a_retry_with_its_key_may_bring_its_proof_again,
    tok_10_of_two_calls_with_one_proof_one_is_served,
    tok_10_used_proofs_are_forgotten_when_they_have_ended,
    tok_10_a_proof_agrees_with_its_request,
    tok_10_a_question_uses_a_proof_up_too,
}

const PATH: &str = "/api/v1/activation/refresh";
const SECOND: i64 = 1_000_000;

/// A machine with a key of its own.
pub(crate) struct Device {
    key: LocalKey,
}

impl Device {
    pub(crate) fn new(seed: u8) -> Self {
        Self { key: LocalKey::ed25519_from_seed(&[seed; 32]).unwrap() }
    }

    fn thumbprint(&self) -> Option<String> {
        Some(self.key.kid().to_owned())
    }

    fn claims(&self, fixture: &Fixture, seat: &str, id: &str) -> DeviceProofClaims {
        let vendor = fixture.vendor.id;
        let issued = Issued::new(vendor, fixture.now(), id, false);
        DeviceProofClaims::new(issued, vendor.to_string(), fixture.product.id, seat.to_owned(), &self.key)
    }

    /// A proof with an id of its own.
    fn proof(&self, fixture: &Fixture, seat: &str, id: &str) -> Option<String> {
        Some(self.claims(fixture, seat, id).sign(&self.key).unwrap())
    }

    pub(crate) async fn activate(&self, fixture: &Fixture, seat: &str, id: &str) -> Result<Activated, Error> {
        fixture.activate_with(seat, None, self.proof(fixture, seat, id)).await
    }

    /// The holder's call with the proof that this device makes for it.
    pub(crate) fn call(&self, fixture: &Fixture, held: &Activated, nonce: &str, key: &str) -> (Context, ChainCall) {
        let (context, mut call) = fixture.holder(held, nonce, key, key);
        let address = format!("https://licenses.example{PATH}");
        let (token, at) = (&held.access_token, fixture.now());
        let proof = DpopClaims::new(key.to_owned(), "POST", &address, at, nonce.to_owned(), token);
        call.proof = Some(call_proof(held, proof.sign(&self.key).unwrap()));
        (context, call)
    }
}

pub(crate) fn call_proof(held: &Activated, text: String) -> CallProof {
    let (method, path, access_token) = ("POST".to_owned(), PATH.to_owned(), held.access_token.clone());
    CallProof { text: text.into(), method, path, access_token }
}

fn key_of(activated: &Activated) -> Option<String> {
    activated.view.activation.device_key.as_ref().map(ToString::to_string)
}

#[track_caller]
pub(crate) fn refusal<T>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refused)) => refused.refusal,
        Err(other) => panic!("not a refusal: {other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[track_caller]
pub(crate) fn token_error<T>(result: Result<T, Error>) -> TokenError {
    match result {
        Err(Error::Token { error, .. }) => error,
        Err(other) => panic!("the token was not refused: {other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

async fn edit(fixture: &Fixture, edit: ProductEdit) {
    product::update(&fixture.system, &fixture.admin(), Selector::Id(fixture.product.id), edit).await.unwrap();
}

pub(crate) async fn by_key(fixture: &Fixture) {
    edit(fixture, ProductEdit { secret_mode: Some(SecretMode::Key), ..ProductEdit::default() }).await;
}

pub(crate) async fn ask(
    fixture: &Fixture,
    seat: Option<&str>,
    proof: Option<String>,
    key: &str,
) -> Result<Validated, Error> {
    let credential = Credential::ActivationCode(CODE.to_owned());
    let which = Selector::Id(fixture.product.id);
    let claimant = credential::claimant(&fixture.system, &credential, which, fixture.now()).await?;
    let idempotency = IdempotencyKey::new(CODE.as_bytes(), key, "validate", b"");
    let context =
        Context::new(claimant.caller.actor.clone(), fixture.now(), [5; 32]).with_idempotency(Some(idempotency));
    let asked = Validation {
        claimant,
        edition: None,
        seat_id: seat.map(|seat| SeatId::new(seat).unwrap()),
        release: None,
        secret: None,
        device_proof: proof.map(Into::into),
    };
    validate(&fixture.system, &context, asked).await
}

async fn seat_12_a_seat_is_bound_to_the_key_that_claims_it(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let device = Device::new(21);
    let first = device.activate(&fixture, "host", "1").await.unwrap();
    assert_eq!((first.created, key_of(&first)), (true, device.thumbprint()));
    let again = device.activate(&fixture, "host", "2").await.unwrap();
    assert_eq!((again.created, again.view.activation.id), (false, first.view.activation.id));
    assert_eq!(key_of(&again), device.thumbprint());
    // What the lease says holds away from the server.
    let bundle =
        chancery_operations::vendor::trust_bundle(&fixture.system, fixture.vendor.id, fixture.now(), [8; 32]).await;
    let trust = Trust::open(&bundle.unwrap(), None, fixture.now()).unwrap();
    let online = LeaseExpectation::online(fixture.product.id, fixture.now());
    let lease = trust.open_lease(&again.lease, &LeaseExpectation { device: Some(device.key.kid()), ..online }).unwrap();
    assert_eq!(lease.confirmation, Some(LeaseConfirmation { jkt: device.key.kid().to_owned() }));
    assert_eq!(trust.open_lease(&again.lease, &online).unwrap_err().code(), "token_wrong_recipient");
    // Another device, or none, does not get it, and nothing changes for the one that has it.
    let other = refusal(Device::new(22).activate(&fixture, "host", "3").await);
    let end = again.view.activation.lease.expiry;
    assert_eq!(other, Refusal::SeatHeldByAnotherDevice { until: end });
    assert_eq!(refusal(fixture.activate("host", None).await), other);
    let (context, call) = device.call(&fixture, &again, &again.nonce, "a");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn seat_12_another_device_waits_for_the_leases_end(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (one, other) = (Device::new(21), Device::new(22));
    let first = one.activate(&fixture, "host", "1").await.unwrap();
    fixture.advance(Interval::days(7));
    let second = other.activate(&fixture, "host", "2").await.unwrap();
    assert_eq!((second.created, key_of(&second)), (false, other.thumbprint()));
    assert_eq!(second.view.activation.status(fixture.now()), ActivationStatus::Active);
    // The first has lost it, for refreshing and for claiming.
    let (context, call) = one.call(&fixture, &first, &first.nonce, "a");
    let late = refusal(refresh(&fixture.system, &context, call, Extension::default()).await);
    assert_eq!(late, Refusal::ActivationSuperseded);
    let late = refusal(one.activate(&fixture, "host", "3").await);
    assert!(matches!(late, Refusal::SeatHeldByAnotherDevice { .. }), "{late:?}");
    // A claim without a key unbinds a seat whose lease has ended.
    fixture.advance(Interval::days(7));
    assert_eq!(key_of(&fixture.activate("host", None).await.unwrap()), None);
    assert_eq!(key_of(&one.activate(&fixture, "host", "4").await.unwrap()), one.thumbprint());
}

async fn seat_12_a_node_locked_seat_waits_for_ever(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { concurrency: Concurrency::NodeLocked, ..Terms::default() }).await;
    let device = Device::new(21);
    device.activate(&fixture, "host", "1").await.unwrap();
    fixture.advance(Interval::days(300));
    let other = refusal(Device::new(22).activate(&fixture, "host", "2").await);
    assert_eq!(other, Refusal::SeatHeldByAnotherDevice { until: None });
    assert!(!device.activate(&fixture, "host", "3").await.unwrap().created);
}

async fn seat_12_a_seat_that_was_given_back_or_released_is_open_to_all(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 1, ..Terms::default() }).await;
    let (one, other) = (Device::new(21), Device::new(22));
    let first = one.activate(&fixture, "host", "1").await.unwrap();
    let (context, call) = one.call(&fixture, &first, &first.nonce, "a");
    deactivate(&fixture.system, &context, call).await.unwrap();
    let second = other.activate(&fixture, "host", "2").await.unwrap();
    assert!(second.created);
    // Released, the seat is held while the device may run, and then anybody's; or at once, if the vendor says so.
    let free = Release { free: true, reason: None };
    let held = second.view.activation.id;
    release(&fixture.system, &fixture.admin(), held, Release::default()).await.unwrap();
    let full = refusal(one.activate(&fixture, "host", "3").await);
    assert!(matches!(full, Refusal::SeatsExhausted { .. }), "{full:?}");
    release(&fixture.system, &fixture.admin(), held, free).await.unwrap();
    let third = one.activate(&fixture, "host", "4").await.unwrap();
    assert_eq!((third.created, key_of(&third)), (true, one.thumbprint()));
}

async fn seat_12_an_unbound_seat_becomes_bound(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let device = Device::new(21);
    let unbound = fixture.activate("host", None).await.unwrap();
    assert_eq!(key_of(&unbound), None);
    let bound = device.activate(&fixture, "host", "1").await.unwrap();
    assert_eq!((bound.created, key_of(&bound)), (false, device.thumbprint()));
    let late = refusal(fixture.activate("host", None).await);
    assert!(matches!(late, Refusal::SeatHeldByAnotherDevice { .. }), "{late:?}");
}

async fn seat_12_a_product_can_require_a_key(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let before = fixture.activate("before", None).await.unwrap();
    edit(&fixture, ProductEdit { device_keys: Some(DeviceKeys::Required), ..ProductEdit::default() }).await;
    assert_eq!(refusal(fixture.activate("host", None).await), Refusal::DeviceKeyRequired);
    assert_eq!(ask(&fixture, Some("host"), None, "a").await.unwrap().refusal, Some(Refusal::DeviceKeyRequired));
    assert_eq!(ask(&fixture, None, None, "b").await.unwrap().refusal, None, "nobody in particular");
    Device::new(21).activate(&fixture, "host", "1").await.unwrap();
    // What was given runs on, until it is activated again.
    let (context, call) = fixture.holder(&before, &before.nonce, "c", "");
    refresh(&fixture.system, &context, call, Extension::default()).await.unwrap();
    assert_eq!(refusal(fixture.activate("before", None).await), Refusal::DeviceKeyRequired);
    // It is the first thing that is asked: also where no seat is left.
    assert_eq!(refusal(fixture.activate("third", None).await), Refusal::DeviceKeyRequired);
}

async fn seat_12_of_many_devices_that_claim_one_seat_id_one_gets_it(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 30, ..Terms::default() }).await);
    let claims: Vec<_> = (0..30_u8)
        .map(|number| {
            let fixture = Arc::clone(&fixture);
            tokio::spawn(async move { Device::new(number).activate(&fixture, "host", "1").await })
        })
        .collect();
    let mut won = Vec::new();
    for claim in claims {
        match claim.await.unwrap() {
            Ok(activated) => won.push(activated),
            Err(error) => assert!(matches!(refusal::<()>(Err(error)), Refusal::SeatHeldByAnotherDevice { .. })),
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn seat_12_a_retry_tells_again_what_the_lease_was_bound_to(engine: Engine) {
    let terms = Terms { lease_period: chancery_domain::Period::Limited(hours(6)), ..Terms::default() };
    let fixture = Fixture::new(engine, terms).await;
    let (one, other) = (Device::new(21), Device::new(22));
    let proof = one.proof(&fixture, "host", "1");
    let first = fixture.activate_with("host", Some("a"), proof.clone()).await.unwrap();
    let (context, call) = one.call(&fixture, &first, &first.nonce, "r");
    let refreshed = refresh(&fixture.system, &context, call.clone(), Extension::default()).await.unwrap();
    fixture.advance(hours(7));
    other.activate(&fixture, "host", "2").await.unwrap();
    // The replies are those of then, and the leases not another device's.
    let again = fixture.activate_with("host", Some("a"), proof).await.unwrap();
    assert_eq!((again.lease, again.nonce), (first.lease.clone(), first.nonce.clone()));
    let retried = fixture.holder(&first, &first.nonce, "r", "r").0;
    let again = refresh(&fixture.system, &retried, ChainCall { proof: None, ..call }, Extension::default()).await;
    assert_eq!(again.unwrap().lease, refreshed.lease);
}

fn hours(count: u64) -> Interval {
    Interval::new(chancery_domain::Unit::Hour, count).unwrap()
}

fn minutes(count: u64) -> Interval {
    Interval::new(chancery_domain::Unit::Minute, count).unwrap()
}

async fn tok_10_a_proof_is_used_once(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let device = Device::new(21);
    device.activate(&fixture, "host", "1").await.unwrap();
    assert_eq!(token_error(device.activate(&fixture, "host", "1").await), TokenError::Replayed);
    // The same bytes under an idempotency key of somebody who listened are no retry.
    let proof = device.proof(&fixture, "host", "1");
    assert_eq!(token_error(fixture.activate_with("host", Some("x"), proof).await), TokenError::Replayed);
    // The same id by another key is another proof.
    let other = refusal(Device::new(22).activate(&fixture, "host", "1").await);
    assert!(matches!(other, Refusal::SeatHeldByAnotherDevice { .. }), "{other:?}");
    // Refused by a rule, it is used up all the same.
    assert_eq!(token_error(Device::new(22).activate(&fixture, "host", "1").await), TokenError::Replayed);
    device.activate(&fixture, "host", "2").await.unwrap();
}

async fn tok_10_a_retry_with_its_key_may_bring_its_proof_again(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 1, ..Terms::default() }).await;
    let (one, other) = (Device::new(21), Device::new(22));
    let proof = one.proof(&fixture, "host", "1");
    let first = fixture.activate_with("host", Some("a"), proof.clone()).await.unwrap();
    let again = fixture.activate_with("host", Some("a"), proof.clone()).await.unwrap();
    assert_eq!((&again.lease, &again.nonce, &again.access_token), (&first.lease, &first.nonce, &first.access_token));
    // A refusal is kept nowhere: it is decided again, by the same proof.
    let late = other.proof(&fixture, "second", "1");
    for _ in 0..2 {
        let full = refusal(fixture.activate_with("second", Some("b"), late.clone()).await);
        assert!(matches!(full, Refusal::SeatsExhausted { .. }), "{full:?}");
    }
    let (context, call) = one.call(&fixture, &first, &first.nonce, "d");
    deactivate(&fixture.system, &context, call).await.unwrap();
    assert!(fixture.activate_with("second", Some("b"), late).await.unwrap().created);
    // The receipt comes first: a reply that was lost is told again when the proof has ended.
    fixture.advance(hours(1));
    let again = fixture.activate_with("host", Some("a"), proof.clone()).await.unwrap();
    assert_eq!((again.lease, again.access_token), (first.lease, first.access_token));
    assert!(matches!(token_error(fixture.activate_with("host", Some("c"), proof).await), TokenError::Expired { .. }));
}

async fn tok_10_of_two_calls_with_one_proof_one_is_served(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 30, ..Terms::default() }).await);
    let device = Device::new(21);
    for round in 0..10 {
        let proof = device.proof(&fixture, "host", &format!("round {round}"));
        let calls: Vec<_> = (0..4)
            .map(|number| {
                let (fixture, proof) = (Arc::clone(&fixture), proof.clone());
                let key = format!("{round} {number}");
                tokio::spawn(async move { fixture.activate_with("host", Some(&key), proof).await })
            })
            .collect();
        let mut served = 0;
        for call in calls {
            match call.await.unwrap() {
                Ok(_) => served += 1,
                Err(error) => assert_eq!(token_error::<()>(Err(error)), TokenError::Replayed),
            }
        }
        assert_eq!(served, 1);
    }
}

async fn tok_10_used_proofs_are_forgotten_when_they_have_ended(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let device = Device::new(21);
    device.activate(&fixture, "host", "1").await.unwrap();
    assert_eq!(device::prune(&fixture.system, fixture.now()).await.unwrap(), 0);
    assert_eq!(token_error(device.activate(&fixture, "host", "1").await), TokenError::Replayed);
    let proof = device.proof(&fixture, "host", "2");
    fixture.activate_with("host", None, proof.clone()).await.unwrap();
    fixture.advance(hours(2));
    assert_eq!(device::prune(&fixture.system, fixture.now()).await.unwrap(), 2);
    assert!(matches!(token_error(fixture.activate_with("host", None, proof).await), TokenError::Expired { .. }));
}

fn altered(mut claims: DeviceProofClaims, alter: impl FnOnce(&mut DeviceProofClaims)) -> DeviceProofClaims {
    alter(&mut claims);
    claims
}

async fn tok_10_a_proof_agrees_with_its_request(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let device = Device::new(21);
    let send = |claims: DeviceProofClaims| {
        let text = claims.sign(&device.key).unwrap();
        fixture.activate_with("host", None, Some(text))
    };
    let good = || device.claims(&fixture, "host", "1");
    let code = |result: Result<Activated, Error>| token_error(result).code();
    let now = fixture.now();
    let other = altered(good(), |proof| proof.seat_id = "other".to_owned());
    assert_eq!(code(send(other).await), "token_wrong_recipient");
    let other = altered(good(), |proof| proof.server = "srv_1".to_owned());
    assert_eq!(code(send(other).await), "token_wrong_recipient");
    let other = altered(good(), |proof| proof.product = Id::new(now, [77; 10]));
    assert_eq!(code(send(other).await), "token_wrong_product");
    let other = altered(good(), |proof| proof.issued.vendor = Id::new(now, [77; 10]));
    assert_eq!(code(send(other).await), "token_wrong_recipient");
    let other = altered(good(), |proof| proof.issued.sandbox = true);
    assert_eq!(code(send(other).await), "token_wrong_recipient");
    let early = altered(good(), |proof| proof.issued.at = now.shifted(301 * SECOND));
    assert_eq!(code(send(early).await), "token_not_yet_valid");
    let long = altered(good(), |proof| proof.expiry = now.plus(minutes(11)));
    assert_eq!(code(send(long).await), "token_malformed");
    assert_eq!(code(fixture.activate_with("host", None, Some("x.y.z".to_owned())).await), "token_malformed");
    // None of them used anything up, and nothing was taken.
    assert_eq!(fixture.used().await, (0, 0, 0));
    send(good()).await.unwrap();
}

async fn tok_10_a_question_uses_a_proof_up_too(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (device, other) = (Device::new(21), Device::new(22));
    let proof = device.proof(&fixture, "host", "1");
    assert!(ask(&fixture, Some("host"), proof.clone(), "a").await.unwrap().verdict.is_some());
    assert_eq!(token_error(ask(&fixture, Some("host"), proof.clone(), "b").await), TokenError::Replayed);
    assert_eq!(token_error(fixture.activate_with("host", None, proof.clone()).await), TokenError::Replayed);
    // The same question again, because its answer was lost.
    assert!(ask(&fixture, Some("host"), proof, "a").await.unwrap().verdict.is_some());
    assert!(matches!(ask(&fixture, None, device.proof(&fixture, "host", "2"), "c").await, Err(Error::Invalid(_))));
    // Of a seat that is held, only its device is told that it would get it.
    device.activate(&fixture, "host", "3").await.unwrap();
    assert_eq!(ask(&fixture, Some("host"), device.proof(&fixture, "host", "4"), "d").await.unwrap().refusal, None);
    for proof in [None, other.proof(&fixture, "host", "5")] {
        let told = ask(&fixture, Some("host"), proof, "e").await.unwrap();
        assert!(matches!(told.refusal, Some(Refusal::SeatHeldByAnotherDevice { .. })), "{:?}", told.refusal);
        assert_eq!(told.verdict, None);
    }
}

/// Two servers on one database use up proofs together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tok_10_a_proof_is_used_once_by_two_servers() {
    let one = Fixture::new(Engine::Postgres, Terms::default()).await;
    let two = one.twin().await;
    let device = Device::new(21);
    for round in 0..10 {
        let id = format!("round {round}");
        let both = tokio::join!(device.activate(&one, "host", &id), device.activate(&two, "host", &id));
        let errors: Vec<Error> = [both.0.err(), both.1.err()].into_iter().flatten().collect();
        assert_eq!(errors.len(), 1);
        assert!(matches!(errors[0], Error::Token { error: TokenError::Replayed, .. }), "{errors:?}");
    }
}
