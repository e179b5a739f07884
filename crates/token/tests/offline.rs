//! The tokens of offline activation: for whom they are, from when, by which key; and nothing altered passes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_domain::{ActivationId, Timestamp, VendorId};
use chancery_token::{
    Fault, KeyFault, KeyUse, OfflineDeactivation, OfflineReply, OfflineRequest, OpeningKey, Recipient, SigningKey,
    TokenError, Trust,
};
use common::offline::*;
use common::{DAY, Vendor, id, key, now, sign_raw};
use proptest::prelude::*;
use serde_json::{Value, json};

const HOUR: i64 = DAY / 24;
const RESPONSE: &str = "chancery-offline-response+jwt";

fn malformed(fault: Fault) -> TokenError {
    TokenError::Malformed(fault)
}

fn recipient(whose: Recipient) -> TokenError {
    TokenError::WrongRecipient(whose)
}

fn request_at(text: &str, now: Timestamp) -> Result<OfflineRequest, TokenError> {
    OfflineRequest::open(text, &[&receiving()], &expected(now))
}

fn deactivation_at(text: &str, now: Timestamp) -> Result<OfflineDeactivation, TokenError> {
    OfflineDeactivation::open(text, &[&receiving()], &expected(now))
}

fn reply_at(text: &str, now: Timestamp) -> Result<OfflineReply, TokenError> {
    trust(&Vendor::new()).open_offline_reply(text, &device_seal(), now)
}

fn request(text: &str) -> TokenError {
    request_at(text, now()).unwrap_err()
}

fn deactivation(text: &str) -> TokenError {
    deactivation_at(text, now()).unwrap_err()
}

fn reply(text: &str) -> TokenError {
    reply_at(text, now()).unwrap_err()
}

/// Claims signed by the device's key, rightly sealed.
fn of_device(typ: &str, claims: &Value) -> String {
    let header = json!({"alg": "Ed25519", "kid": device().kid(), "typ": typ});
    reseal(&sign_raw(&device(), &header.to_string(), &claims.to_string()), &receiving())
}

/// Claims signed by the vendor's key, rightly sealed.
fn of_vendor(typ: &str, claims: &Value) -> String {
    let vendor = Vendor::new();
    let cert = offline_certificate(&vendor);
    let header = json!({"alg": "Ed25519", "kid": vendor.issuing.kid(), "typ": typ, "chancery_cert": cert});
    reseal(&sign_raw(&vendor.issuing, &header.to_string(), &claims.to_string()), &device_seal())
}

