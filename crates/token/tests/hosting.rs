//! Exports, returns, reports, rebind tokens and requests of local servers: for whom they are, by which key, and what they must hold.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_domain::{EntitlementId, LocalServerId, ProductId, Timestamp, VendorId};
use chancery_token::hash::{base64url, sha256};
use chancery_token::{
    Export, ExportClaims, ExportReturn, Fault, Issued, KeyFault, KeyUse, LocalServerRequest, OfflineRequest, Rebind,
    Recipient, ServerProofClaims, SigningKey, TokenError, UsageReport,
};
use common::hosting::*;
use common::offline::{
    device, device_seal, entropy, expected, opening, receiving, reseal, retired, seal_header, seal_raw, seal_request,
    sealing, second,
};
use common::{DAY, Vendor, id, key, now, sign_raw};
use proptest::prelude::*;
use serde_json::{Value, json};

const HOUR: i64 = DAY / 24;
const EXPORT: &str = "chancery-export+jwt";
const RETURN: &str = "chancery-export-return+jwt";
const REPORT: &str = "chancery-usage+jwt";
const REBIND: &str = "chancery-rebind+jwt";

fn malformed(fault: Fault) -> TokenError {
    TokenError::Malformed(fault)
}

fn recipient(whose: Recipient) -> TokenError {
    TokenError::WrongRecipient(whose)
}

fn export_at(text: &str, now: Timestamp) -> Result<Export, TokenError> {
    trust(&Vendor::new()).open_export(text, &[&server_seal()], now)
}

fn rebind_at(text: &str, now: Timestamp) -> Result<Rebind, TokenError> {
    trust(&Vendor::new()).open_rebind(text, &[&server_seal()], now)
}

fn return_at(text: &str, now: Timestamp) -> Result<ExportReturn, TokenError> {
    ExportReturn::open(text, &[&retired(), &receiving()], &expected(now), registered)
}

fn report_at(text: &str, now: Timestamp) -> Result<UsageReport, TokenError> {
    UsageReport::open(text, &[&retired(), &receiving()], &expected(now), registered)
}

/// Claims signed by the vendor's key, sealed to the server.
fn of_vendor(typ: &str, claims: &Value) -> String {
    let vendor = Vendor::new();
    let header =
        json!({"alg": "Ed25519", "kid": vendor.issuing.kid(), "typ": typ, "chancery_cert": certificate(&vendor)});
    reseal(&sign_raw(&vendor.issuing, &header.to_string(), &claims.to_string()), &server_seal())
}

/// Claims signed by the server's key, sealed to the vendor.
fn of_server(typ: &str, claims: &Value) -> String {
    reseal(&sign_raw(&server_key(), &server_header(typ).to_string(), &claims.to_string()), &receiving())
}

/// Each kind: its `typ`, good claims, who signs and seals them, and what comes of opening the token at an instant.
struct Kind {
    typ: &'static str,
    claims: Value,
    sealed: fn(&str, &Value) -> String,
    open: fn(&str, Timestamp) -> Result<(), TokenError>,
    /// Whose other one it is for.
    whose: Recipient,
    hours: i64,
}

impl Kind {
    fn refusal(&self, text: &str) -> TokenError {
        (self.open)(text, now()).unwrap_err()
    }

    fn with(&self, name: &str, value: Value) -> TokenError {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.refusal(&(self.sealed)(self.typ, &claims))
    }
}

fn kinds() -> [Kind; 4] {
    let vendor = Vendor::new();
    let of = |typ, claims, of_vendor_not_server, open| Kind {
        typ,
        claims,
        sealed: if of_vendor_not_server { of_vendor } else { of_server },
        open,
        whose: if of_vendor_not_server { Recipient::Server } else { Recipient::Vendor },
        hours: if of_vendor_not_server { 24 } else { 48 },
    };
    [
        of(EXPORT, json!(export_claims(&vendor)), true, |text, now| export_at(text, now).map(|_| ())),
        of(REBIND, json!(rebind_claims(&vendor)), true, |text, now| rebind_at(text, now).map(|_| ())),
        of(RETURN, json!(return_claims(&vendor)), false, |text, now| return_at(text, now).map(|_| ())),
        of(REPORT, json!(report_claims(&vendor)), false, |text, now| report_at(text, now).map(|_| ())),
    ]
}

