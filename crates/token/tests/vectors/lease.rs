//! `lease.json`: leases and verdicts, accepted and refused, one row of TOK-3 and KEY-3 after the other.

use chancery_domain::{ActivationId, CustomerId, OrderId};
use chancery_token::hash::{base64url, from_base64url, hmac_sha256};
use chancery_token::{
    AccessClaims, CertificateClaims, Issued, LeaseClaims, LeaseConfirmation, LeaseCustomer, LocalKey, SigningKey,
};
use serde_json::{Map, Value, json};

use super::common::{DAY, Vendor, id, key, now, product, sign_raw};
use super::file::{File, Vector};

const RSA_2048: &[u8] = include_bytes!("../data/rsa-2048.pkcs8.der");

pub(crate) fn file() -> File {
    let vendor = Vendor::new();
    let groups = [accepted, form, header, claims, keys, recipients, times];
    File {
        about: "Leases: what an SDK accepts, and what it refuses with which code. All are for the vendor whose trust \
                bundle is given, and for the product that is given, at the instant `now`."
            .to_owned(),
        given: Map::from_iter([
            ("now".to_owned(), json!(now().to_string())),
            ("bundle".to_owned(), json!(vendor.bundle_claims().sign(&vendor.root).unwrap())),
            ("product".to_owned(), json!(product().to_string())),
            ("tolerance".to_owned(), json!("online")),
        ]),
        vectors: groups.iter().flat_map(|group| group(&vendor)).collect(),
    }
}

/// A lease with one member of the header changed.
fn header_with(v: &Vendor, name: &str, value: Value) -> String {
    let mut header = v.header();
    header[name] = value;
    v.forge(&header, &v.claims())
}

