//! `offline.json`: the tokens of offline activation, sealed, accepted and refused.

use chancery_domain::VendorId;
use chancery_token::hash::base64url;
use chancery_token::{KeyUse, OfflineRefreshClaims, OfflineResponseClaims, OpeningKey, SigningKey};
use serde_json::{Map, Value, json};

use super::common::offline::{
    bundle, deactivation_claims, device, device_seal, entropy, offline_certificate, opening, receiving, refresh_claims,
    request_claims, reseal, response_claims, retired, seal_deactivation, seal_refresh, seal_request, seal_response,
    sealing, second,
};
use super::common::{DAY, Vendor, id, key, now, sign_raw};
use super::file::{File, Vector};
use super::sealed;

const HOUR: i64 = DAY / 24;

pub(crate) fn file() -> File {
    let vendor = Vendor::new();
    let groups = [accepted, sealed::vectors, types, recipients, times, claims, devices, keys, lists];
    File {
        about: "The tokens of offline activation: signed, then sealed. Requests and deactivations are opened by the vendor \
                with `vendorKeys`, responses and refreshes by the device with `deviceKey`; all at the instant `now`."
            .to_owned(),
        given: Map::from_iter([
            ("now".to_owned(), json!(now().to_string())),
            ("bundle".to_owned(), json!(bundle(&vendor))),
            ("vendorKeys".to_owned(), json!([private(31, &receiving()), private(30, &retired())])),
            ("deviceKey".to_owned(), private(22, &device_seal())),
        ]),
        vectors: groups.iter().flat_map(|group| group(&vendor)).collect(),
    }
}

/// The private key of `opening(seed)` as a JWK.
pub(crate) fn private(seed: u8, key: &OpeningKey) -> Value {
    let mut jwk = json!(key.public());
    jwk["d"] = json!(base64url(&[seed; 32]));
    jwk
}

/// A kind of token: its name here, its `typ`, and good claims.
type Kind = (&'static str, &'static str, Value);

/// Only two accepted vectors have a real lease in them: it is opened apart, and would make the file several times as long.
fn kinds(v: &Vendor) -> [Kind; 4] {
    let lease = || "a lease".to_owned();
    let response = OfflineResponseClaims { lease: lease(), ..response_claims(v) };
    let refresh = OfflineRefreshClaims { lease: lease(), ..refresh_claims(v) };
    [
        ("offlineRequest", sealed::TYP, json!(request_claims(v))),
        ("offlineDeactivation", "chancery-offline-deactivation+jwt", json!(deactivation_claims(v))),
        ("offlineResponse", "chancery-offline-response+jwt", json!(response)),
        ("offlineRefresh", "chancery-offline-refresh+jwt", json!(refresh)),
    ]
}

/// Any claims as a token of some type, signed and sealed by whom such a kind is.
fn token(v: &Vendor, kind: &str, typ: &str, claims: &Value) -> String {
    if kind == "offlineRequest" || kind == "offlineDeactivation" {
        let header = json!({"alg": "Ed25519", "kid": device().kid(), "typ": typ}).to_string();
        return reseal(&sign_raw(&device(), &header, &claims.to_string()), &receiving());
    }
    let certificate = offline_certificate(v);
    let header = json!({"alg": "Ed25519", "kid": v.issuing.kid(), "typ": typ, "chancery_cert": certificate});
    reseal(&sign_raw(&v.issuing, &header.to_string(), &claims.to_string()), &device_seal())
}

/// One vector for each kind, with something changed in its claims.
fn each(v: &Vendor, name: &str, about: &str, change: impl Fn(&mut Value)) -> Vec<Vector> {
    let made = kinds(v).map(|(kind, typ, mut claims)| {
        change(&mut claims);
        let short = kind.trim_start_matches("offline").to_lowercase();
        Vector::new(&format!("{short}-{name}"), about, token(v, kind, typ, &claims)).kind(kind)
    });
    made.into()
}

fn accepted(v: &Vendor) -> Vec<Vector> {
    let mut least = json!(request_claims(v));
    for name in ["editionId", "seatName", "licenseeSecret", "releaseDate", "device"] {
        least.as_object_mut().unwrap().remove(name).unwrap();
    }
    let mut later = json!(request_claims(v));
    later["later"] = json!({"a": 1});
    let vector = |name: &str, kind: &str, about: &str, token: String| {
        Vector::new(name, about, token).kind(kind).rule("TOK-2").accepted()
    };
    vec![
        vector("request", "offlineRequest", "A request with every member.", seal_request(&request_claims(v))),
        vector(
            "request-least",
            "offlineRequest",
            "Only what a request must have.",
            token(v, "offlineRequest", sealed::TYP, &least),
        ),
        vector(
            "request-unknown-members",
            "offlineRequest",
            "Members that nobody knows yet do no harm.",
            token(v, "offlineRequest", sealed::TYP, &later),
        ),
        vector(
            "response",
            "offlineResponse",
            "The answer, with the lease in it.",
            seal_response(v, &response_claims(v)),
        ),
        vector(
            "refresh",
            "offlineRefresh",
            "A new lease, with a newer revocation list.",
            seal_refresh(v, &refresh_claims(v)),
        ),
        vector(
            "deactivation",
            "offlineDeactivation",
            "A device gives its seat up.",
            seal_deactivation(&deactivation_claims(v)),
        ),
    ]
}

