//! Delegations, and the leases that local servers issue by them: one test per check of TOK-8.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_domain::{EntitlementId, LeaseMark, LocalServerId, ProductId, Timestamp, VendorId};
use chancery_token::{
    CertificateClaims, Delegation, DelegationClaims, DelegationFault, Ended, Fault, Issued, KeyFault, KeyUse, Lease,
    LeaseClaims, LeaseExpectation, Recipient, SigningKey, TokenError, Tolerance, Trust,
};
use common::hosting::*;
use common::offline::{device_seal, second};
use common::{DAY, Vendor, expectation, id, key, now, product, sign_raw};
use proptest::prelude::*;
use serde_json::{Value, json};

fn malformed(fault: Fault) -> TokenError {
    TokenError::Malformed(fault)
}

fn undelegated(fault: DelegationFault) -> TokenError {
    TokenError::KeyUnknown(KeyFault::Delegation(fault))
}

fn open(text: &str) -> Result<Lease, TokenError> {
    trust(&Vendor::new()).open_lease(text, &expectation())
}

/// A lease of the server under a delegation and with claims that differ.
fn lease(delegation: impl FnOnce(&mut DelegationClaims), change: impl FnOnce(&mut LeaseClaims)) -> String {
    let vendor = Vendor::new();
    let (mut delegated, mut claims) = (delegation_claims(&vendor), delegated_claims(&vendor));
    delegation(&mut delegated);
    claims.delegation = Some(delegate(&vendor, &delegated));
    change(&mut claims);
    claims.sign_delegated(&server_key()).unwrap()
}

fn refusal(delegation: impl FnOnce(&mut DelegationClaims), change: impl FnOnce(&mut LeaseClaims)) -> TokenError {
    open(&lease(delegation, change)).unwrap_err()
}

/// A lease of the server with one claim changed, or without it.
fn claim_with(name: &str, value: Value) -> Result<Lease, TokenError> {
    let mut claims = json!(delegated_claims(&Vendor::new()));
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name).unwrap();
    } else {
        claims[name] = value;
    }
    open(&by_server(&claims))
}

fn delegation(claims: &Value) -> Result<Delegation, TokenError> {
    let vendor = Vendor::new();
    let header = json!({"alg": "Ed25519", "kid": vendor.issuing.kid(), "typ": "chancery-delegation+jwt",
                        "chancery_cert": certificate(&vendor)});
    trust(&vendor).open_delegation(&sign_raw(&vendor.issuing, &header.to_string(), &claims.to_string()), now())
}

#[test]
fn tok_8_a_lease_of_a_local_server_opens_with_the_root_alone() {
    let vendor = Vendor::new();
    let mut bundle = vendor.bundle_claims();
    bundle.certificates.clear();
    let bundle = bundle.sign(&vendor.root).unwrap();
    let trust = Trust::open(&bundle, Some(vendor.root.public()), now()).unwrap();
    let opened = trust.open_lease(&lease(|_| {}, |_| {}), &expectation()).unwrap();
    assert_eq!(opened.kid(), server_key().kid());
    assert_eq!(opened.host.as_ref().map(|host| (host.id, host.epoch, host.serial)), Some((server(), 2, 30)));
    // A verdict has no seat.
    let verdict = lease(|_| {}, |lease| (lease.activation, lease.seat) = (None, None));
    assert!(trust.open_verdict(&verdict, &expectation()).is_ok());
    assert_eq!(trust.open_lease(&verdict, &expectation()).unwrap_err(), TokenError::WrongRecipient(Recipient::Seat));
}