#[test]
fn exp_3_an_export_is_read_back_with_its_delegation_and_its_hash() {
    let vendor = Vendor::new();
    let claims = export_claims(&vendor);
    let signed = claims.sign(&vendor.issuing, &certificate(&vendor)).unwrap();
    let one = ExportClaims::seal_signed(&signed, &sealing(&server_seal()), &mut entropy()).unwrap();
    let other = reseal(&signed, &server_seal());
    // Sealed anew for each retry, it is the same token: the next one of the session names what was signed.
    assert_ne!(one, other);
    for text in [&one, &other] {
        let export = export_at(text, now()).unwrap();
        assert_eq!(export.hash, sha256(&[signed.as_bytes()]));
        assert_eq!(export.delegation.clone().into_claims(), delegation_claims(&vendor));
        assert_eq!((export.delegation.kid.as_str(), export.claims.kid()), (server_key().kid(), vendor.issuing.kid()));
        assert_eq!(export.claims.into_claims(), claims);
    }
}

#[test]
fn exp_6_exp_7_returns_and_reports_are_read_back() {
    let vendor = Vendor::new();
    let returned = return_at(&seal_return(&return_claims(&vendor)), now()).unwrap();
    assert_eq!(returned.kid(), server_key().kid());
    assert_eq!(returned.into_claims(), return_claims(&vendor));
    let reported = report_at(&seal_report(&report_claims(&vendor)), now()).unwrap();
    assert_eq!(reported.into_claims(), report_claims(&vendor));
}

#[test]
fn exp_7_nothing_runs_and_runs_without_end_are_different_things() {
    let vendor = Vendor::new();
    for (until, member) in [(None, None), (Some(None), Some(Value::Null))] {
        let mut claims = return_claims(&vendor);
        claims.says.usage.running_until = until;
        assert_eq!(json!(claims)["usage"].get("runningUntil").cloned(), member);
        assert_eq!(return_at(&seal_return(&claims), now()).unwrap().says.usage.running_until, until);
    }
}

#[test]
fn exp_10_a_rebind_token_is_good_until_its_end() {
    let vendor = Vendor::new();
    let text = seal_rebind(&vendor, &rebind_claims(&vendor));
    let at = second().shifted(14 * DAY);
    assert_eq!(rebind_at(&text, at.shifted(-1)).unwrap().into_claims(), rebind_claims(&vendor));
    assert_eq!(rebind_at(&text, at).unwrap_err(), TokenError::Expired { at });
    let mut endless = json!(rebind_claims(&vendor));
    endless.as_object_mut().unwrap().remove("exp");
    assert_eq!(rebind_at(&of_vendor(REBIND, &endless), now()).unwrap_err(), malformed(Fault::Claims));
}

#[test]
fn tok_3_another_type() {
    let kinds = kinds();
    for kind in &kinds {
        let expected = TokenError::WrongType { expected: kind.typ };
        for other in ["JWT", "chancery-lease+jwt"].into_iter().chain(kinds.iter().map(|other| other.typ)) {
            if other != kind.typ {
                assert_eq!(kind.refusal(&(kind.sealed)(other, &kind.claims)), expected, "{other}");
            }
        }
        assert_eq!(kind.refusal(&Vendor::new().lease()), malformed(Fault::Parts));
    }
}

#[test]
fn tok_3_another_vendor_or_mode() {
    let other: VendorId = id(77);
    for kind in kinds() {
        assert_eq!(kind.with("iss", json!(other.to_string())), recipient(Recipient::Vendor), "{}", kind.typ);
        assert_eq!(kind.with("sandbox", json!(true)), recipient(Recipient::Mode), "{}", kind.typ);
    }
}

#[test]
fn tok_2_who_opened_a_token_does_not_seal_it_to_another() {
    for kind in kinds() {
        assert_eq!(kind.with("aud", json!(opening(50).kid())), recipient(kind.whose), "{}", kind.typ);
    }
    let vendor = Vendor::new();
    let signed = export_claims(&vendor).sign(&vendor.issuing, &certificate(&vendor)).unwrap();
    let stolen = ExportClaims::seal_signed(&signed, &sealing(&opening(50)), &mut entropy()).unwrap();
    assert_eq!(export_at(&stolen, now()).unwrap_err(), recipient(Recipient::Server));
}

