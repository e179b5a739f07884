//! `root.json`: what the root signs: key certificates, revocation lists, trust bundles.

use chancery_domain::VendorId;
use chancery_token::hash::base64url;
use chancery_token::{CertificateClaims, Jwk, RevocationClaims, SigningKey};
use serde_json::{Map, Value, json};

use super::common::offline::{receiving, receiving_certificate};
use super::common::{DAY, Vendor, id, key, now, sign_raw};
use super::file::{File, Vector};

pub(crate) fn file() -> File {
    let vendor = Vendor::new();
    let groups = [certificates, revocations, bundles];
    File {
        about:
            "What a vendor's root signs: key certificates, revocation lists and trust bundles. `root` is the root key \
                that is pinned, `revocations` the number of the latest list that was seen."
                .to_owned(),
        given: Map::from_iter([
            ("now".to_owned(), json!(now().to_string())),
            ("bundle".to_owned(), json!(vendor.bundle_claims().sign(&vendor.root).unwrap())),
            ("root".to_owned(), serde_json::to_value(vendor.root.public()).unwrap()),
        ]),
        vectors: groups.iter().flat_map(|group| group(&vendor)).collect(),
    }
}

fn certificate(v: &Vendor, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = serde_json::to_value::<CertificateClaims>(v.certificate_claims()).unwrap();
    change(&mut claims);
    let header = json!({"alg": "Ed25519", "kid": v.root.kid(), "typ": "chancery-key+jwt"});
    sign_raw(&v.root, &header.to_string(), &claims.to_string())
}

fn certificates(v: &Vendor) -> Vec<Vector> {
    let forger = Vendor { root: key(8), ..Vendor::new() };
    let by_forger = serde_json::to_string(&forger.certificate_claims()).unwrap();
    let header = json!({"alg": "Ed25519", "kid": v.root.kid(), "typ": "chancery-key+jwt"}).to_string();
    let vectors = vec![
        Vector::new("certificate", "A certificate for leases and access tokens.", v.certificate()).accepted(),
        Vector::new(
            "certificate-that-ended",
            "That it ended does not matter here: a token's `iat` must lie within it.",
            v.certificate(),
        )
        .given("now", now().shifted(90 * DAY).to_string())
        .accepted(),
        Vector::new("certificate-of-another-root", "Another root's.", forger.certificate()).expect("token_key_unknown"),
        Vector::new(
            "certificate-by-another-root",
            "It names the true root, and another signed it.",
            sign_raw(&forger.root, &header, &by_forger),
        )
        .expect("token_signature_invalid"),
        Vector::new(
            "certificate-sub",
            "`sub` is not the thumbprint of `jwk`.",
            certificate(v, |claims| claims["sub"] = json!(v.root.kid())),
        ),
        Vector::new(
            "certificate-backwards",
            "`exp` is not after `nbf`.",
            certificate(v, |claims| claims["exp"] = claims["nbf"].clone()),
        ),
        Vector::new(
            "certificate-private-key",
            "A private key in `jwk`.",
            certificate(v, |claims| claims["jwk"]["d"] = json!(base64url(&[2; 32]))),
        ),
        Vector::new(
            "certificate-of-another-vendor",
            "For another vendor under the same root.",
            Vendor { id: id(77), ..Vendor::new() }.certificate(),
        )
        .expect("token_wrong_recipient"),
        Vector::new(
            "certificate-to-seal",
            "A certificate for the vendor's receiving key, which signs nothing.",
            receiving_certificate(v, &receiving(), 0),
        )
        .accepted(),
        Vector::new(
            "certificate-to-seal-zero",
            "A key with which nothing but zeros is agreed on.",
            certificate(v, |claims| {
                let zero: Jwk =
                    serde_json::from_value(json!({"kty": "OKP", "crv": "X25519", "x": base64url(&[0; 32])})).unwrap();
                (claims["sub"], claims["jwk"], claims["uses"]) =
                    (json!(zero.thumbprint()), json!(zero), json!(["seal"]));
            }),
        ),
        Vector::new("certificate-is-a-lease", "A lease is no certificate.", v.lease()).expect("token_wrong_type"),
    ];
    vectors.into_iter().map(|vector| vector.kind("certificate").rule("KEY-3")).collect()
}

fn revocations(v: &Vendor) -> Vec<Vector> {
    let forger = Vendor { root: key(8), ..Vendor::new() };
    let list = RevocationClaims { issued: v.issued(now()), number: 5, revoked: vec![] };
    let by_issuing = list.sign(&v.issuing).unwrap();
    let vectors = vec![
        Vector::new("revocations", "A list with a higher number.", v.revocations(5, &["a"])).accepted(),
        Vector::new("revocations-again", "The list that is known already.", v.revocations(4, &[])).accepted(),
        Vector::new("revocations-older", "A lower number than the last seen.", v.revocations(3, &[]))
            .expect("token_superseded"),
        Vector::new("revocations-of-another-root", "Another root's list.", forger.revocations(9, &[]))
            .expect("token_key_unknown"),
        Vector::new("revocations-by-an-issuing-key", "An issuing key revokes nothing.", by_issuing)
            .expect("token_key_unknown"),
    ];
    vectors.into_iter().map(|vector| vector.kind("revocations").rule("KEY-5")).collect()
}

fn bundles(v: &Vendor) -> Vec<Vector> {
    let forger = Vendor { root: key(8), issuing: key(9), ..Vendor::new() };
    let with = |change: &dyn Fn(&mut chancery_token::BundleClaims)| {
        let mut claims = v.bundle_claims();
        change(&mut claims);
        claims.sign(&v.root).unwrap()
    };
    let vectors = vec![
        Vector::new("bundle", "A bundle of the pinned root.", with(&|_| ())).accepted(),
        Vector::new(
            "bundle-of-another-root",
            "A bundle never replaces a pinned root.",
            forger.bundle_claims().sign(&forger.root).unwrap(),
        )
        .expect("token_key_unknown"),
        Vector::new(
            "bundle-mixed",
            "It names the pinned root, and another signed it.",
            v.bundle_claims().sign(&forger.root).unwrap(),
        )
        .expect("token_key_unknown"),
        Vector::new(
            "bundle-foreign-certificate",
            "A certificate in it is another root's.",
            with(&|c| c.certificates.push(forger.certificate())),
        )
        .expect("token_key_unknown"),
        Vector::new(
            "bundle-foreign-list",
            "The revocation list in it is another root's.",
            with(&|c| c.revocations = forger.revocations(9, &[])),
        )
        .expect("token_key_unknown"),
        Vector::new(
            "bundle-sandbox-certificate",
            "A sandbox's certificate in a live bundle.",
            with(&|c| c.certificates.push(Vendor::sandbox().certificate())),
        )
        .rule("CLK-1")
        .expect("token_wrong_recipient"),
        Vector::new(
            "bundle-vendor-contradicts",
            "`vendor.id` is not `iss`.",
            with(&|c| c.vendor.id = id::<VendorId>(50)),
        ),
        Vector::new("bundle-is-a-lease", "A lease is no bundle.", v.lease()).expect("token_wrong_type"),
    ];
    vectors.into_iter().map(|vector| vector.kind("bundle").rule("KEY-4")).collect()
}