/// A lease with one claim changed.
fn claim_with(v: &Vendor, name: &str, value: Value) -> String {
    let mut claims = v.claims();
    claims[name] = value;
    v.forge(&v.header(), &claims)
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

/// A lease whose claims differ.
fn lease(v: &Vendor, change: impl FnOnce(&mut LeaseClaims)) -> String {
    let mut claims = v.lease_claims();
    change(&mut claims);
    v.sign_lease(&claims)
}

/// A lease under another certificate of the same key.
fn under(v: &Vendor, change: impl FnOnce(&mut CertificateClaims)) -> String {
    let mut certificate = v.certificate_claims();
    change(&mut certificate);
    v.lease_claims().sign(&v.issuing, &certificate.sign(&v.root).unwrap()).unwrap()
}

fn accepted(v: &Vendor) -> Vec<Vector> {
    let verdict = lease(v, |claims| (claims.activation, claims.seat) = (None, None));
    let rsa = LocalKey::from_pkcs8(RSA_2048).unwrap();
    let mut of_rsa = CertificateClaims::new(v.issued(now()), rsa.public().clone(), now(), now().shifted(DAY));
    (of_rsa.uses, of_rsa.max_lifetime) = (v.certificate_claims().uses, None);
    let by_rsa = v.lease_claims().sign(&rsa, &of_rsa.sign(&v.root).unwrap()).unwrap();
    let full = lease(v, |claims| {
        claims.customer = Some(LeaseCustomer { id: id::<CustomerId>(8), name: "Widget Works".to_owned() });
        claims.confirmation = Some(LeaseConfirmation { jkt: "a-thumbprint".to_owned() });
    });
    let mut unknown = v.claims();
    unknown["later"] = json!({"a": 1});
    vec![
        Vector::new("plain", "A lease of one seat for a week, with the certificate of its key.", v.lease())
            .rule("TOK-7")
            .accepted(),
        Vector::new(
            "every-member",
            "With every optional member of a lease by the vendor; bound to a device key that is this device's.",
            full,
        )
        .rule("TOK-7")
        .given("device", "a-thumbprint")
        .accepted(),
        Vector::new("unknown-members", "Members that nobody knows yet do no harm.", v.forge(&v.header(), &unknown))
            .rule("TOK-3")
            .accepted(),
        Vector::new("verdict", "An answer of `validate`: a lease without a seat.", verdict.clone())
            .rule("TOK-7")
            .kind("verdict")
            .accepted(),
        Vector::new("verdict-as-lease", "Nobody may run by an answer of `validate`.", verdict)
            .rule("TOK-7")
            .expect("token_wrong_recipient"),
        Vector::new("rs512", "An RSA key whose certificate allows leases, also endless ones.", by_rsa)
            .rule("KEY-2")
            .accepted(),
    ]
}

fn form(v: &Vendor) -> Vec<Vector> {
    let good = v.lease();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let last = good.chars().last().unwrap();
    let not_canonical = format!("{}{}", &good[..good.len() - 1], char::from(last as u8 + 1));
    let mut long = v.claims();
    long["padding"] = json!("x".repeat(64 * 1024));
    let (header, claims) = (v.header().to_string(), v.claims().to_string());
    let twice = |json: &str, member: &str| json.replacen('{', &format!("{{{member},"), 1);
    let signs = |header: &str, claims: &str| sign_raw(&v.issuing, header, claims);
    let mut altered = from_base64url(signature).unwrap();
    altered[0] ^= 1;
    vec![
        Vector::new("too-long", "More than 64 KiB.", v.forge(&v.header(), &long)),
        Vector::new("two-parts", "Header and claims without a signature's part.", signed.to_owned()),
        Vector::new("four-parts", "One part too many.", format!("{good}.AAAA")),
        Vector::new("white-space", "A line's end after the token.", format!("{good}\n")),
        Vector::new("padding", "Base64url has no padding here.", format!("{good}==")),
        Vector::new(
            "base64-not-canonical",
            "The same bytes by another text: bits that mean nothing are set.",
            not_canonical,
        ),
        Vector::new(
            "trailing-bytes-in-claims",
            "A signed byte after the JSON of the claims.",
            signs(&header, &format!("{claims}x")),
        ),
        Vector::new("claims-array", "The claims are no object.", signs(&header, "[]")),
        Vector::new(
            "duplicate-in-header",
            "`alg` twice in the header.",
            signs(&twice(&header, r#""alg":"none""#), &claims),
        ),
        Vector::new("duplicate-claim", "`exp` twice in the claims.", signs(&header, &twice(&claims, r#""exp":1"#))),
        Vector::new(
            "duplicate-claim-escaped",
            "`exp` twice, once written with an escape.",
            signs(&header, &twice(&claims, r#""e\u0078p":1"#)),
        ),
        Vector::new(
            "signature-altered",
            "One bit of the signature is another.",
            format!("{signed}.{}", base64url(&altered)),
        )
        .expect("token_signature_invalid"),
        Vector::new("signature-empty", "No byte of a signature.", format!("{signed}."))
            .expect("token_signature_invalid"),
        Vector::new(
            "signature-of-another-key",
            "Signed by a key other than the one that is named.",
            sign_raw(&key(9), &header, &claims),
        )
        .expect("token_signature_invalid"),
    ]
}

fn header(v: &Vendor) -> Vec<Vector> {
    let named = |alg: &str| header_with(v, "alg", json!(alg));
    let segment = |value: &Value| base64url(value.to_string().as_bytes());
    let unsigned = |alg: &str| {
        let mut header = v.header();
        header["alg"] = json!(alg);
        format!("{}.{}", segment(&header), segment(&v.claims()))
    };
    let hs256 = unsigned("HS256");
    let public = serde_json::to_vec(v.issuing.public()).unwrap();
    let mac = base64url(&hmac_sha256(&public, &[hs256.as_bytes()]));
    let jwk = serde_json::to_value(key(9).public()).unwrap();
    let mut vectors = vec![
        Vector::new("alg-none", "`alg` is `none`, and there is no signature.", format!("{}.", unsigned("none"))),
        Vector::new(
            "alg-hs256-of-the-public-key",
            "An HMAC with the public key as its secret.",
            format!("{hs256}.{mac}"),
        ),
        Vector::new("alg-of-another-key", "An algorithm that we use, but not that of this key.", named("RS512"))
            .rule("TOK-1"),
        Vector::new("alg-missing", "No `alg`.", v.forge(&without(v.header(), "alg"), &v.claims())),
        Vector::new("kid-missing", "No `kid`.", v.forge(&without(v.header(), "kid"), &v.claims())).rule("TOK-1"),
        Vector::new("typ-missing", "No `typ`.", v.forge(&without(v.header(), "typ"), &v.claims())).rule("TOK-1"),
        Vector::new("zip", "Compressed, or so it says.", header_with(v, "zip", json!("DEF"))),
        Vector::new("crit", "A critical extension: we know none.", header_with(v, "crit", json!(["exp"]))),
        Vector::new("crit-empty", "An empty list of them, which RFC 7515 forbids.", header_with(v, "crit", json!([]))),
        Vector::new("jwk", "A key in the header is no source of trust.", header_with(v, "jwk", jwk)),
        Vector::new("jku", "Nor is an address of keys.", header_with(v, "jku", json!("https://keys.example"))),
        Vector::new("x5u", "Nor an address of certificates.", header_with(v, "x5u", json!("https://keys.example"))),
        Vector::new("x5c", "Nor an X.509 chain.", header_with(v, "x5c", json!(["MIIB"]))),
    ];
    for alg in ["HS512", "PBES2-HS256+A128KW", "RSA1_5", "RSA-OAEP-256", "EdDSA", "RS256", "ES256"] {
        let about = format!("`alg` is {alg}, which we never use for signatures.");
        vectors.push(Vector::new(&format!("alg-{}", alg.to_lowercase()), &about, named(alg)));
    }
    let access =
        AccessClaims { issued: v.issued(now()), activation: id::<ActivationId>(3), chain: 1, order: id::<OrderId>(5) };
    vectors.push(
        Vector::new(
            "typ-of-an-access-token",
            "A token of another kind, rightly signed by the same key.",
            access.sign(&v.issuing).unwrap(),
        )
        .expect("token_wrong_type"),
    );
    vectors
}

fn claims(v: &Vendor) -> Vec<Vector> {
    let mut vectors = Vec::new();
    for name in [
        "iss",
        "iat",
        "jti",
        "ver",
        "aud",
        "exp",
        "leaseExpiry",
        "ent",
        "enforcement",
        "tolerance",
        "features",
        "attributes",
        "mode",
    ] {
        let token = v.forge(&v.header(), &without(v.claims(), name));
        vectors.push(Vector::new(&format!("missing-{name}"), &format!("No claim `{name}`."), token));
    }
    let wrong = [
        ("iss-number", "iss", json!(1)),
        ("iat-fraction", "iat", json!(1_800_000_000.5)),
        ("iat-text", "iat", json!("1800000000")),
        ("iat-negative", "iat", json!(-1)),
        ("exp-null", "exp", Value::Null),
        ("jti-number", "jti", json!(7)),
        ("ver-text", "ver", json!("1")),
        ("sandbox-text", "sandbox", json!("false")),
        ("aud-list", "aud", json!([product().to_string()])),
        ("seat-list", "seat", json!([])),
        ("features-object", "features", json!({})),
    ];
    for (name, claim, value) in wrong {
        let about = format!("The claim `{claim}` is of a wrong JSON type.");
        vectors.push(Vector::new(name, &about, claim_with(v, claim, value)));
    }
    let exp = now().shifted(7 * DAY).as_seconds();
    vectors.push(
        Vector::new(
            "exp-contradicts",
            "`exp` and `leaseExpiry` name different seconds.",
            claim_with(v, "exp", json!(exp + 1)),
        )
        .rule("TOK-7"),
    );
    vectors.push(
        Vector::new("ver-2", "A version of the form that is not known.", claim_with(v, "ver", json!(2)))
            .expect("token_version_unsupported"),
    );
    vectors
}

fn keys(v: &Vendor) -> Vec<Vector> {
    let unknown = "token_key_unknown";
    let stranger = key(9);
    let mut bare = without(v.header(), "chancery_cert");
    bare["kid"] = json!(stranger.kid());
    let forger = Vendor { root: key(8), issuing: key(9), ..Vendor::new() };
    let rotated = Vendor { issuing: key(7), ..Vendor::new() };
    let mut revoking = v.bundle_claims();
    revoking.revocations = v.revocations(5, &[v.issuing.kid()]);
    let endless = lease(v, |claims| claims.expiry = None);
    vec![
        Vector::new(
            "kid-unknown",
            "A key that nobody certified.",
            sign_raw(&stranger, &bare.to_string(), &v.claims().to_string()),
        )
        .expect(unknown),
        Vector::new("certificate-of-another-root", "A certificate by somebody else's root.", forger.lease())
            .expect(unknown),
        Vector::new(
            "signed-by-the-root",
            "The root signs no leases.",
            v.lease_claims().sign(&v.root, &v.certificate()).unwrap(),
        )
        .rule("KEY-1")
        .expect(unknown),
        Vector::new(
            "new-key",
            "A key that is newer than the bundle: its certificate is in the header.",
            rotated.lease(),
        )
        .rule("KEY-5")
        .accepted(),
        Vector::new("revoked", "The bundle's revocation list names the key.", v.lease())
            .rule("KEY-5")
            .given("bundle", revoking.sign(&v.root).unwrap())
            .expect("token_key_revoked"),
        Vector::new(
            "certificate-for-another-use",
            "The certificate allows no leases.",
            under(v, |c| c.uses.retain(|_| false)),
        )
        .rule("KEY-3")
        .expect(unknown),
        Vector::new(
            "certificate-not-yet",
            "Issued a second before the certificate begins.",
            under(v, |c| c.not_before = now().shifted(1_000_000)),
        )
        .rule("KEY-3")
        .expect(unknown),
        Vector::new("certificate-over", "Issued when the certificate had ended.", under(v, |c| c.until = now()))
            .rule("KEY-3")
            .expect(unknown),
        Vector::new(
            "longer-than-max-lifetime",
            "The lease lives a second longer than its key may grant.",
            under(v, |c| c.max_lifetime = Some(7 * 86_400 - 1)),
        )
        .rule("KEY-3")
        .expect(unknown),
        Vector::new("endless", "No end, under a certificate that does not say so.", endless)
            .rule("KEY-3")
            .expect(unknown),
    ]
}

fn recipients(v: &Vendor) -> Vec<Vector> {
    let recipient = "token_wrong_recipient";
    let other = Vendor { id: id(77), ..Vendor::new() };
    let of_other = other.lease_claims().sign(&v.issuing, &v.certificate()).unwrap();
    let sandbox = Vendor::sandbox().lease_claims().sign(&v.issuing, &v.certificate()).unwrap();
    let bound = lease(v, |claims| claims.confirmation = Some(LeaseConfirmation { jkt: "a-thumbprint".to_owned() }));
    vec![
        Vector::new("another-vendor", "For another vendor, by a key of this one.", of_other).expect(recipient),
        Vector::new("sandbox", "A sandbox's lease where the bundle is live.", sandbox).rule("CLK-1").expect(recipient),
        Vector::new(
            "another-product",
            "For another product of the vendor.",
            lease(v, |claims| claims.product = id(99)),
        )
        .expect("token_wrong_product"),
        Vector::new("another-seat", "For another seat id.", v.lease()).given("seatId", "machine-2").expect(recipient),
        Vector::new("another-activation", "For another activation.", v.lease())
            .given("activation", id::<ActivationId>(99).to_string())
            .expect(recipient),
        Vector::new("another-device", "Bound to another device's key.", bound.clone())
            .rule("SEAT-12")
            .given("device", "another-thumbprint")
            .expect(recipient),
        Vector::new("bound-without-a-key", "Bound to a key, and this device has none.", bound)
            .rule("SEAT-12")
            .expect(recipient),
        Vector::new(
            "seat-without-activation",
            "A seat, but no `sub`.",
            v.forge(&v.header(), &without(v.claims(), "sub")),
        ),
    ]
}

fn times(v: &Vendor) -> Vec<Vector> {
    let end = now().shifted(7 * DAY);
    let ahead = |seconds: i64| {
        lease(v, |claims| claims.issued = Issued::new(v.id, now().shifted(seconds * 1_000_000), "token-2", false))
    };
    vec![
        Vector::new("last-microsecond", "One microsecond before its end.", v.lease())
            .given("now", end.shifted(-1).to_string())
            .accepted(),
        Vector::new("ended", "At its end, on the microsecond.", v.lease())
            .given("now", end.to_string())
            .expect("token_expired"),
        Vector::new("five-minutes-ahead", "Issued 5 minutes from now, which clocks may differ by.", ahead(300))
            .accepted(),
        Vector::new("issued-in-the-future", "Issued more than 5 minutes from now.", ahead(301))
            .expect("token_not_yet_valid"),
        Vector::new("carried-a-day-ahead", "Carried by hand: 24 hours are borne with.", ahead(86_400))
            .given("tolerance", "carriedFromVendor")
            .accepted(),
        Vector::new("carried-more-than-a-day-ahead", "Carried by hand, more than 24 hours.", ahead(86_401))
            .given("tolerance", "carriedFromVendor")
            .expect("token_not_yet_valid"),
    ]
}
