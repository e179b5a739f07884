//! Trust: root, certificates, revocations, bundles; leases and access tokens that are accepted.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_domain::{ActivationId, CustomerId, OrderId, VendorId};
use chancery_token::{
    AccessClaims, AccessToken, FeaturePeriod, FeatureValue, KeyFault, KeyUse, LeaseClaims, LeaseConfirmation,
    LeaseCustomer, LocalKey, PublicKey, Recipient, SigningKey, TokenError, Trust,
};
use common::{DAY, Vendor, expectation, id, key, now};

const RSA_2048: &[u8] = include_bytes!("data/rsa-2048.pkcs8.der");

fn open(vendor: &Vendor, claims: &LeaseClaims) -> Result<(), TokenError> {
    vendor.trust().open_lease(&vendor.sign_lease(claims), &expectation()).map(|_| ())
}

/// A lease under a certificate that differs from the one in the bundle.
fn under(change: impl FnOnce(&mut chancery_token::CertificateClaims), lease: &LeaseClaims) -> Result<(), TokenError> {
    let vendor = Vendor::new();
    let mut certificate = vendor.certificate_claims();
    change(&mut certificate);
    let lease = lease.sign(&vendor.issuing, &certificate.sign(&vendor.root).unwrap()).unwrap();
    vendor.trust().open_lease(&lease, &expectation()).map(|_| ())
}

#[test]
fn tok_7_a_lease_carries_exact_instants_and_every_member() {
    let vendor = Vendor::new();
    let mut claims = vendor.lease_claims();
    claims.issued.at = now().shifted(-250_000);
    claims.seat.as_mut().unwrap().name = Some("Bench 3".to_owned());
    claims.customer = Some(LeaseCustomer { id: id::<CustomerId>(8), name: "Widget Works".to_owned() });
    claims.confirmation = Some(LeaseConfirmation { jkt: "thumbprint".to_owned() });
    claims.features[0].value = Some(FeatureValue::Switch(true));
    claims.features[0].period = Some(FeaturePeriod { start: Some(now()), end: None });
    claims.features[0].total = None;
    let mut expected = expectation();
    expected.device = Some("thumbprint");
    let opened = vendor.trust().open_lease(&vendor.sign_lease(&claims), &expected).unwrap();
    assert_eq!(opened.kid(), vendor.issuing.kid());
    assert_eq!(opened.expiry, Some(now().shifted(7 * DAY)));
    assert_eq!(opened.into_claims(), claims);
}

#[test]
fn tok_7_the_wire_form_is_that_of_the_table() {
    let claims = Vendor::new().claims();
    assert_eq!(claims["iat"], 1_800_000_000);
    assert_eq!(claims["exp"], 1_800_604_800);
    assert_eq!(claims["leaseExpiry"], "2027-01-22T08:00:00.250000Z");
    assert_eq!(claims["ver"], 1);
    assert_eq!(claims["aud"], common::product().to_string());
    assert_eq!(claims["tolerance"], serde_json::json!({"unit": "day", "count": 2}));
    assert_eq!(claims["ent"]["hardStop"], "2027-01-22T08:00:00.250000Z");
    assert_eq!(claims["ent"]["maintenanceEnd"], serde_json::Value::Null);
    assert!(claims.get("sandbox").is_none());
    let sandbox = serde_json::to_value(Vendor::sandbox().lease_claims()).unwrap();
    assert_eq!(sandbox["sandbox"], true);
}

#[test]
fn tok_7_a_verdict_has_no_seat_and_is_no_lease() {
    let vendor = Vendor::new();
    let mut claims = vendor.lease_claims();
    (claims.activation, claims.seat) = (None, None);
    let (trust, verdict) = (vendor.trust(), vendor.sign_lease(&claims));
    let refused = Err(TokenError::WrongRecipient(Recipient::Seat));
    assert_eq!(trust.open_lease(&verdict, &expectation()), refused);
    assert!(trust.open_verdict(&verdict, &expectation()).is_ok());
    assert_eq!(trust.open_verdict(&vendor.lease(), &expectation()), refused);
}