#[test]
fn tok_3_issued_in_the_future() {
    for kind in kinds() {
        let text = (kind.sealed)(kind.typ, &kind.claims);
        let earliest = second().shifted(-kind.hours * HOUR);
        assert_eq!((kind.open)(&text, earliest), Ok(()), "{}", kind.typ);
        let early = (kind.open)(&text, earliest.shifted(-1)).unwrap_err();
        assert_eq!(early, TokenError::NotYetValid { issued: second() }, "{}", kind.typ);
    }
}

#[test]
fn tok_3_claims_that_are_missing_or_of_a_wrong_type() {
    for kind in kinds() {
        for name in kind.claims.as_object().unwrap().keys() {
            let mut without = kind.claims.clone();
            without.as_object_mut().unwrap().remove(name);
            let result = (kind.open)(&(kind.sealed)(kind.typ, &without), now());
            if !["prev", "revocations"].contains(&name.as_str()) {
                assert_eq!(result.unwrap_err(), malformed(Fault::Claims), "{} without {name}", kind.typ);
            }
            assert_eq!(kind.with(name, json!([1])), malformed(Fault::Claims), "{}: {name}", kind.typ);
        }
        assert_eq!(kind.with("ver", json!(2)), TokenError::VersionUnsupported { version: 2 }, "{}", kind.typ);
    }
}

/// Every member of the payload is looked at, at every depth: what is not there must not read as "no limit".
#[test]
fn exp_3_members_of_the_payload_that_are_missing_or_of_a_wrong_form() {
    let optional = ["licensee", "ref", "disabled", "reason", "secret", "/plan/duration"];
    let good = json!(export_claims(&Vendor::new()));
    let mut paths = Vec::new();
    collect(&good["payload"], String::new(), &mut paths);
    assert!(paths.len() > 60, "{paths:?}");
    for path in paths {
        let (parent, name) = path.rsplit_once('/').unwrap();
        let at = format!("/payload{parent}");
        let mut without = good.clone();
        match without.pointer_mut(&at).unwrap() {
            Value::Object(members) => drop(members.remove(name)),
            _ => continue,
        }
        let missing = export_at(&of_vendor(EXPORT, &without), now());
        if !optional.contains(&name) && path != "/plan/duration" {
            assert_eq!(missing.unwrap_err(), malformed(Fault::Claims), "without {path}");
        }
        let mut wrong = good.clone();
        wrong.pointer_mut(&at).unwrap()[name] = json!({"other": 1});
        assert_eq!(export_at(&of_vendor(EXPORT, &wrong), now()).unwrap_err(), malformed(Fault::Claims), "{path}");
    }
}

fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect(),
        _ => return,
    };
    for (name, value) in members {
        let path = format!("{path}/{name}");
        paths.push(path.clone());
        collect(value, path, paths);
    }
}

#[test]
fn exp_3_an_export_whose_parts_do_not_go_together() {
    let vendor = Vendor::new();
    let refusal = |change: &dyn Fn(&mut ExportClaims)| {
        let mut claims = export_claims(&vendor);
        change(&mut claims);
        export_at(&seal_export(&vendor, &claims), now()).map(|_| ()).unwrap_err()
    };
    let (product, entitlement): (ProductId, EntitlementId) = (id(99), id(98));
    assert_eq!(refusal(&|it| it.payload.product.id = product), malformed(Fault::Contradiction));
    assert_eq!(refusal(&|it| it.payload.entitlement.id = entitlement), malformed(Fault::Contradiction));
    assert_eq!(refusal(&|it| it.payload.entitlement.seats = 8), malformed(Fault::Contradiction));
    assert_eq!(refusal(&|it| it.number = 0), malformed(Fault::Contradiction));
    assert_eq!(refusal(&|it| it.seq = 0), malformed(Fault::Contradiction));
    // The first of a session follows none.
    assert_eq!(refusal(&|it| it.seq = 1), malformed(Fault::Contradiction));
    assert_eq!(refusal(&|it| it.prev = None), malformed(Fault::Contradiction));
    let first = ExportClaims { seq: 1, prev: None, ..export_claims(&vendor) };
    assert!(export_at(&seal_export(&vendor, &first), now()).is_ok());
}

