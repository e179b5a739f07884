//! TOK-8, SEAT-6, SAFE-1: what products get from a local server, and until when.

use chancery_domain::*;
use chancery_operations::activation::{self, Validation};
use chancery_operations::credential::{self, Credential};
use chancery_operations::{Context, Error, vendor};
use chancery_token::LeaseExpectation;

use crate::dark::Dark;
use crate::fixture::{CODE, Engine, Terms, quantity};
use crate::machine::{refusal, terms};
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    tok_8_no_lease_outlives_the_delegation,
    exp_9_each_lease_has_the_next_serial_and_a_retry_the_same,
    seat_6_what_a_local_server_gives_is_believed_by_the_bundle_alone,
    feat_3_features_are_taken_here_alone,
    lic_1_accounts_are_not_known_here,
    tok_8_a_validation_is_answered_with_a_verdict_that_is_believed,
    key_5_a_delegation_by_a_revoked_key_gives_nothing,
);

async fn tok_8_no_lease_outlives_the_delegation(engine: Engine) {
    let leases = Terms { lease_period: Period::Limited(Interval::days(20)), ..terms(2) };
    let of = Vendor::with(engine, leases).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let until = dark.hosted(&of).await.delegation.until.unwrap();
    of.advance(Interval::days(15));
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    assert_eq!(held.view.activation.lease.expiry, Some(until), "cut at its end");
    of.believes(&held.lease).await.unwrap();

    of.advance(Interval::days(15));
    let ended = refusal(dark.claim(&of, "pc-2", None).await);
    assert_eq!(ended, Refusal::DelegationEnded { since: until, seq: 1 });
    let ended = refusal(dark.refresh(&of, &held, &held.nonce, None).await);
    assert!(matches!(ended, Refusal::DelegationEnded { .. }));
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    dark.claim(&of, "pc-2", None).await.unwrap();
}

async fn exp_9_each_lease_has_the_next_serial_and_a_retry_the_same(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let serial = |lease: chancery_token::Lease| lease.host.as_ref().unwrap().serial;
    let first = dark.claim(&of, "pc-1", Some("k-1")).await.unwrap();
    let second = dark.claim(&of, "pc-2", None).await.unwrap();
    let again = dark.claim(&of, "pc-1", Some("k-1")).await.unwrap();
    assert_eq!(serial(of.believes(&first.lease).await.unwrap()), 1);
    assert_eq!(serial(of.believes(&second.lease).await.unwrap()), 2);
    assert_eq!(again.lease, first.lease, "told again as it was");
    of.advance(Interval::days(1));
    let refreshed = dark.refresh(&of, &second, &second.nonce, None).await.unwrap();
    assert_eq!(serial(of.believes(&refreshed.lease).await.unwrap()), 3);

    let (context, call) = dark.holder(&of, &first, &first.nonce, "same");
    let one = activation::refresh(&dark.system, &context, call.clone(), Default::default()).await.unwrap();
    let other = activation::refresh(&dark.system, &context, call, Default::default()).await.unwrap();
    assert_eq!(one.lease, other.lease);
    assert_eq!(serial(of.believes(&one.lease).await.unwrap()), 4);
}

async fn seat_6_what_a_local_server_gives_is_believed_by_the_bundle_alone(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    let here = of.activate("pc-9", None).await.unwrap();
    let trust = of.trust().await;
    let expected = LeaseExpectation::online(of.product.id, of.now());
    assert!(trust.open_lease(&held.lease, &expected).unwrap().host.is_some());
    assert!(trust.open_lease(&here.lease, &expected).unwrap().host.is_none());
    let served = vendor::trust_bundle(&dark.system, of.vendor.id, of.now(), [1; 32]).await.unwrap();
    chancery_token::Trust::open(&served, None, of.now()).unwrap().open_lease(&held.lease, &expected).unwrap();
    vendor::jwks(&dark.system, of.vendor.id).await.unwrap();
    // Each server knows its own access tokens, and no other's.
    let elsewhere = credential::access_token(&dark.system, &here.access_token, of.now()).await;
    assert!(matches!(elsewhere, Err(Error::Unauthenticated(_))));
    let own = credential::access_token(&dark.system, &held.access_token, of.now()).await.unwrap();
    assert_eq!(own.activation, held.view.activation.id);
}