#[test]
fn tok_8_a_host_without_a_delegation_and_the_reverse() {
    assert_eq!(claim_with("host", Value::Null).unwrap_err(), malformed(Fault::Contradiction));
    // Nobody vouches for the key of a server that shows no delegation.
    assert_eq!(claim_with("delegation", Value::Null).unwrap_err(), TokenError::KeyUnknown(KeyFault::Unknown));
    let vendor = Vendor::new();
    let of_vendor = |claims: &LeaseClaims| open(&claims.sign(&vendor.issuing, &certificate(&vendor)).unwrap());
    let full = delegated_claims(&vendor);
    assert_eq!(
        of_vendor(&LeaseClaims { delegation: None, ..full.clone() }).unwrap_err(),
        malformed(Fault::Contradiction)
    );
    // The vendor's own key is not the one that was delegated to.
    assert_eq!(of_vendor(&full).unwrap_err(), undelegated(DelegationFault::Key));
    for other in [json!(1), json!([]), json!({}), json!(true)] {
        assert_eq!(claim_with("delegation", other).unwrap_err(), malformed(Fault::Claims));
    }
    assert_eq!(claim_with("delegation", json!("x")).unwrap_err(), malformed(Fault::Parts));
    let certificate = TokenError::WrongType { expected: "chancery-delegation+jwt" };
    assert_eq!(claim_with("delegation", json!(vendor.certificate())).unwrap_err(), certificate);
}

#[test]
fn tok_8_by_another_key_than_the_delegations() {
    let claims = delegated_claims(&Vendor::new());
    let by = |key: &dyn SigningKey| open(&claims.sign_delegated(key).unwrap()).unwrap_err();
    assert_eq!(by(&key(53)), undelegated(DelegationFault::Key));
    let header = server_header("chancery-lease+jwt").to_string();
    let stolen = sign_raw(&key(53), &header, &json!(claims).to_string());
    assert_eq!(open(&stolen).unwrap_err(), TokenError::SignatureInvalid);
}

#[test]
fn tok_8_of_another_server() {
    let other: LocalServerId = id(14);
    assert_eq!(refusal(|it| it.server = other, |_| {}), undelegated(DelegationFault::Server));
    assert_eq!(refusal(|_| {}, |it| it.host.as_mut().unwrap().id = other), undelegated(DelegationFault::Server));
}

#[test]
fn tok_8_of_another_product_or_entitlement() {
    let (other_product, other): (ProductId, EntitlementId) = (id(99), id(98));
    assert_eq!(refusal(|it| it.product = other_product, |_| {}), undelegated(DelegationFault::Product));
    assert_eq!(refusal(|_| {}, |it| it.product = other_product), undelegated(DelegationFault::Product));
    assert_eq!(refusal(|it| it.entitlement = other, |_| {}), undelegated(DelegationFault::Entitlement));
    assert_eq!(refusal(|_| {}, |it| it.entitlement.id = other), undelegated(DelegationFault::Entitlement));
    // Both for another product: it is rightly delegated, and for somebody else.
    let error = refusal(|it| it.product = other_product, |it| it.product = other_product);
    assert_eq!(error, TokenError::WrongProduct);
}

#[test]
fn tok_8_a_seat_beyond_those_delegated() {
    let number = |number: u64| open(&lease(|_| {}, |it| it.seat.as_mut().unwrap().number = number));
    assert!(number(1).is_ok() && number(7).is_ok());
    for beyond in [0, 8, u64::MAX] {
        assert_eq!(number(beyond).unwrap_err(), undelegated(DelegationFault::Seats), "{beyond}");
    }
    assert_eq!(refusal(|it| it.seats = 6, |_| {}), undelegated(DelegationFault::Seats));
    assert_eq!(refusal(|it| it.seats = 0, |_| {}), undelegated(DelegationFault::Seats));
}

#[test]
fn tok_8_a_lease_that_outlives_its_delegation() {
    let end = now().shifted(7 * DAY);
    assert!(open(&lease(|it| it.expiry = Some(end), |_| {})).is_ok());
    let outlived = undelegated(DelegationFault::Outlived);
    // On the microsecond, though they are in one second.
    assert_eq!(refusal(|it| it.expiry = Some(end.shifted(-1)), |_| {}), outlived);
    assert_eq!(refusal(|_| {}, |it| it.expiry = None), outlived);
}

#[test]
fn tok_8_a_lease_without_end_needs_a_delegation_without_end() {
    let vendor = Vendor::new();
    let mut lasting = vendor.certificate_claims();
    (lasting.uses, lasting.max_lifetime) = (vec![KeyUse::Export], None);
    let delegated = DelegationClaims { expiry: None, ..delegation_claims(&vendor) };
    let delegated = delegated.sign(&vendor.issuing, &lasting.sign(&vendor.root).unwrap()).unwrap();
    let claims = LeaseClaims { delegation: Some(delegated), expiry: None, ..delegated_claims(&vendor) };
    assert!(open(&claims.sign_delegated(&server_key()).unwrap()).is_ok());
    let ends = LeaseClaims { expiry: Some(now().shifted(900 * DAY)), ..claims };
    assert!(open(&ends.sign_delegated(&server_key()).unwrap()).is_ok());
    // The vendor's key must be allowed such a delegation (KEY-3).
    assert_eq!(refusal(|it| it.expiry = None, |_| {}), TokenError::KeyUnknown(KeyFault::Lifetime));
}