#[test]
fn exp_3_the_delegation_in_an_export_is_opened() {
    let vendor = Vendor::new();
    let with = |delegation: String| {
        let claims = ExportClaims { delegation, ..export_claims(&vendor) };
        export_at(&seal_export(&vendor, &claims), now()).map(|_| ()).unwrap_err()
    };
    let forger = Vendor { root: key(8), ..Vendor::new() };
    assert_eq!(with(delegate(&forger, &delegation_claims(&vendor))), TokenError::KeyUnknown(KeyFault::Unknown));
    assert_eq!(with(vendor.lease()), TokenError::WrongType { expected: "chancery-delegation+jwt" });
    assert_eq!(with("x".to_owned()), malformed(Fault::Parts));
    let other = Vendor { id: id(77), ..Vendor::new() };
    assert_eq!(with(delegate(&vendor, &delegation_claims(&other))), recipient(Recipient::Vendor));
}

#[test]
fn key_5_a_list_in_an_export_counts_before_the_export_and_its_delegation() {
    let vendor = Vendor::new();
    let open = |revoked: &str, claims: ExportClaims| {
        let claims = ExportClaims { revocations: Some(vendor.revocations(9, &[revoked])), ..claims };
        export_at(&seal_export(&vendor, &claims), now()).map(|_| ())
    };
    assert_eq!(open("another", export_claims(&vendor)), Ok(()));
    assert_eq!(open(vendor.issuing.kid(), export_claims(&vendor)).unwrap_err(), TokenError::KeyRevoked);
    assert_eq!(open(server_key().kid(), export_claims(&vendor)).unwrap_err(), TokenError::KeyRevoked);
    // A delegation by another key of the vendor, which the list takes back.
    let lasting = Vendor { issuing: key(3), ..Vendor::new() };
    let by_another =
        ExportClaims { delegation: delegate(&lasting, &delegation_claims(&vendor)), ..export_claims(&vendor) };
    assert_eq!(open("another", by_another.clone()), Ok(()));
    assert_eq!(open(lasting.issuing.kid(), by_another).unwrap_err(), TokenError::KeyRevoked);
    let foreign = Vendor { root: key(8), ..Vendor::new() }.revocations(9, &[]);
    let claims = ExportClaims { revocations: Some(foreign), ..export_claims(&vendor) };
    let error = export_at(&seal_export(&vendor, &claims), now()).unwrap_err();
    assert_eq!(error, TokenError::KeyUnknown(KeyFault::Unknown));
}

#[test]
fn key_3_exports_and_rebind_tokens_need_a_key_that_may_export() {
    let vendor = Vendor::new();
    let under = |certificate: &str| {
        let signed = export_claims(&vendor).sign(&vendor.issuing, certificate).unwrap();
        let rebind =
            rebind_claims(&vendor).seal(&vendor.issuing, certificate, &sealing(&server_seal()), &mut entropy());
        let export = export_at(&reseal(&signed, &server_seal()), now()).map(|_| ());
        [export, rebind_at(&rebind.unwrap(), now()).map(|_| ())]
    };
    assert_eq!(under(&certificate(&vendor)), [Ok(()), Ok(())]);
    assert_eq!(under(&vendor.certificate()), [const { Err(TokenError::KeyUnknown(KeyFault::Use)) }; 2]);
    let mut short = vendor.certificate_claims();
    (short.uses, short.max_lifetime) = (vec![KeyUse::Export], Some(3_600));
    // An export has no life of its own; a rebind token has.
    assert_eq!(under(&short.sign(&vendor.root).unwrap()), [Ok(()), Err(TokenError::KeyUnknown(KeyFault::Lifetime))]);
    let own = export_claims(&vendor).sign(&server_key(), &certificate(&vendor)).unwrap();
    let error = export_at(&reseal(&own, &server_seal()), now()).unwrap_err();
    assert_eq!(error, TokenError::KeyUnknown(KeyFault::Unknown));
}