/// Each kind: its `typ`, good claims, who signs and seals them, and who opens the token.
type Kind = (&'static str, Value, fn(&str, &Value) -> String, fn(&str) -> TokenError);

fn kinds() -> [Kind; 4] {
    let vendor = Vendor::new();
    [
        ("chancery-offline-request+jwt", serde_json::to_value(request_claims(&vendor)).unwrap(), of_device, request),
        (
            "chancery-offline-deactivation+jwt",
            serde_json::to_value(deactivation_claims(&vendor)).unwrap(),
            of_device,
            deactivation,
        ),
        (RESPONSE, serde_json::to_value(response_claims(&vendor)).unwrap(), of_vendor, reply),
        ("chancery-offline-refresh+jwt", serde_json::to_value(refresh_claims(&vendor)).unwrap(), of_vendor, reply),
    ]
}

/// What each kind is refused for when one claim is another.
fn each_with(name: &str, value: &Value) -> [TokenError; 4] {
    kinds().map(|(typ, mut claims, sealed, refusal)| {
        claims[name] = value.clone();
        refusal(&sealed(typ, &claims))
    })
}

#[test]
fn tok_3_another_type() {
    let [request_typ, deactivation_typ, response_typ, refresh_typ] = kinds().map(|(typ, ..)| typ);
    let other = |expected| TokenError::WrongType { expected };
    for (typ, claims, sealed, refusal) in kinds() {
        let expected = if typ == refresh_typ { response_typ } else { typ };
        assert_eq!(refusal(&sealed("chancery-lease+jwt", &claims)), other(expected));
        assert_eq!(refusal(&sealed("JWT", &claims)), other(expected));
        // A signed token that nobody sealed.
        assert_eq!(refusal(&Vendor::new().lease()), malformed(Fault::Parts));
    }
    // One kind for the other, of the same signer and to the same recipient.
    let vendor = Vendor::new();
    assert_eq!(request(&seal_deactivation(&deactivation_claims(&vendor))), other(request_typ));
    assert_eq!(deactivation(&seal_request(&request_claims(&vendor))), other(deactivation_typ));
}

#[test]
fn tok_3_another_vendor_or_mode() {
    let other: VendorId = id(77);
    for error in each_with("iss", &json!(other.to_string())) {
        assert_eq!(error, recipient(Recipient::Vendor));
    }
    // CLK-1: sandbox and live are never taken for each other.
    for error in each_with("sandbox", &json!(true)) {
        assert_eq!(error, recipient(Recipient::Mode));
    }
    let sandbox = Vendor::sandbox();
    let live = trust(&Vendor::new()).open_offline_reply(
        &seal_response(&sandbox, &response_claims(&sandbox)),
        &device_seal(),
        now(),
    );
    assert_eq!(live.unwrap_err(), recipient(Recipient::Mode));
}

#[test]
fn tok_2_who_opened_a_token_does_not_seal_it_to_another() {
    let [of_request, of_deactivation, of_response, of_refresh] = each_with("aud", &json!(opening(50).kid()));
    assert_eq!((of_request, of_deactivation), (recipient(Recipient::Vendor), recipient(Recipient::Vendor)));
    assert_eq!((of_response, of_refresh), (recipient(Recipient::Device), recipient(Recipient::Device)));
    // Sealed to somebody else, who is named rightly.
    let vendor = Vendor::new();
    let sealed = response_claims(&vendor).seal(
        &vendor.issuing,
        &offline_certificate(&vendor),
        &sealing(&opening(50)),
        &mut entropy(),
    );
    assert_eq!(reply(&sealed.unwrap()), recipient(Recipient::Device));
}

#[test]
fn tok_3_issued_in_the_future() {
    let vendor = Vendor::new();
    let (of_device, of_vendor) = (second().shifted(-48 * HOUR), second().shifted(-24 * HOUR));
    let early = || TokenError::NotYetValid { issued: second() };
    let text = seal_request(&request_claims(&vendor));
    assert!(request_at(&text, of_device).is_ok());
    assert_eq!(request_at(&text, of_device.shifted(-1)).unwrap_err(), early());
    let text = seal_deactivation(&deactivation_claims(&vendor));
    assert!(deactivation_at(&text, of_device).is_ok());
    assert_eq!(deactivation_at(&text, of_device.shifted(-1)).unwrap_err(), early());
    for text in [seal_response(&vendor, &response_claims(&vendor)), seal_refresh(&vendor, &refresh_claims(&vendor))] {
        assert!(reply_at(&text, of_vendor).is_ok());
        assert_eq!(reply_at(&text, of_vendor.shifted(-1)).unwrap_err(), early());
    }
    // They have no end of their own: how old a request may be, the vendor says (OFF-4).
    assert!(request_at(&seal_request(&request_claims(&vendor)), now().shifted(900 * DAY)).is_ok());
    assert!(reply_at(&seal_response(&vendor, &response_claims(&vendor)), now().shifted(900 * DAY)).is_ok());
}

#[test]
fn tok_3_claims_that_are_missing_or_of_a_wrong_type() {
    let optional = ["editionId", "seatName", "licenseeSecret", "releaseDate", "device", "revocations"];
    for (typ, claims, sealed, refusal) in kinds() {
        for name in claims.as_object().unwrap().keys() {
            let mut without = claims.clone();
            without.as_object_mut().unwrap().remove(name);
            if !optional.contains(&name.as_str()) {
                assert_eq!(refusal(&sealed(typ, &without)), malformed(Fault::Claims), "{typ} without {name}");
            }
            let mut other = claims.clone();
            other[name] = json!([1]);
            assert_eq!(refusal(&sealed(typ, &other)), malformed(Fault::Claims), "{typ}: {name}");
        }
        let mut newer = claims.clone();
        newer["ver"] = json!(2);
        assert_eq!(refusal(&sealed(typ, &newer)), TokenError::VersionUnsupported { version: 2 });
    }
    for (typ, mut claims, sealed, refusal) in kinds().into_iter().skip(1) {
        claims["seq"] = json!(-1);
        assert_eq!(refusal(&sealed(typ, &claims)), malformed(Fault::Claims));
    }
}

#[test]
fn tok_3_optional_claims_of_a_request_may_be_missing() {
    let [(typ, mut claims, sealed, _), ..] = kinds();
    for name in ["editionId", "seatName", "licenseeSecret", "releaseDate", "device"] {
        claims.as_object_mut().unwrap().remove(name).unwrap();
    }
    let request = request_at(&sealed(typ, &claims), now()).unwrap();
    assert_eq!((&request.edition, &request.licensee_secret, request.device.vm), (&None, &None, false));
}

#[test]
fn off_4_the_keys_in_a_request_are_those_of_its_signer() {
    let [(typ, claims, sealed, _), ..] = kinds();
    let with = |name: &str, jwk: Value| {
        let mut claims = claims.clone();
        claims["deviceKeys"][name] = jwk;
        request(&sealed(typ, &claims))
    };
    assert_eq!(with("sign", json!(key(9).public())), TokenError::SignatureInvalid);
    assert_eq!(with("sign", json!(device_seal().public())), malformed(Fault::Algorithm));
    assert_eq!(with("seal", json!(device().public())), malformed(Fault::Claims));
    let mut private = json!(device_seal().public());
    private["d"] = json!("AAAA");
    assert_eq!(with("seal", private), malformed(Fault::Claims));
    assert_eq!(with("sign", Value::Null), malformed(Fault::Claims));
    // Signed by another than the one that it names.
    let header = json!({"alg": "Ed25519", "kid": device().kid(), "typ": typ}).to_string();
    let stolen = sign_raw(&key(9), &header, &claims.to_string());
    assert_eq!(request(&reseal(&stolen, &receiving())), TokenError::SignatureInvalid);
}

#[test]
fn off_9_a_deactivation_shows_the_key_that_signed_it() {
    let vendor = Vendor::new();
    let mut claims = deactivation_claims(&vendor);
    claims.jwk = key(9).public().clone();
    assert_eq!(deactivation(&seal_deactivation(&claims)), TokenError::SignatureInvalid);
    let by_another = claims.seal(&key(9), &sealing(&receiving()), &mut entropy()).unwrap();
    // Possession is all that is proved: that it is not the activation's device, the record says.
    assert_eq!(deactivation_at(&by_another, now()).unwrap().kid(), key(9).kid());
}

#[test]
fn key_3_a_reply_needs_a_key_that_may_sign_replies() {
    let vendor = Vendor::new();
    let claims = response_claims(&vendor);
    let under = |certificate: &str| {
        reply(&claims.seal(&vendor.issuing, certificate, &sealing(&device_seal()), &mut entropy()).unwrap())
    };
    assert_eq!(under(&vendor.certificate()), TokenError::KeyUnknown(KeyFault::Use));
    let mut ended = vendor.certificate_claims();
    (ended.uses, ended.until) = (vec![KeyUse::Offline], now().shifted(-DAY));
    assert_eq!(under(&ended.sign(&vendor.root).unwrap()), TokenError::KeyUnknown(KeyFault::Period));
    assert_eq!(under(&ended.sign(&key(8)).unwrap()), TokenError::KeyUnknown(KeyFault::Unknown));
    // A receiving key signs nothing, whatever its certificate.
    let header = json!({"alg": "Ed25519", "kid": receiving().kid(), "typ": RESPONSE}).to_string();
    let signed = sign_raw(&vendor.issuing, &header, &serde_json::to_string(&claims).unwrap());
    assert_eq!(reply(&reseal(&signed, &device_seal())), TokenError::KeyUnknown(KeyFault::Use));
    // A device's own key neither.
    let own = claims.seal(&device(), &vendor.certificate(), &sealing(&device_seal()), &mut entropy()).unwrap();
    assert_eq!(reply(&own), TokenError::KeyUnknown(KeyFault::Unknown));
}

#[test]
fn key_5_a_list_in_a_reply_counts_before_the_reply() {
    let vendor = Vendor::new();
    let mut claims = response_claims(&vendor);
    claims.revocations = Some(vendor.revocations(5, &[vendor.issuing.kid()]));
    assert_eq!(reply(&seal_response(&vendor, &claims)), TokenError::KeyRevoked);
    claims.revocations = Some(vendor.revocations(5, &["another"]));
    let text = seal_response(&vendor, &claims);
    let mut trust = trust(&vendor);
    let opened = trust.open_offline_reply(&text, &device_seal(), now()).unwrap();
    trust.update_revocations(opened.revocations().unwrap(), now()).unwrap();
    assert!(trust.revocations().revokes("another"));
    // An older list in a token that comes late takes nothing back, and does no harm.
    trust.update_revocations(&vendor.revocations(6, &["another"]), now()).unwrap();
    let opened = trust.open_offline_reply(&text, &device_seal(), now()).unwrap();
    let older = trust.update_revocations(opened.revocations().unwrap(), now());
    assert_eq!(older.unwrap_err(), TokenError::Superseded { number: 5, seen: 6 });
    // What is known already counts too.
    trust.update_revocations(&vendor.revocations(7, &[vendor.issuing.kid()]), now()).unwrap();
    assert_eq!(trust.open_offline_reply(&text, &device_seal(), now()).unwrap_err(), TokenError::KeyRevoked);
}

#[test]
fn key_5_a_list_in_a_reply_that_is_not_the_roots() {
    let vendor = Vendor::new();
    let mut claims = refresh_claims(&vendor);
    let forger = Vendor { root: key(8), ..Vendor::new() };
    for (list, error) in [
        (forger.revocations(9, &[]), TokenError::KeyUnknown(KeyFault::Unknown)),
        (vendor.lease(), TokenError::WrongType { expected: "chancery-revocations+jwt" }),
        ("x".to_owned(), malformed(Fault::Parts)),
    ] {
        claims.revocations = Some(list);
        assert_eq!(reply(&seal_refresh(&vendor, &claims)), error);
    }
}

#[test]
fn key_4_the_receiving_key_is_the_newest_that_counts() {
    let vendor = Vendor::new();
    let kid = |trust: &Trust, now| trust.receiving_key(now).map(|key| key.kid().to_owned());
    let both = trust(&vendor);
    assert_eq!(kid(&both, now()).as_deref(), Some(receiving().kid()));
    // Before the newest began, the one that then counted; where none does, the newest.
    assert_eq!(kid(&both, now().shifted(-30 * DAY)).as_deref(), Some(retired().kid()));
    assert_eq!(kid(&both, now().shifted(900 * DAY)).as_deref(), Some(receiving().kid()));
    assert_eq!(kid(&both, now().shifted(-900 * DAY)).as_deref(), Some(receiving().kid()));
    let mut revoking = both.clone();
    revoking.update_revocations(&vendor.revocations(9, &[receiving().kid()]), now()).unwrap();
    assert_eq!(kid(&revoking, now()).as_deref(), Some(retired().kid()));
    revoking.update_revocations(&vendor.revocations(10, &[receiving().kid(), retired().kid()]), now()).unwrap();
    assert_eq!(kid(&revoking, now()), None);
    // A key that signs receives nothing, and an X25519 key without the use neither.
    assert_eq!(kid(&vendor.trust(), now()), None);
}

/// Whether a text opens as its kind.
type Opens = fn(&str) -> bool;

/// Every kind as it is, and whether some text of it opens.
fn tokens() -> [(String, Opens); 4] {
    let vendor = Vendor::new();
    [
        (seal_request(&request_claims(&vendor)), |text| request_at(text, now()).is_ok()),
        (seal_deactivation(&deactivation_claims(&vendor)), |text| deactivation_at(text, now()).is_ok()),
        (seal_response(&vendor, &response_claims(&vendor)), |text| reply_at(text, now()).is_ok()),
        (seal_refresh(&vendor, &refresh_claims(&vendor)), |text| reply_at(text, now()).is_ok()),
    ]
}

#[test]
fn tok_3_no_flipped_bit_of_a_sealed_token_is_accepted() {
    for (text, _) in &tokens()[..2] {
        // Opened by one key that is parsed once: each bit costs an agreement.
        let (key, expected) = (receiving(), expected(now()));
        let keys: [&OpeningKey; 1] = [&key];
        for position in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                let altered = String::from_utf8(bytes).unwrap();
                assert!(OfflineRequest::open(&altered, &keys, &expected).is_err(), "bit {bit} of byte {position}");
                assert!(OfflineDeactivation::open(&altered, &keys, &expected).is_err(), "bit {bit} of byte {position}");
            }
        }
    }
    let (trust, key) = (trust(&Vendor::new()), device_seal());
    let (text, _) = &tokens()[2];
    for position in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[position] ^= 1 << (position % 7);
        let altered = String::from_utf8(bytes).unwrap();
        assert!(trust.open_offline_reply(&altered, &key, now()).is_err(), "byte {position}");
    }
}