#[test]
fn tok_8_a_lease_that_was_issued_after_the_delegations_end() {
    let vendor = Vendor::new();
    let mut delegated = delegation_claims(&vendor);
    delegated.issued.at = second().shifted(-2 * DAY);
    delegated.expiry = Some(second().shifted(-DAY));
    let mut claims = delegated_claims(&vendor);
    claims.delegation = Some(delegate(&vendor, &delegated));
    claims.expiry = delegated.expiry;
    let ended = LeaseExpectation { ended: Ended::Opened, ..expectation() };
    let open = |claims: &LeaseClaims| trust(&vendor).open_lease(&claims.sign_delegated(&server_key()).unwrap(), &ended);
    assert_eq!(open(&claims).unwrap_err(), undelegated(DelegationFault::Ended));
    claims.issued.at = second().shifted(-DAY);
    assert!(open(&claims).is_ok());
}

#[test]
fn tok_8_an_ended_lease_is_opened_only_for_whoever_asks_so() {
    let text = lease(|_| {}, |_| {});
    let at = now().shifted(7 * DAY);
    let expected = LeaseExpectation { now: at, ..expectation() };
    let trust = trust(&Vendor::new());
    assert_eq!(trust.open_lease(&text, &expected).unwrap_err(), TokenError::Expired { at });
    assert!(trust.open_lease(&text, &LeaseExpectation { ended: Ended::Opened, ..expected }).is_ok());
    // Long after the delegation and the certificate have ended, too.
    let later = LeaseExpectation { now: now().shifted(900 * DAY), ended: Ended::Opened, ..expected };
    assert!(trust.open_lease(&text, &later).unwrap().has_ended(later.now));
}

#[test]
fn tok_8_another_vendor_or_mode() {
    let other: VendorId = id(77);
    let vendor = TokenError::WrongRecipient(Recipient::Vendor);
    assert_eq!(refusal(|_| {}, |it| it.issued = Issued::new(other, now(), "t", false)), vendor);
    assert_eq!(refusal(|it| it.issued = Issued::new(other, now(), "t", false), |_| {}), vendor);
    let mode = TokenError::WrongRecipient(Recipient::Mode);
    assert_eq!(refusal(|_| {}, |it| it.issued.sandbox = true), mode);
    assert_eq!(refusal(|it| it.issued.sandbox = true, |_| {}), mode);
}

#[test]
fn tok_8_revoked_keys() {
    let vendor = Vendor::new();
    for kid in [vendor.issuing.kid(), server_key().kid()] {
        let mut trust = trust(&vendor);
        trust.update_revocations(&vendor.revocations(9, &[kid]), now()).unwrap();
        let error = trust.open_lease(&lease(|_| {}, |_| {}), &expectation()).unwrap_err();
        assert_eq!(error, TokenError::KeyRevoked);
    }
}