#[test]
fn exp_7_only_the_registered_server_speaks_for_itself() {
    let vendor = Vendor::new();
    let (returned, reported) = (return_claims(&vendor), report_claims(&vendor));
    let by = |key: &dyn SigningKey| {
        let seal = sealing(&receiving());
        let texts = (returned.seal(key, &seal, &mut entropy()), reported.seal(key, &seal, &mut entropy()));
        let report = report_at(&texts.1.unwrap(), now()).map(|_| ());
        [return_at(&texts.0.unwrap(), now()).map(|_| ()), report]
    };
    assert_eq!(by(&server_key()), [Ok(()), Ok(())]);
    // A server that is registered, too, says what the first one did.
    assert_eq!(by(&key(53)), [const { Err(TokenError::WrongRecipient(Recipient::Server)) }; 2]);
    assert_eq!(by(&key(9)), [const { Err(TokenError::KeyUnknown(KeyFault::Unknown)) }; 2]);
    assert_eq!(by(&vendor.issuing), [const { Err(TokenError::KeyUnknown(KeyFault::Unknown)) }; 2]);
    for kind in &kinds()[2..] {
        let header = server_header(kind.typ).to_string();
        let stolen = sign_raw(&key(53), &header, &kind.claims.to_string());
        assert_eq!(kind.refusal(&reseal(&stolen, &receiving())), TokenError::SignatureInvalid);
    }
    // A key on record that signs nothing.
    let sealed = |_: &str| Some((server(), device_seal().public().clone()));
    let open = ExportReturn::open(&seal_return(&returned), &[&receiving()], &expected(now()), sealed);
    assert_eq!(open.unwrap_err(), malformed(Fault::Algorithm));
}

#[test]
fn tok_3_exports_and_reports_have_at_most_4_mib_and_rebind_tokens_64_kib() {
    let vendor = Vendor::new();
    let codes = |count: usize| {
        let mut claims = export_claims(&vendor);
        claims.payload.activation_codes = vec![claims.payload.activation_codes[0].clone(); count];
        seal_export(&vendor, &claims)
    };
    let (long, too_long) = (codes(16_000), codes(24_000));
    assert!(long.len() > 3 << 20 && too_long.len() > 4 << 20, "{} {}", long.len(), too_long.len());
    assert_eq!(export_at(&long, now()).unwrap().claims.payload.activation_codes.len(), 16_000);
    assert_eq!(export_at(&too_long, now()).unwrap_err(), malformed(Fault::TooLong));
    let mut report = report_claims(&vendor);
    report.says.sessions = vec![report.says.sessions[0].clone(); 1_000];
    let text = seal_report(&report);
    assert!(text.len() > 64 << 10 && report_at(&text, now()).unwrap().says.sessions.len() == 1_000);
    let mut rebind = rebind_claims(&vendor);
    rebind.machine = "x".repeat(64 << 10);
    assert_eq!(rebind_at(&seal_rebind(&vendor, &rebind), now()).unwrap_err(), malformed(Fault::TooLong));
    // Only claims are long: headers are read before any key is known.
    let mut header = seal_header(&receiving());
    header["x"] = json!(vec![0; 40_000]);
    let error = report_at(&seal_raw(&header.to_string(), b"", &receiving()), now()).unwrap_err();
    assert_eq!(error, malformed(Fault::TooLong));
    // What is in a long token is no longer than elsewhere.
    let claims = ExportClaims { delegation: "x".repeat(65 << 10), ..export_claims(&vendor) };
    assert_eq!(export_at(&seal_export(&vendor, &claims), now()).unwrap_err(), malformed(Fault::TooLong));
}

fn request(change: impl FnOnce(&mut LocalServerRequest)) -> Result<OfflineRequest, TokenError> {
    let vendor = Vendor::new();
    let mut claims = server_request(&vendor);
    change(claims.local_server.as_mut().unwrap());
    OfflineRequest::open(&seal_request(&claims), &[&receiving()], &expected(now()))
}

fn proof(change: impl FnOnce(&mut ServerProofClaims), signer: &dyn SigningKey) -> TokenError {
    let mut claims = proof_claims(&Vendor::new());
    change(&mut claims);
    request(|it| it.proof = claims.sign(signer).unwrap()).unwrap_err()
}

#[test]
fn lls_2_a_request_of_a_local_server_is_read_back() {
    let opened = request(|_| {}).unwrap();
    assert_eq!(opened.kid(), device().kid());
    assert_eq!(opened.local_server, Some(local_server(&Vendor::new())));
    assert!(request(|it| it.machine = None).is_ok());
}