async fn feat_3_features_are_taken_here_alone(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    let (context, call) = dark.holder(&of, &held, &held.nonce, "take");
    let pool = Key::new("pool").unwrap();
    let taken = activation::checkout(&dark.system, &context, call, pool, quantity(3)).await.unwrap();
    assert_eq!(taken.feature.active, quantity(3));
    let reported = dark.reports(&of).await;
    let usage = reported.sessions[0].session.usage.as_ref().unwrap();
    assert_eq!(usage.feature(&Key::new("pool").unwrap()).unwrap().held, quantity(3));
}

async fn lic_1_accounts_are_not_known_here(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let account = Credential::Password { username: "a@example.com".to_owned(), password: "x".to_owned() };
    let product = Selector::Name("acme-cad".to_owned());
    let refused = credential::claimant(&dark.system, &account, product, of.now()).await;
    assert!(matches!(refused, Err(Error::CredentialNotAvailableHere)));
}

async fn tok_8_a_validation_is_answered_with_a_verdict_that_is_believed(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let credential = Credential::ActivationCode(CODE.to_owned());
    let product = Selector::Name("acme-cad".to_owned());
    let claimant = credential::claimant(&dark.system, &credential, product, of.now()).await.unwrap();
    let context = Context::new(claimant.caller.actor.clone(), of.now(), [3; 32]);
    let question =
        Validation { claimant, edition: None, seat_id: None, release: None, secret: None, device_proof: None };
    let answer = activation::validate(&dark.system, &context, question).await.unwrap();
    assert_eq!(answer.seats_available, quantity(3));
    let expected = LeaseExpectation::online(of.product.id, of.now());
    of.trust().await.open_verdict(&answer.verdict.unwrap(), &expected).unwrap();
}

async fn key_5_a_delegation_by_a_revoked_key_gives_nothing(engine: Engine) {
    use chancery_operations::{local, offline, signing_key};
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    let license = dark.status(&of).await.license.unwrap();
    let keys = signing_key::list(&of.system, &of.admin(), Default::default()).await.unwrap();
    let revoked = [KeyPurpose::Issuing, KeyPurpose::Lasting];
    for key in keys.items.iter().filter(|key| revoked.contains(&key.key.purpose)) {
        signing_key::rotate(&of.system, &of.admin(), key.key.purpose).await.unwrap();
        signing_key::revoke(&of.system, &of.admin(), key.key.id).await.unwrap();
    }
    // A newer bundle tells of it: what the key signed counts no more.
    let bundle = vendor::trust_bundle(&of.system, of.vendor.id, of.now(), [6; 32]).await.unwrap();
    chancery_operations::local::update_trust(&dark.system, &dark.admin(&of), &bundle).await.unwrap();
    for seat in ["pc-1", "pc-2"] {
        assert!(matches!(refusal(dark.claim(&of, seat, None).await), Refusal::DelegationEnded { .. }));
    }
    let revoked = LocalStanding::NotActive(NotActiveReason::LicenseRevoked);
    assert_eq!(dark.status(&of).await.standing, revoked, "its own license is by that key too");
    let token = dark.token(&of, None).await;
    dark.import(&of, &token).await.unwrap();
    assert_eq!(dark.hosted(&of).await.view.seats_used, 1, "what was refused left nothing behind");
    let held = dark.claim(&of, "pc-2", None).await.unwrap();
    of.believes(&held.lease).await.unwrap();
    let refresh = offline::refresh(&of.system, &of.admin(), license.activation).await.unwrap();
    let refreshed = local::license::refresh(&dark.system, &dark.admin(&of), &refresh.token).await.unwrap();
    assert!(refreshed.standing.is_active());
}