#[test]
fn key_3_a_certificate_for_another_use_does_not_cover_a_lease() {
    let lease = Vendor::new().lease_claims();
    let refused = Err(TokenError::KeyUnknown(KeyFault::Use));
    assert_eq!(under(|certificate| certificate.uses = vec![KeyUse::Access, KeyUse::Webhook], &lease), refused);
    assert_eq!(under(|certificate| certificate.uses = vec![], &lease), refused);
    assert_eq!(under(|certificate| certificate.uses = vec![KeyUse::Unknown], &lease), refused);
}

#[test]
fn key_3_a_lease_must_be_issued_within_the_certificates_time() {
    let lease = Vendor::new().lease_claims();
    let refused = Err(TokenError::KeyUnknown(KeyFault::Period));
    let second = 1_000_000;
    assert_eq!(under(|certificate| certificate.not_before = now(), &lease), Ok(()));
    assert_eq!(under(|certificate| certificate.not_before = now().shifted(second), &lease), refused);
    assert_eq!(under(|certificate| certificate.until = now(), &lease), refused);
    assert_eq!(under(|certificate| certificate.until = now().shifted(second), &lease), Ok(()));
}

#[test]
fn key_3_a_lease_outlives_the_certificate_that_it_was_issued_under() {
    let vendor = Vendor::new();
    let mut certificate = vendor.certificate_claims();
    certificate.until = now().shifted(DAY);
    let lease = vendor.lease_claims().sign(&vendor.issuing, &certificate.sign(&vendor.root).unwrap()).unwrap();
    let mut expected = expectation();
    expected.now = now().shifted(6 * DAY);
    assert!(vendor.trust().open_lease(&lease, &expected).is_ok());
}

#[test]
fn key_3_a_lease_lives_at_most_as_long_as_its_key_may_grant() {
    let lease = Vendor::new().lease_claims();
    let week = 7 * 86_400;
    let refused = Err(TokenError::KeyUnknown(KeyFault::Lifetime));
    assert_eq!(under(|certificate| certificate.max_lifetime = Some(week), &lease), Ok(()));
    assert_eq!(under(|certificate| certificate.max_lifetime = Some(week - 1), &lease), refused);
}

#[test]
fn key_3_a_lease_without_end_needs_a_certificate_that_says_so() {
    let mut lease = Vendor::new().lease_claims();
    lease.expiry = None;
    let longest = Some(u64::MAX);
    let refused = Err(TokenError::KeyUnknown(KeyFault::Lifetime));
    assert_eq!(under(|certificate| certificate.max_lifetime = longest, &lease), refused);
    assert_eq!(under(|certificate| certificate.max_lifetime = None, &lease), Ok(()));
    assert!(!lease.has_ended(chancery_domain::Timestamp::MAX));
    let json = serde_json::to_value(&lease).unwrap();
    assert!(json.get("exp").is_none() && json.get("leaseExpiry").is_none());
}

#[test]
fn key_3_an_issuer_can_ask_before_it_signs() {
    let trust = Vendor::new().trust();
    let certificate = &trust.certificates()[0];
    let end = |days| Some(now().shifted(days * DAY));
    assert_eq!(certificate.covers(KeyUse::Lease, now(), end(31)), Ok(()));
    assert_eq!(certificate.covers(KeyUse::Lease, now(), end(32)), Err(KeyFault::Lifetime));
    assert_eq!(certificate.covers(KeyUse::Lease, now(), None), Err(KeyFault::Lifetime));
    assert_eq!(certificate.covers(KeyUse::Offline, now(), end(1)), Err(KeyFault::Use));
    assert_eq!(certificate.covers(KeyUse::Lease, now().shifted(60 * DAY), end(61)), Err(KeyFault::Period));
}

#[test]
fn key_2_an_rsa_key_can_sign_what_its_certificate_says() {
    let vendor = Vendor::new();
    let rsa = LocalKey::from_pkcs8(RSA_2048).unwrap();
    let from = now().shifted(-DAY);
    let mut certificate =
        chancery_token::CertificateClaims::new(vendor.issued(from), rsa.public().clone(), from, now().shifted(DAY));
    certificate.uses = vec![KeyUse::Lease];
    certificate.max_lifetime = None;
    let lease = vendor.lease_claims().sign(&rsa, &certificate.sign(&vendor.root).unwrap()).unwrap();
    assert!(vendor.trust().open_lease(&lease, &expectation()).is_ok());
}