#[test]
fn lls_2_a_server_proves_its_key_to_this_request() {
    let own = server_key();
    assert_eq!(proof(|_| {}, &key(53)), TokenError::SignatureInvalid);
    assert_eq!(proof(|it| it.device = key(22).kid().to_owned(), &own), recipient(Recipient::Device));
    assert_eq!(proof(|it| it.server = id::<LocalServerId>(14), &own), recipient(Recipient::Server));
    assert_eq!(proof(|it| it.issued = Issued::new(id(77), second(), "p", false), &own), recipient(Recipient::Vendor));
    assert_eq!(proof(|it| it.issued.sandbox = true, &own), recipient(Recipient::Mode));
    let ahead = second().shifted(49 * HOUR);
    assert_eq!(proof(|it| it.issued.at = ahead, &own), TokenError::NotYetValid { issued: ahead });
    let mut other = json!(proof_claims(&Vendor::new()));
    other["jwk"] = json!(key(53).public());
    let header = server_header("chancery-server+jwt").to_string();
    let error = request(|it| it.proof = sign_raw(&own, &header, &other.to_string())).unwrap_err();
    assert_eq!(error, malformed(Fault::Contradiction));
    let lease = Vendor::new().lease();
    let error = request(|it| it.proof = lease).unwrap_err();
    assert_eq!(error, TokenError::WrongType { expected: "chancery-server+jwt" });
    assert_eq!(request(|it| it.proof = String::new()).unwrap_err(), malformed(Fault::Parts));
}

#[test]
fn lls_2_the_keys_of_a_server_sign_and_open() {
    let seal = device_seal().public().clone();
    assert_eq!(request(|it| it.keys.sign = seal).unwrap_err(), malformed(Fault::Algorithm));
    assert_eq!(request(|it| it.keys.seal = key(53).public().clone()).unwrap_err(), malformed(Fault::Claims));
    let zero = chancery_token::Jwk::X25519 { x: [0; 32] };
    assert_eq!(request(|it| it.keys.seal = zero).unwrap_err(), malformed(Fault::Claims));
    assert_eq!(request(|it| it.id = id::<LocalServerId>(14)).unwrap_err(), recipient(Recipient::Server));
}

#[test]
fn sec_3_lic_2_nothing_secret_is_printed() {
    let vendor = Vendor::new();
    let printed = format!("{:?} {:?}", export_claims(&vendor), return_claims(&vendor));
    for secret in [[3_u8; 32], [4; 32], [5; 32]] {
        assert!(!printed.contains(&format!("{secret:?}")) && !printed.contains(&base64url(&secret)));
    }
}

proptest! {
    #[test]
    fn exp_3_an_export_is_read_back_as_it_was_written(
        name in "[^\\p{C}\\s]{1,100}", seats: u64, seq in 2..u64::MAX, number in 1..u64::MAX, hash: [u8; 32], group in ".{0,9}",
    ) {
        let vendor = Vendor::new();
        let mut claims = export_claims(&vendor);
        claims.payload.customer.name = name.parse().unwrap();
        claims.payload.entitlement.seats = seats;
        (claims.seq, claims.number) = (seq, number);
        claims.payload.activation_codes[0].hash = hash;
        claims.payload.activation_codes[0].last_group = group;
        let mut delegated = delegation_claims(&vendor);
        delegated.seats = seats;
        claims.delegation = delegate(&vendor, &delegated);
        prop_assert_eq!(export_at(&seal_export(&vendor, &claims), now()).unwrap().claims.into_claims(), claims);
    }

    #[test]
    fn exp_7_usage_is_read_back_as_it_was_written(
        numbers: [u64; 6], until in prop::option::of(prop::option::of(-DAY..900 * DAY)), since in prop::option::of(0..DAY),
        secret: bool,
    ) {
        let mut claims = return_claims(&Vendor::new());
        let usage = &mut claims.says.usage;
        [usage.seats_used, usage.running, usage.activations, usage.denials, usage.features[0].used, usage.features[0].held] =
            numbers;
        usage.running_until = until.map(|until| until.map(|micros| now().shifted(micros)));
        usage.features[0].since = since.map(|micros| now().shifted(micros));
        if !secret {
            usage.licensee_secret = None;
        }
        prop_assert_eq!(return_at(&seal_return(&claims), now()).unwrap().into_claims(), claims);
    }

    #[test]
    fn tok_3_any_other_text_of_these_tokens_is_not_accepted(
        kind in 0..4_usize, position: prop::sample::Index, other: u8, length: prop::sample::Index,
    ) {
        let kind = &kinds()[kind];
        let text = (kind.sealed)(kind.typ, &kind.claims);
        prop_assert!((kind.open)(&text[..length.index(text.len())], now()).is_err());
        let mut bytes = text.clone().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = other & 0x7f;
        let altered = String::from_utf8(bytes).unwrap();
        prop_assume!(altered != text);
        prop_assert!((kind.open)(&altered, now()).is_err());
    }
}