#[test]
fn tok_8_a_delegation_by_a_key_that_may_not_delegate() {
    let vendor = Vendor::new();
    let under = |certificate: &CertificateClaims, root: u8| {
        let delegated = delegation_claims(&vendor).sign(&vendor.issuing, &certificate.sign(&key(root)).unwrap());
        let claims = LeaseClaims { delegation: Some(delegated.unwrap()), ..delegated_claims(&vendor) };
        open(&claims.sign_delegated(&server_key()).unwrap())
    };
    let mut good = vendor.certificate_claims();
    good.uses = vec![KeyUse::Export];
    assert!(under(&good, 1).is_ok());
    let fault = |change: fn(&mut CertificateClaims)| {
        let mut certificate = good.clone();
        change(&mut certificate);
        match under(&certificate, 1) {
            Err(TokenError::KeyUnknown(fault)) => fault,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(fault(|it| it.uses = vec![KeyUse::Lease]), KeyFault::Use);
    assert_eq!(fault(|it| it.until = second()), KeyFault::Period);
    assert_eq!(fault(|it| it.max_lifetime = Some(30 * 86_400 - 1)), KeyFault::Lifetime);
    assert_eq!(under(&good, 8).unwrap_err(), TokenError::KeyUnknown(KeyFault::Unknown));
    // A server delegates to itself, or to another.
    let own = delegation_claims(&vendor).sign(&server_key(), &certificate(&vendor)).unwrap();
    let claims = LeaseClaims { delegation: Some(own), ..delegated_claims(&vendor) };
    let error = open(&claims.sign_delegated(&server_key()).unwrap()).unwrap_err();
    assert_eq!(error, TokenError::KeyUnknown(KeyFault::Unknown));
}

#[test]
fn tok_8_a_delegation_whose_key_is_not_the_one_it_names() {
    let with = |name: &str, value: Value| {
        let mut claims = json!(delegation_claims(&Vendor::new()));
        claims[name] = value;
        delegation(&claims).map(|_| ()).unwrap_err()
    };
    assert_eq!(with("sub", json!(key(53).kid())), malformed(Fault::Contradiction));
    assert_eq!(with("jwk", json!(key(53).public())), malformed(Fault::Contradiction));
    assert_eq!(with("jwk", json!(device_seal().public())), malformed(Fault::Algorithm));
    let mut private = json!(server_key().public());
    private["d"] = json!("AAAA");
    assert_eq!(with("jwk", private), malformed(Fault::Claims));
}

#[test]
fn tok_8_a_delegation_that_ends_before_it_begins() {
    let mut claims = json!(delegation_claims(&Vendor::new()));
    (claims["exp"], claims["delegationExpiry"]) = (claims["iat"].clone(), json!(second().to_string()));
    assert_eq!(delegation(&claims).unwrap_err(), malformed(Fault::Contradiction));
    // Its two ends are one.
    claims["delegationExpiry"] = json!(now().shifted(DAY).to_string());
    assert_eq!(delegation(&claims).unwrap_err(), malformed(Fault::Claims));
    claims.as_object_mut().unwrap().remove("delegationExpiry");
    assert_eq!(delegation(&claims).unwrap_err(), malformed(Fault::Claims));
}

#[test]
fn tok_3_claims_of_a_delegation_that_are_missing_or_of_a_wrong_type() {
    let good = json!(delegation_claims(&Vendor::new()));
    assert!(delegation(&good).is_ok());
    for name in good.as_object().unwrap().keys() {
        let (mut without, mut other) = (good.clone(), good.clone());
        without.as_object_mut().unwrap().remove(name);
        other[name] = json!([1]);
        assert_eq!(delegation(&without).unwrap_err(), malformed(Fault::Claims), "without {name}");
        assert_eq!(delegation(&other).unwrap_err(), malformed(Fault::Claims), "{name}");
    }
    let mut newer = good;
    newer["ver"] = json!(2);
    assert_eq!(delegation(&newer).unwrap_err(), TokenError::VersionUnsupported { version: 2 });
}

#[test]
fn tok_3_a_delegation_from_the_future() {
    let vendor = Vendor::new();
    let text = delegate(&vendor, &delegation_claims(&vendor));
    let open = |now: Timestamp| trust(&vendor).open_delegation(&text, now);
    // It was carried to the server, however the lease came here.
    assert!(open(second().shifted(-DAY)).is_ok());
    assert_eq!(open(second().shifted(-DAY - 1)).unwrap_err(), TokenError::NotYetValid { issued: second() });
    let claims = delegated_claims(&vendor).sign_delegated(&server_key()).unwrap();
    let expected = |tolerance| LeaseExpectation { now: second().shifted(-DAY), tolerance, ..expectation() };
    assert!(trust(&vendor).open_lease(&claims, &expected(Tolerance::CarriedFromVendor)).is_ok());
    assert_eq!(
        trust(&vendor).open_lease(&claims, &expected(Tolerance::Online)).unwrap_err(),
        TokenError::NotYetValid { issued: second() }
    );
}

/// The most that features and attributes take in a lease leaves room for the delegation.
#[test]
fn tok_3_the_longest_lease_has_room_for_its_delegation() {
    let text = lease(
        |_| {},
        |it| {
            it.attributes[0].value = Some("x".repeat(40_000));
            let seat = it.seat.as_mut().unwrap();
            (seat.id, seat.name) = ("ä".repeat(128), Some("ä".repeat(200)));
        },
    );
    assert!(open(&text).is_ok());
    let mut carried = delegated_claims(&Vendor::new());
    carried.attributes[0].value = Some("x".repeat(22_000));
    assert!(carried.sign_delegated(&server_key()).unwrap().len() < 36 * 1024);
}

#[test]
fn tok_5_every_refusal_of_a_delegated_lease_says_what_is_wrong() {
    use DelegationFault::{Ended, Entitlement, Key, Outlived, Product, Seats, Server};
    let mut words: Vec<String> = [Key, Server, Product, Entitlement, Seats, Ended, Outlived]
        .into_iter()
        .map(|fault| {
            assert_eq!(undelegated(fault).code(), "token_key_unknown");
            undelegated(fault).to_string()
        })
        .collect();
    assert!(words.iter().all(|word| word.contains("delegation")));
    words.sort();
    words.dedup();
    assert_eq!(words.len(), 7);
}

#[test]
fn tok_3_no_flipped_bit_of_a_delegated_lease_is_accepted() {
    let (trust, text) = (trust(&Vendor::new()), lease(|_| {}, |_| {}));
    for position in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[position] ^= 1 << (position % 7);
        let altered = String::from_utf8(bytes).unwrap();
        assert!(trust.open_lease(&altered, &expectation()).is_err(), "byte {position}");
    }
}

proptest! {
    /// What is accepted is within what was delegated, whatever the two say; and all that is within it is accepted.
    #[test]
    fn tok_8_what_is_accepted_was_delegated(
        seats in 0..4_u64, number in 0..5_u64, ends in -1..4_i64, expires in 1..4_i64,
        same_server: bool, same_entitlement: bool,
    ) {
        let ends = now().shifted(ends * DAY);
        let text = lease(
            |it| {
                (it.seats, it.expiry) = (seats, Some(ends));
                it.issued.at = second().shifted(-3 * DAY);
                it.server = if same_server { server() } else { id(14) };
            },
            |it| {
                it.expiry = Some(now().shifted(expires * DAY));
                it.seat.as_mut().unwrap().number = number;
                it.entitlement.id = if same_entitlement { entitlement() } else { id(98) };
            },
        );
        let within = same_server && same_entitlement && (1..=seats).contains(&number)
            && now().shifted(expires * DAY) <= ends;
        prop_assert_eq!(open(&text).is_ok(), within);
    }

    #[test]
    fn tok_8_a_delegation_is_read_back_as_it_was_written(seats: u64, ends in prop::option::of(1..30 * DAY), number: u8) {
        let vendor = Vendor::new();
        let mut lasting = vendor.certificate_claims();
        (lasting.uses, lasting.max_lifetime) = (vec![KeyUse::Export], None);
        let claims = DelegationClaims {
            seats,
            expiry: ends.map(|micros| now().shifted(micros)),
            entitlement: id(number),
            product: product(),
            ..delegation_claims(&vendor)
        };
        let text = claims.sign(&vendor.issuing, &lasting.sign(&vendor.root).unwrap()).unwrap();
        prop_assert_eq!(trust(&vendor).open_delegation(&text, now()).unwrap().into_claims(), claims);
    }
}

#[test]
fn exp_9_what_a_text_says_of_its_mark_is_read_without_belief() {
    let shown = lease(|_| {}, |_| {});
    assert_eq!(Lease::says_mark(&shown), Some(LeaseMark { epoch: 2, serial: 30 }));
    let forged = format!("{}.AAAA", shown.rsplit_once('.').unwrap().0);
    assert_eq!(Lease::says_mark(&forged), Lease::says_mark(&shown), "who believes it must open it");
    let vendors = Vendor::new().lease();
    for other in ["", "a.b.c", "x", vendors.as_str(), shown.rsplit_once('.').unwrap().0.rsplit_once('.').unwrap().0] {
        assert_eq!(Lease::says_mark(other), None, "{other}");
    }
}