#[test]
fn tok_3_no_two_tokens_are_one() {
    for (text, opens) in tokens() {
        assert!(opens(&text));
        for other in
            [format!("{text}{text}"), format!("{text}.{text}"), format!("{text}\n{text}"), text[1..].to_owned()]
        {
            assert!(!opens(&other));
        }
        for (position, _) in text.match_indices('.') {
            assert!(!opens(&text[..position]), "{position}");
        }
        // Parts in another order.
        let parts: Vec<&str> = text.split('.').collect();
        for (a, b) in [(0, 3), (1, 2), (2, 4), (3, 4)] {
            let mut swapped = parts.clone();
            swapped.swap(a, b);
            assert!(!opens(&swapped.join(".")), "{a} and {b}");
        }
    }
}

proptest! {
    #[test]
    fn tok_2_a_request_is_read_back_as_it_was_written(
        seat in ".{1,128}", name in prop::option::of(".{0,40}"), secret in prop::option::of(".{0,64}"), seed: [u8; 32],
    ) {
        let mut claims = request_claims(&Vendor::new());
        (claims.seat_id, claims.seat_name, claims.licensee_secret) = (seat, name, secret);
        let mut entropy = chancery_token::Entropy::new(seed);
        let text = claims.seal(&device(), &sealing(&receiving()), &mut entropy).unwrap();
        prop_assert_eq!(request_at(&text, now()).unwrap().into_claims(), claims);
    }

    #[test]
    fn tok_2_a_refresh_is_read_back_as_it_was_written(number: u8, seq: u64, seed: [u8; 32]) {
        let vendor = Vendor::new();
        let mut claims = refresh_claims(&vendor);
        (claims.activation, claims.seq) = (id::<ActivationId>(number), seq);
        let mut entropy = chancery_token::Entropy::new(seed);
        let cert = offline_certificate(&vendor);
        let text = claims.seal(&vendor.issuing, &cert, &sealing(&device_seal()), &mut entropy).unwrap();
        let reply = reply_at(&text, now()).unwrap();
        prop_assert!(matches!(&reply, OfflineReply::Refresh(refresh) if **refresh == claims));
    }

    #[test]
    fn tok_3_any_other_text_of_a_sealed_token_is_not_accepted(
        kind in 0..4_usize, position: prop::sample::Index, other: u8, length: prop::sample::Index,
    ) {
        let (text, opens) = &tokens()[kind];
        prop_assert!(!opens(&text[..length.index(text.len())]));
        let mut bytes = text.clone().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = other & 0x7f;
        let altered = String::from_utf8(bytes).unwrap();
        prop_assume!(altered != *text);
        prop_assert!(!opens(&altered));
    }

    #[test]
    fn tok_3_no_text_makes_the_reader_of_sealed_tokens_panic(
        text in "\\PC*", parts in "[A-Za-z0-9_.-]{0,200}", plain: Vec<u8>,
    ) {
        prop_assert!(request_at(&text, now()).is_err());
        prop_assert!(reply_at(&parts, now()).is_err());
        let sealed = seal_raw(&seal_header(&receiving()).to_string(), &plain, &receiving());
        prop_assert!(request_at(&sealed, now()).is_err());
    }
}
