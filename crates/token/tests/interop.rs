//! Other people's implementations: Python's joserfc and Node's jose decide our vectors, and we open what they sign and seal.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chancery_testkit::runner;
use chancery_token::hash::base64url;
use chancery_token::{
    ExportReturn, LocalKey, OfflineDeactivation, OfflineReply, OfflineRequest, RevocationClaims, SigningKey, Trust,
    UsageReport,
};
use common::offline::{
    deactivation_claims, device, device_seal, expected, offline_certificate, receiving, refresh_claims, request_claims,
    response_claims, trust,
};
use common::{DAY, Vendor, expectation, hosting, now};
use serde_json::{Value, json};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors").canonicalize().unwrap()
}

fn tools() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn joserfc() -> Command {
    let folder = vectors().join("runners/python");
    let mut command = Command::new(runner::python(tools(), &folder.join("requirements.txt")));
    // Nothing is written beside the sources.
    command.arg("-B").arg(folder.join("run.py"));
    command
}

fn jose() -> Command {
    let mut command = Command::new("node");
    command.arg(runner::node(tools(), &vectors().join("runners/node")).join("run.mjs"));
    command
}

fn finish(mut command: Command, input: &str) -> Output {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Lets an implementation decide every vector.
fn decides_our_vectors(mut command: Command) {
    let files = ["lease.json", "root.json", "device.json", "offline.json", "delegation.json", "hosting.json"];
    let total: usize = files.iter().map(|name| count(&vectors().join(name))).sum();
    command.arg("check").args(files.iter().map(|name| vectors().join(name)));
    let output = finish(command, "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.trim(), format!("{total} of {total} vectors"));
}

fn count(file: &Path) -> usize {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    file["vectors"].as_array().unwrap().len()
}

/// Lets an implementation sign, each time with the key, the header and the claims that are given.
fn sign(command: impl Fn() -> Command, wanted: &Value) -> Vec<String> {
    let mut command = command();
    command.arg("make");
    let output = finish(command, &wanted.to_string());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The private key of `common::key(seed)` as a JWK.
fn private(seed: u8, key: &LocalKey) -> Value {
    let mut jwk = serde_json::to_value(key.public()).unwrap();
    jwk["d"] = json!(base64url(&[seed; 32]));
    jwk
}

/// Root, certificate, revocation list, bundle and lease, all signed by an implementation, are accepted here.
fn signs_what_we_accept(command: impl Fn() -> Command, issuing: &Value, issuing_key: LocalKey) {
    let vendor = Vendor { issuing: issuing_key, ..Vendor::new() };
    let root = private(1, &vendor.root);
    let list = RevocationClaims { issued: vendor.issued(now()), number: 4, revoked: vec!["another".to_owned()] };
    let wanted = json!([
        {"key": root, "header": {"typ": "chancery-key+jwt"}, "claims": vendor.certificate_claims()},
        {"key": root, "header": {"typ": "chancery-revocations+jwt"}, "claims": list},
    ]);
    let [certificate, revocations]: [String; 2] = sign(&command, &wanted).try_into().unwrap();
    let mut bundle = vendor.bundle_claims();
    (bundle.certificates, bundle.revocations) = (vec![certificate.clone()], revocations);
    let wanted = json!([
        {"key": root, "header": {"typ": "chancery-trust+jwt"}, "claims": bundle},
        {"key": issuing, "header": {"typ": "chancery-lease+jwt", "chancery_cert": certificate}, "claims": vendor.lease_claims()},
    ]);
    let [bundle, lease]: [String; 2] = sign(&command, &wanted).try_into().unwrap();
    let trust = Trust::open(&bundle, Some(vendor.root.public()), now()).unwrap();
    assert!(trust.revocations().revokes("another"));
    let lease = trust.open_lease(&lease, &expectation()).unwrap();
    assert_eq!(lease.kid(), vendor.issuing.kid());
    assert_eq!(lease.expiry, Some(now().shifted(7 * DAY)));
}

fn with_both_algorithms(command: impl Fn() -> Command) {
    let ed25519 = common::key(2);
    signs_what_we_accept(&command, &private(2, &ed25519), ed25519);
    let rsa = LocalKey::from_pkcs8(include_bytes!("data/rsa-2048.pkcs8.der")).unwrap();
    let jwk = serde_json::from_str(include_str!("data/rsa-2048.jwk.json")).unwrap();
    signs_what_we_accept(&command, &jwk, rsa);
}

/// All that goes by hand, signed and sealed by an implementation, is opened here.
fn seals_what_we_open(command: impl Fn() -> Command) {
    let vendor = Vendor::new();
    let (own, issuing) = (private(21, &device()), private(2, &vendor.issuing));
    let (to_vendor, to_device) = (json!(receiving().public()), json!(device_seal().public()));
    let cert = offline_certificate(&vendor);
    let typ = |kind: &str| json!({"typ": format!("chancery-offline-{kind}+jwt")});
    let certified = |kind: &str| json!({"typ": format!("chancery-offline-{kind}+jwt"), "chancery_cert": cert});
    let (asked, given_up) = (request_claims(&vendor), deactivation_claims(&vendor));
    let (answer, renewal) = (response_claims(&vendor), refresh_claims(&vendor));
    let wanted = json!([
        {"key": own, "header": typ("request"), "claims": asked, "sealTo": to_vendor},
        {"key": own, "header": typ("deactivation"), "claims": given_up, "sealTo": to_vendor},
        {"key": issuing, "header": certified("response"), "claims": answer, "sealTo": to_device},
        {"key": issuing, "header": certified("refresh"), "claims": renewal, "sealTo": to_device},
    ]);
    let [request, deactivation, response, refresh]: [String; 4] = sign(&command, &wanted).try_into().unwrap();
    let key = receiving();
    assert_eq!(OfflineRequest::open(&request, &[&key], &expected(now())).unwrap().into_claims(), asked);
    let deactivation = OfflineDeactivation::open(&deactivation, &[&key], &expected(now())).unwrap();
    assert_eq!((deactivation.kid(), deactivation.clone().into_claims()), (device().kid(), given_up));
    let open = |text: &str| trust(&vendor).open_offline_reply(text, &device_seal(), now()).unwrap();
    assert!(matches!(open(&response), OfflineReply::Response(reply) if *reply == answer));
    assert!(matches!(open(&refresh), OfflineReply::Refresh(reply) if *reply == renewal));
}

/// What goes between a vendor and a local server, and the lease that it issues, signed and sealed by an implementation.
fn hosts_as_we_do(command: impl Fn() -> Command) {
    let vendor = Vendor::new();
    let (own, issuing) = (private(51, &hosting::server_key()), private(2, &vendor.issuing));
    let (to_vendor, to_server) = (json!(receiving().public()), json!(hosting::server_seal().public()));
    let cert = hosting::certificate(&vendor);
    let typ = |kind: &str| json!({"typ": format!("chancery-{kind}+jwt")});
    let certified = |kind: &str| json!({"typ": format!("chancery-{kind}+jwt"), "chancery_cert": cert});
    let wanted = json!([
        {"key": issuing, "header": certified("delegation"), "claims": hosting::delegation_claims(&vendor)},
    ]);
    let [delegation]: [String; 1] = sign(&command, &wanted).try_into().unwrap();
    let (mut lease, mut export) = (hosting::delegated_claims(&vendor), hosting::export_claims(&vendor));
    (lease.delegation, export.delegation) = (Some(delegation.clone()), delegation);
    let (returned, reported) = (hosting::return_claims(&vendor), hosting::report_claims(&vendor));
    let wanted = json!([
        {"key": own, "header": typ("lease"), "claims": lease},
        {"key": issuing, "header": certified("export"), "claims": export, "sealTo": to_server},
        {"key": issuing, "header": certified("rebind"), "claims": hosting::rebind_claims(&vendor), "sealTo": to_server},
        {"key": own, "header": typ("export-return"), "claims": returned, "sealTo": to_vendor},
        {"key": own, "header": typ("usage"), "claims": reported, "sealTo": to_vendor},
    ]);
    let [signed, exported, rebind, give_back, report]: [String; 5] = sign(&command, &wanted).try_into().unwrap();
    let (trust, key, own) = (hosting::trust(&vendor), receiving(), hosting::server_seal());
    assert_eq!(trust.open_lease(&signed, &expectation()).unwrap().host, lease.host);
    assert_eq!(trust.open_export(&exported, &[&own], now()).unwrap().claims.into_claims(), export);
    let rebind = trust.open_rebind(&rebind, &[&own], now()).unwrap();
    assert_eq!(rebind.into_claims(), hosting::rebind_claims(&vendor));
    let opened = ExportReturn::open(&give_back, &[&key], &expected(now()), hosting::registered);
    assert_eq!(opened.unwrap().into_claims(), returned);
    let opened = UsageReport::open(&report, &[&key], &expected(now()), hosting::registered);
    assert_eq!(opened.unwrap().into_claims(), reported);
}

#[test]
fn tok_8_what_joserfc_delegates_and_leases_is_accepted() {
    hosts_as_we_do(joserfc);
}

#[test]
fn tok_8_what_jose_delegates_and_leases_is_accepted() {
    hosts_as_we_do(jose);
}

#[test]
fn tok_2_what_joserfc_seals_is_opened() {
    seals_what_we_open(joserfc);
}

#[test]
fn tok_2_what_jose_seals_is_opened() {
    seals_what_we_open(jose);
}

#[test]
fn tok_3_joserfc_decides_our_vectors_as_they_say() {
    decides_our_vectors(joserfc());
}

#[test]
fn tok_3_jose_decides_our_vectors_as_they_say() {
    decides_our_vectors(jose());
}

#[test]
fn tok_1_what_joserfc_signs_is_accepted() {
    with_both_algorithms(joserfc);
}

#[test]
fn tok_1_what_jose_signs_is_accepted() {
    with_both_algorithms(jose);
}