fn types(v: &Vendor) -> Vec<Vector> {
    let wrong = "token_wrong_type";
    let mut vectors = Vec::new();
    for (kind, _, claims) in kinds(v) {
        let short = kind.trim_start_matches("offline").to_lowercase();
        let lease = token(v, kind, "chancery-lease+jwt", &claims);
        vectors.push(Vector::new(&format!("{short}-typ"), "The `typ` of a lease.", lease).kind(kind).expect(wrong));
    }
    vectors.push(
        Vector::new(
            "request-is-a-deactivation",
            "A deactivation of the same device is no request.",
            seal_deactivation(&deactivation_claims(v)),
        )
        .kind("offlineRequest")
        .expect(wrong),
    );
    vectors.push(
        Vector::new("response-is-a-refresh", "A refresh answers no request.", seal_refresh(v, &refresh_claims(v)))
            .kind("offlineResponse")
            .expect(wrong),
    );
    vectors
}

fn recipients(v: &Vendor) -> Vec<Vector> {
    let wrong = "token_wrong_recipient";
    let mut vectors = Vec::new();
    let stranger = json!(opening(50).kid());
    let other: VendorId = id(77);
    let about = "Somebody who opened it sealed it anew: the signed claims name another recipient.";
    vectors.extend(each(v, "aud", about, |claims| claims["aud"] = stranger.clone()));
    vectors.extend(each(v, "iss", "Another vendor's.", |claims| claims["iss"] = json!(other.to_string())));
    vectors.extend(each(v, "sandbox", "A sandbox's, where live tokens are taken.", |claims| {
        claims["sandbox"] = json!(true)
    }));
    let misdirected =
        response_claims(v).seal(&v.issuing, &offline_certificate(v), &sealing(&opening(50)), &mut entropy()).unwrap();
    vectors.push(
        Vector::new("response-for-another-device", "Sealed to another device.", misdirected).kind("offlineResponse"),
    );
    vectors.into_iter().map(|vector| vector.rule("TOK-2").expect(wrong)).collect()
}

fn times(v: &Vendor) -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (kind, typ, claims) in kinds(v) {
        let short = kind.trim_start_matches("offline").to_lowercase();
        let hours = if typ.contains("request") || typ.contains("deactivation") { 48 } else { 24 };
        let token = token(v, kind, typ, &claims);
        let earliest = second().shifted(-hours * HOUR);
        let at = |name: &str, about: String, now: chancery_domain::Timestamp| {
            Vector::new(&format!("{short}-{name}"), &about, token.clone()).kind(kind).given("now", now.to_string())
        };
        vectors.push(
            at("clock-behind", format!("{hours} hours in the future of a clock: just taken."), earliest).accepted(),
        );
        vectors.push(
            at("from-the-future", format!("More than {hours} hours in the future."), earliest.shifted(-1))
                .expect("token_not_yet_valid"),
        );
        vectors.push(at("old", "Old; it has no end of its own.".to_owned(), now().shifted(900 * DAY)).accepted());
    }
    vectors
}

fn claims(v: &Vendor) -> Vec<Vector> {
    let optional = ["editionId", "seatName", "licenseeSecret", "releaseDate", "device", "revocations"];
    let mut vectors = Vec::new();
    for (kind, typ, claims) in kinds(v) {
        let short = kind.trim_start_matches("offline").to_lowercase();
        for name in claims.as_object().unwrap().keys() {
            let mut without = claims.clone();
            without.as_object_mut().unwrap().remove(name);
            let mut wrong = claims.clone();
            wrong[name] = json!([1]);
            let lower = name.to_lowercase();
            if !optional.contains(&name.as_str()) {
                let token = token(v, kind, typ, &without);
                vectors.push(
                    Vector::new(&format!("{short}-missing-{lower}"), &format!("No claim `{name}`."), token).kind(kind),
                );
            }
            let about = format!("The claim `{name}` is of a wrong JSON type.");
            vectors
                .push(Vector::new(&format!("{short}-wrong-{lower}"), &about, token(v, kind, typ, &wrong)).kind(kind));
        }
    }
    let newer = each(v, "ver-2", "A version of the form that is not known.", |claims| claims["ver"] = json!(2));
    vectors.extend(newer.into_iter().map(|vector| vector.expect("token_version_unsupported")));
    vectors
}