#[test]
fn key_5_a_new_key_needs_no_new_bundle() {
    let vendor = Vendor::new();
    let rotated = Vendor { issuing: key(7), ..Vendor::new() };
    assert!(vendor.trust().open_lease(&rotated.lease(), &expectation()).is_ok());
    // Without its certificate in the header, only the keys of the bundle are known.
    let mut header = rotated.header();
    header.as_object_mut().unwrap().remove("chancery_cert").unwrap();
    let bare = rotated.forge(&header, &rotated.claims());
    let unknown = Err(TokenError::KeyUnknown(KeyFault::Unknown));
    assert_eq!(vendor.trust().open_lease(&bare, &expectation()), unknown);
    assert!(rotated.trust().open_lease(&bare, &expectation()).is_ok());
}

#[test]
fn key_5_a_key_may_have_several_certificates_in_the_bundle() {
    let vendor = Vendor::new();
    let mut old = vendor.certificate_claims();
    old.until = now().shifted(-DAY);
    let mut claims = vendor.bundle_claims();
    claims.certificates.insert(0, old.sign(&vendor.root).unwrap());
    let mut header = vendor.header();
    header.as_object_mut().unwrap().remove("chancery_cert").unwrap();
    let bare = vendor.forge(&header, &vendor.claims());
    let open = |claims: &chancery_token::BundleClaims| {
        let trust = Trust::open(&claims.sign(&vendor.root).unwrap(), None, now()).unwrap();
        trust.open_lease(&bare, &expectation()).map(|_| ())
    };
    assert_eq!(open(&claims), Ok(()));
    claims.certificates.truncate(1);
    assert_eq!(open(&claims), Err(TokenError::KeyUnknown(KeyFault::Period)));
}

#[test]
fn key_1_the_root_itself_signs_no_leases() {
    let vendor = Vendor::new();
    let lease = vendor.lease_claims().sign(&vendor.root, &vendor.certificate()).unwrap();
    let unknown = Err(TokenError::KeyUnknown(KeyFault::Unknown));
    assert_eq!(vendor.trust().open_lease(&lease, &expectation()), unknown);
}

#[test]
fn key_5_a_revoked_key_is_refused() {
    let vendor = Vendor::new();
    let mut trust = vendor.trust();
    assert!(trust.open_lease(&vendor.lease(), &expectation()).is_ok());
    trust.update_revocations(&vendor.revocations(5, &["other", vendor.issuing.kid()]), now()).unwrap();
    assert_eq!(trust.open_lease(&vendor.lease(), &expectation()), Err(TokenError::KeyRevoked));
}

#[test]
fn key_5_a_lower_number_than_the_last_seen_is_refused() {
    let vendor = Vendor::new();
    let mut trust = vendor.trust();
    trust.update_revocations(&vendor.revocations(5, &["a"]), now()).unwrap();
    trust.update_revocations(&vendor.revocations(5, &["a"]), now()).unwrap();
    let superseded = Err(TokenError::Superseded { number: 4, seen: 5 });
    assert_eq!(trust.update_revocations(&vendor.revocations(4, &[]), now()), superseded);
    let bundle = vendor.bundle_claims().sign(&vendor.root).unwrap();
    assert_eq!(trust.update(&bundle, now()), superseded);
    assert!(trust.revocations().revokes("a"));
    let forger = Vendor { root: key(8), ..Vendor::new() };
    let unknown = Err(TokenError::KeyUnknown(KeyFault::Unknown));
    assert_eq!(trust.update_revocations(&forger.revocations(9, &[]), now()), unknown);
}

#[test]
fn key_4_a_bundle_tells_vendor_and_addresses() {
    let trust = Vendor::sandbox().trust();
    assert_eq!(trust.vendor_name(), "Acme");
    assert_eq!(trust.anchor().vendor, id::<VendorId>(1));
    assert!(trust.anchor().sandbox);
    assert_eq!(trust.urls()["api"], "https://licenses.example");
    assert_eq!(trust.certificates().len(), 1);
    assert_eq!(trust.revocations().number, 4);
}

