//! The two ends of offline activation, and a forger, who can seal anything to anybody: by code of its own, so that the
//! product's is checked against it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, X25519};
use chancery_domain::{ActivationId, Timestamp};
use chancery_token::hash::{base64url, sha256};
use chancery_token::{
    CertificateClaims, DeviceKeys, Entropy, KeyUse, LocalKey, OfflineDeactivationClaims, OfflineDevice,
    OfflineExpectation, OfflineRefreshClaims, OfflineRequestClaims, OfflineResponseClaims, OpeningKey, SealingKey,
    SigningKey, Trust,
};
use serde_json::{Value, json};

use super::{DAY, Vendor, id, key, now, product};

pub fn opening(seed: u8) -> OpeningKey {
    OpeningKey::from_seed(&[seed; 32]).unwrap()
}

pub fn sealing(key: &OpeningKey) -> SealingKey {
    SealingKey::new(key.public().clone()).unwrap()
}

/// The vendor's receiving key.
pub fn receiving() -> OpeningKey {
    opening(31)
}

/// The one before it, which still opens.
pub fn retired() -> OpeningKey {
    opening(30)
}

/// What the device signs with.
pub fn device() -> LocalKey {
    key(21)
}

/// What is sealed to the device.
pub fn device_seal() -> OpeningKey {
    opening(22)
}

pub fn entropy() -> Entropy {
    Entropy::new([5; 32])
}

/// The instant of the tests in whole seconds, as it stands in tokens.
pub fn second() -> Timestamp {
    Timestamp::from_seconds(now().as_seconds()).unwrap()
}

pub fn expected(now: Timestamp) -> OfflineExpectation {
    OfflineExpectation { vendor: Vendor::new().id, sandbox: false, now }
}

pub fn request_claims(v: &Vendor) -> OfflineRequestClaims {
    OfflineRequestClaims {
        issued: v.issued(second()),
        audience: receiving().kid().to_owned(),
        product: product(),
        credential: json!({"type": "activationCode", "code": "AAAA-BBBB-CCCC-DDDD"}),
        edition: Some("edi_1".to_owned()),
        seat_id: "machine-1".to_owned(),
        seat_name: Some("Lab 1".to_owned()),
        licensee_secret: Some("a secret that nobody prints".to_owned()),
        release_date: Some("2026-11-01".to_owned()),
        device: OfflineDevice { container: false, vm: true },
        request_id: "request-1".to_owned(),
        device_keys: DeviceKeys { sign: device().public().clone(), seal: device_seal().public().clone() },
        local_server: None,
    }
}

pub fn deactivation_claims(v: &Vendor) -> OfflineDeactivationClaims {
    OfflineDeactivationClaims {
        issued: v.issued(second()),
        audience: receiving().kid().to_owned(),
        activation: id::<ActivationId>(3),
        seq: 2,
        jwk: device().public().clone(),
    }
}

pub fn response_claims(v: &Vendor) -> OfflineResponseClaims {
    OfflineResponseClaims {
        issued: v.issued(second()),
        audience: device_seal().kid().to_owned(),
        request_id: "request-1".to_owned(),
        seq: 1,
        lease: v.lease(),
        revocations: None,
    }
}

pub fn refresh_claims(v: &Vendor) -> OfflineRefreshClaims {
    OfflineRefreshClaims {
        issued: v.issued(second()),
        audience: device_seal().kid().to_owned(),
        activation: id::<ActivationId>(3),
        seq: 2,
        lease: v.lease(),
        revocations: Some(v.revocations(5, &["another"])),
    }
}

/// The certificate of an issuing key that may sign offline replies, and not for long lives: they have no end of their own.
pub fn offline_certificate(v: &Vendor) -> String {
    let mut claims = v.certificate_claims();
    claims.uses = vec![KeyUse::Lease, KeyUse::Offline];
    claims.sign(&v.root).unwrap()
}

pub fn seal_response(v: &Vendor, claims: &OfflineResponseClaims) -> String {
    claims.seal(&v.issuing, &offline_certificate(v), &sealing(&device_seal()), &mut entropy()).unwrap()
}

pub fn seal_refresh(v: &Vendor, claims: &OfflineRefreshClaims) -> String {
    claims.seal(&v.issuing, &offline_certificate(v), &sealing(&device_seal()), &mut entropy()).unwrap()
}

pub fn seal_request(claims: &OfflineRequestClaims) -> String {
    claims.seal(&device(), &sealing(&receiving()), &mut entropy()).unwrap()
}

pub fn seal_deactivation(claims: &OfflineDeactivationClaims) -> String {
    claims.seal(&device(), &sealing(&receiving()), &mut entropy()).unwrap()
}

/// The certificate of a receiving key from `from` on, counted in days from now, for 60 days.
pub fn receiving_certificate(v: &Vendor, key: &OpeningKey, from: i64) -> String {
    let from = now().shifted(from * DAY);
    let mut claims = CertificateClaims::new(v.issued(now()), key.public().clone(), from, from.shifted(60 * DAY));
    claims.uses = vec![KeyUse::Seal];
    claims.sign(&v.root).unwrap()
}

/// A bundle with the vendor's issuing and receiving keys.
pub fn bundle(v: &Vendor) -> String {
    let mut claims = v.bundle_claims();
    claims.certificates =
        vec![v.certificate(), receiving_certificate(v, &retired(), -61), receiving_certificate(v, &receiving(), -1)];
    claims.sign(&v.root).unwrap()
}

pub fn trust(v: &Vendor) -> Trust {
    Trust::open(&bundle(v), None, now()).unwrap()
}

/// The header of a good seal, to be spoilt: by an ephemeral key of its own.
pub fn seal_header(to: &OpeningKey) -> Value {
    json!({"alg": "ECDH-ES", "enc": "A256GCM", "kid": to.kid(), "cty": "JWT", "epk": opening(40).public()})
}

/// Seals anything under any header, by the agreement of the forger's key with `to`.
pub fn seal_raw(header: &str, plain: &[u8], to: &OpeningKey) -> String {
    let x = serde_json::to_value(to.public()).unwrap()["x"].as_str().unwrap().to_owned();
    let x = chancery_token::hash::from_base64url(&x).unwrap();
    let ephemeral = PrivateKey::from_private_key(&X25519, &[40; 32]).unwrap();
    let key = agreement::agree(&ephemeral, UnparsedPublicKey::new(&X25519, x), (), |secret| {
        // RFC 7518, section 4.6.2: round 1, Z, AlgorithmID, PartyUInfo, PartyVInfo, SuppPubInfo.
        let parts: [&[u8]; 7] =
            [&1_u32.to_be_bytes(), secret, &7_u32.to_be_bytes(), b"A256GCM", &[0; 4], &[0; 4], &[0, 0, 1, 0]];
        Ok(sha256(&parts))
    })
    .unwrap();
    let header = base64url(header.as_bytes());
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let mut bytes = plain.to_vec();
    let nonce = Nonce::assume_unique_for_key([7; 12]);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut bytes).unwrap();
    format!("{header}..{}.{}.{}", base64url(&[7; 12]), base64url(&bytes), base64url(tag.as_ref()))
}

/// Seals a signed token under a good header.
pub fn reseal(signed: &str, to: &OpeningKey) -> String {
    seal_raw(&seal_header(to).to_string(), signed.as_bytes(), to)
}