fn devices(v: &Vendor) -> Vec<Vector> {
    let with = |name: &str, jwk: Value| {
        let mut claims = json!(request_claims(v));
        claims["deviceKeys"][name] = jwk;
        token(v, "offlineRequest", sealed::TYP, &claims)
    };
    let mut leaked = json!(device_seal().public());
    leaked["d"] = json!(base64url(&[22; 32]));
    let mut others = deactivation_claims(v);
    others.jwk = key(9).public().clone();
    let worthless = json!({"kty": "OKP", "crv": "X25519", "x": base64url(&[0; 32])});
    let request = |name: &str, about: &str, token: String| Vector::new(name, about, token).kind("offlineRequest");
    let vectors = vec![
        request(
            "request-sign-of-another",
            "`deviceKeys.sign` is not the key that signed.",
            with("sign", json!(key(9).public())),
        )
        .expect("token_signature_invalid"),
        request("request-sign-x25519", "`deviceKeys.sign` signs nothing.", with("sign", json!(device_seal().public()))),
        request("request-seal-ed25519", "`deviceKeys.seal` receives nothing.", with("seal", json!(device().public()))),
        request("request-seal-private", "`deviceKeys.seal` with its private half.", with("seal", leaked)),
        request(
            "request-seal-zero",
            "What is sealed to `deviceKeys.seal` everybody could open.",
            with("seal", worthless),
        ),
        Vector::new("deactivation-jwk-of-another", "`jwk` is not the key that signed.", seal_deactivation(&others))
            .kind("offlineDeactivation")
            .expect("token_signature_invalid"),
    ];
    vectors.into_iter().map(|vector| vector.rule("OFF-4")).collect()
}

fn keys(v: &Vendor) -> Vec<Vector> {
    let claims = OfflineResponseClaims { lease: "a lease".to_owned(), ..response_claims(v) };
    let under =
        |certificate: &str| claims.seal(&v.issuing, certificate, &sealing(&device_seal()), &mut entropy()).unwrap();
    let mut ended = v.certificate_claims();
    (ended.uses, ended.until) = (vec![KeyUse::Offline], now().shifted(-DAY));
    let header =
        json!({"alg": "Ed25519", "kid": receiving().kid(), "typ": "chancery-offline-response+jwt"}).to_string();
    let by_receiving = reseal(&sign_raw(&v.issuing, &header, &json!(claims).to_string()), &device_seal());
    let by_device = claims.seal(&device(), &v.certificate(), &sealing(&device_seal()), &mut entropy()).unwrap();
    let vectors = vec![
        Vector::new("response-use", "The key may not sign offline replies.", under(&v.certificate())),
        Vector::new("response-period", "Issued after the certificate's end.", under(&ended.sign(&v.root).unwrap())),
        Vector::new(
            "response-certificate-of-another-root",
            "Another root's certificate.",
            under(&ended.sign(&key(8)).unwrap()),
        ),
        Vector::new("response-by-a-receiving-key", "A receiving key signs nothing.", by_receiving),
        Vector::new("response-by-a-device", "A device answers itself.", by_device),
    ];
    vectors.into_iter().map(|vector| vector.kind("offlineResponse").rule("KEY-3").expect("token_key_unknown")).collect()
}

fn lists(v: &Vendor) -> Vec<Vector> {
    let forger = Vendor { root: key(8), ..Vendor::new() };
    let with = |list: String| {
        let claims =
            OfflineResponseClaims { revocations: Some(list), lease: "a lease".to_owned(), ..response_claims(v) };
        seal_response(v, &claims)
    };
    let mut revoking = v.bundle_claims();
    revoking.revocations = v.revocations(5, &[v.issuing.kid()]);
    let revoking = revoking.sign(&v.root).unwrap();
    let revoked = "token_key_revoked";
    let vectors = vec![
        Vector::new("response-key-revoked", "Its key is in the bundle's list.", seal_response(v, &response_claims(v)))
            .given("bundle", revoking)
            .expect(revoked),
        Vector::new(
            "response-list-revokes",
            "The list in it takes its own key back.",
            with(v.revocations(5, &[v.issuing.kid()])),
        )
        .expect(revoked),
        Vector::new(
            "response-list-older",
            "An older list than the bundle's takes nothing back, and does no harm.",
            with(v.revocations(3, &[])),
        )
        .accepted(),
        Vector::new(
            "response-list-of-another-root",
            "A list that another root signed.",
            with(forger.revocations(9, &[])),
        )
        .expect("token_key_unknown"),
        Vector::new("response-list-is-a-lease", "A lease is no list.", with(v.lease())).expect("token_wrong_type"),
        Vector::new("response-list-is-a-word", "A word is no list.", with("x".to_owned())),
    ];
    vectors.into_iter().map(|vector| vector.kind("offlineResponse").rule("KEY-5")).collect()
}