#[test]
fn key_4_a_bundle_never_replaces_a_pinned_root() {
    let vendor = Vendor::new();
    let forger = Vendor { root: key(8), ..Vendor::new() };
    let (genuine, forged) =
        (vendor.bundle_claims().sign(&vendor.root).unwrap(), forger.bundle_claims().sign(&forger.root).unwrap());
    let root = vendor.root.public();
    let unknown = TokenError::KeyUnknown(KeyFault::Unknown);
    assert!(Trust::open(&genuine, Some(root), now()).is_ok());
    assert_eq!(Trust::open(&forged, Some(root), now()).unwrap_err(), unknown);
    let mut trust = vendor.trust();
    assert_eq!(trust.update(&forged, now()), Err(unknown.clone()));
    assert_eq!(trust.update(&genuine, now()), Ok(()));
    // A bundle that claims one root and is signed by another.
    let mixed = vendor.bundle_claims().sign(&forger.root).unwrap();
    assert_eq!(Trust::open(&mixed, None, now()).unwrap_err(), unknown);
}

#[test]
fn key_4_a_bundle_with_anything_foreign_in_it_is_refused() {
    let vendor = Vendor::new();
    let forger = Vendor { root: key(8), issuing: key(9), ..Vendor::new() };
    let mut foreign_certificate = vendor.bundle_claims();
    foreign_certificate.certificates.push(forger.certificate());
    let mut foreign_list = vendor.bundle_claims();
    foreign_list.revocations = forger.revocations(9, &[]);
    let mut sandbox_certificate = vendor.bundle_claims();
    sandbox_certificate.certificates.push(Vendor::sandbox().certificate());
    let mut other_vendor = vendor.bundle_claims();
    other_vendor.vendor.id = id::<VendorId>(50);
    for (claims, code) in [
        (foreign_certificate, "token_key_unknown"),
        (foreign_list, "token_key_unknown"),
        (sandbox_certificate, "token_wrong_recipient"),
        (other_vendor, "token_malformed"),
    ] {
        let bundle = claims.sign(&vendor.root).unwrap();
        assert_eq!(Trust::open(&bundle, None, now()).unwrap_err().code(), code);
    }
}

#[test]
fn clk_1_a_sandbox_bundle_does_not_take_the_place_of_a_live_one() {
    let mut trust = Vendor::new().trust();
    let sandbox = Vendor::sandbox();
    let bundle = sandbox.bundle_claims().sign(&sandbox.root).unwrap();
    assert_eq!(trust.update(&bundle, now()), Err(TokenError::WrongRecipient(Recipient::Mode)));
    assert!(!trust.anchor().sandbox);
}

fn access(vendor: &Vendor) -> AccessClaims {
    AccessClaims {
        issued: vendor.issued(now().shifted(-250_000)),
        activation: id::<ActivationId>(3),
        chain: 12,
        order: id::<OrderId>(5),
    }
}

#[test]
fn lic_4_an_access_token_is_opened_with_the_servers_own_key() {
    let vendor = Vendor::new();
    let public = PublicKey::new(vendor.issuing.public().clone()).unwrap();
    let token = access(&vendor).sign(&vendor.issuing).unwrap();
    let opened = AccessToken::open(&token, now(), |kid| (kid == public.kid()).then_some((vendor.id, &public))).unwrap();
    assert_eq!(*opened, access(&vendor));

    let refused = |token: &str, vendor_id: VendorId, known: bool| {
        AccessToken::open(token, now(), |_| known.then_some((vendor_id, &public))).unwrap_err().code()
    };
    assert_eq!(refused(&token, vendor.id, false), "token_key_unknown");
    assert_eq!(refused(&token, id(50), true), "token_wrong_recipient");
    assert_eq!(refused(&vendor.lease(), vendor.id, true), "token_wrong_type");
    let forged = access(&vendor).sign(&key(9)).unwrap();
    assert_eq!(refused(&forged, vendor.id, true), "token_signature_invalid");
    let mut ahead = access(&vendor);
    ahead.issued.at = now().shifted(6 * 60_000_000);
    assert_eq!(refused(&ahead.sign(&vendor.issuing).unwrap(), vendor.id, true), "token_not_yet_valid");
}

#[test]
fn safe_1_the_same_facts_are_signed_to_the_same_bytes() {
    let vendor = Vendor::new();
    assert_eq!(vendor.lease(), vendor.lease());
    assert_eq!(access(&vendor).sign(&vendor.issuing), access(&vendor).sign(&vendor.issuing));
    assert!(open(&vendor, &vendor.lease_claims()).is_ok());
}
