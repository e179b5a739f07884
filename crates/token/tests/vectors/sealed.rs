//! The part of `offline.json` about seals: one row of TOK-3 after the other, each on an offline request.

use chancery_token::SigningKey;
use chancery_token::hash::{base64url, from_hex, hmac_sha256};
use serde_json::{Value, json};

use super::common::offline::{
    device, opening, receiving, request_claims, reseal, retired, seal_header, seal_raw, seal_request, sealing,
};
use super::common::{Vendor, key, sign_raw};
use super::file::Vector;

pub(crate) const TYP: &str = "chancery-offline-request+jwt";

/// All vectors about seals.
pub(crate) fn vectors(v: &Vendor) -> Vec<Vector> {
    let groups = [form, lengths, header, ephemeral_keys, inside];
    groups.iter().flat_map(|group| group(v)).map(|vector| vector.kind("offlineRequest")).collect()
}

/// A request that is signed, and not yet sealed.
pub(crate) fn signed(v: &Vendor) -> String {
    let header = json!({"alg": "Ed25519", "kid": device().kid(), "typ": TYP}).to_string();
    sign_raw(&device(), &header, &serde_json::to_string(&request_claims(v)).unwrap())
}

/// A request under another header of the seal.
fn under(v: &Vendor, header: &str) -> String {
    seal_raw(header, signed(v).as_bytes(), &receiving())
}

/// A request with one member of the seal's header changed, or without it.
fn header_with(v: &Vendor, name: &str, value: Value) -> String {
    let mut header = seal_header(&receiving());
    if value.is_null() {
        header.as_object_mut().unwrap().remove(name).unwrap();
    } else {
        header[name] = value;
    }
    under(v, &header.to_string())
}

fn form(v: &Vendor) -> Vec<Vector> {
    let good = seal_request(&request_claims(v));
    let parts: Vec<&str> = good.split('.').collect();
    let last = good.chars().last().unwrap();
    let not_canonical = format!("{}{}", &good[..good.len() - 1], char::from(last as u8 + 1));
    let mut long = request_claims(v);
    long.seat_name = Some("x".repeat(48 * 1024));
    let header = seal_header(&receiving()).to_string();
    let mut altered = chancery_token::hash::from_base64url(parts[3]).unwrap();
    altered[0] ^= 1;
    let with = |index: usize, part: &str| {
        let mut parts = parts.clone();
        parts[index] = part;
        parts.join(".")
    };
    vec![
        Vector::new("too-long", "More than 64 KiB.", seal_request(&long)),
        Vector::new("not-sealed", "A request that is signed, and that everybody can read.", signed(v)),
        Vector::new("four-parts", "Without the tag's part.", parts[..4].join(".")),
        Vector::new("six-parts", "One part too many.", format!("{good}.AAAA")),
        Vector::new("two-tokens", "A second token after the first.", format!("{good}{good}")),
        Vector::new("white-space", "A line's end after the token.", format!("{good}\n")),
        Vector::new("padding", "Base64url has no padding here.", format!("{good}==")),
        Vector::new(
            "base64-not-canonical",
            "The same bytes by another text: bits that mean nothing are set.",
            not_canonical,
        ),
        Vector::new("header-array", "The header is no object.", under(v, "[]")),
        Vector::new(
            "duplicate-in-header",
            "`enc` twice in the header.",
            under(v, &header.replacen('{', r#"{"enc":"A128GCM","#, 1)),
        ),
        Vector::new(
            "duplicate-in-epk",
            "`x` twice in the ephemeral key.",
            under(v, &header.replacen(r#""crv""#, r#""\u0078":"AAAA","crv""#, 1)),
        ),
        Vector::new("ciphertext-altered", "One bit of the ciphertext is another.", with(3, &base64url(&altered))),
        Vector::new(
            "sealed-to-another",
            "It names the vendor's key, and is sealed to another.",
            seal_raw(&header, signed(v).as_bytes(), &opening(50)),
        ),
    ]
}

fn lengths(v: &Vendor) -> Vec<Vector> {
    let good = seal_request(&request_claims(v));
    let parts: Vec<&str> = good.split('.').collect();
    let with = |index: usize, part: &str| {
        let mut parts = parts.clone();
        parts[index] = part;
        parts.join(".")
    };
    let other = reseal(&signed(v), &receiving());
    let other: Vec<&str> = other.split('.').collect();
    vec![
        Vector::new("encrypted-key", "With ECDH-ES there is no encrypted key.", with(1, "AAAA")),
        Vector::new("iv-short", "An IV of 11 bytes.", with(2, &base64url(&[7; 11]))),
        Vector::new("iv-long", "An IV of 16 bytes.", with(2, &base64url(&[7; 16]))),
        Vector::new("tag-short", "A tag of 12 bytes: easier to guess.", with(4, &parts[4][..16])),
        Vector::new("tag-empty", "No tag.", with(4, "")),
        Vector::new("header-of-another", "The header of another token for the same key.", with(0, other[0])),
        Vector::new("iv-of-another", "The IV of another token.", with(2, other[2])),
        Vector::new("tag-of-another", "The tag of another token.", with(4, other[4])),
    ]
}

fn header(v: &Vendor) -> Vec<Vector> {
    let jwk = json!(receiving().public());
    let one =
        |name: &str, about: &str, member: &str, value: Value| Vector::new(name, about, header_with(v, member, value));
    let mut vectors = vec![
        one("alg-missing", "No `alg`.", "alg", Value::Null),
        one("enc-missing", "No `enc`.", "enc", Value::Null),
        one("kid-missing", "No `kid`.", "kid", Value::Null),
        one("cty-missing", "No `cty`.", "cty", Value::Null),
        one("cty-other", "Not a signed token inside, or so it says.", "cty", json!("text/plain")),
        one("zip", "Compressed, or so it says.", "zip", json!("DEF")),
        one("crit", "A critical extension: we know none.", "crit", json!(["exp"])),
        one("crit-empty", "An empty list of them, which RFC 7516 forbids.", "crit", json!([])),
        one("jwk", "Keys come from nowhere but the trust bundle: no `jwk`.", "jwk", jwk),
        one("jku", "Nor an address of keys.", "jku", json!("https://keys.example")),
        one("x5u", "Nor an address of certificates.", "x5u", json!("https://keys.example")),
        one("x5c", "Nor an X.509 chain.", "x5c", json!(["MIIB"])),
        one("apu", "`apu` would change the key that is derived.", "apu", json!("QWxpY2U")),
        one("apv", "So would `apv`.", "apv", json!("Qm9i")),
    ];
    for alg in ["none", "HS256", "PBES2-HS256+A128KW", "RSA1_5", "RSA-OAEP-256", "dir", "ECDH-ES+A256KW", "Ed25519"] {
        let about = format!("`alg` is {alg}, which never seals anything of ours.");
        vectors.push(one(&format!("alg-{}", alg.to_lowercase()), &about, "alg", json!(alg)));
    }
    for enc in ["A128GCM", "A192GCM", "A128CBC-HS256", "A256CBC-HS512"] {
        let about = format!("`enc` is {enc}.");
        vectors.push(one(&format!("enc-{}", enc.to_lowercase()), &about, "enc", json!(enc)));
    }
    let mut stranger = request_claims(v);
    opening(50).kid().clone_into(&mut stranger.audience);
    vectors.push(
        Vector::new(
            "kid-unknown",
            "Sealed to a key that the vendor does not have.",
            stranger.seal(&device(), &sealing(&opening(50)), &mut super::common::offline::entropy()).unwrap(),
        )
        .rule("TOK-2")
        .expect("token_wrong_recipient"),
    );
    let mut old = request_claims(v);
    retired().kid().clone_into(&mut old.audience);
    vectors.push(
        Vector::new(
            "kid-retired",
            "Sealed to a key that another has followed: it still opens.",
            old.seal(&device(), &sealing(&retired()), &mut super::common::offline::entropy()).unwrap(),
        )
        .rule("KEY-2")
        .accepted(),
    );
    vectors
}

fn ephemeral_keys(v: &Vendor) -> Vec<Vector> {
    let octets = |x: &[u8]| json!({"kty": "OKP", "crv": "X25519", "x": base64url(x)});
    let mut private = json!(opening(40).public());
    private["d"] = json!(base64url(&[40; 32]));
    let mut one = [0; 32];
    one[0] = 1;
    let order_8 = from_hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800").unwrap();
    let p256 = json!({"kty": "EC", "crv": "P-256", "x": base64url(&[1; 32]), "y": base64url(&[1; 32])});
    [
        ("epk-missing", "No ephemeral key.", Value::Null),
        ("epk-text", "An ephemeral key that is no JWK.", json!("AAAA")),
        ("epk-private", "The private half is given away with it.", private),
        ("epk-ed25519", "A key that signs.", json!(key(9).public())),
        ("epk-p-256", "A key on another curve.", p256),
        ("epk-short", "31 bytes.", octets(&[1; 31])),
        ("epk-zero", "All zero: so is whatever is agreed on, and everybody knows the key.", octets(&[0; 32])),
        ("epk-one", "The point 1, of order 4: the same.", octets(&one)),
        ("epk-order-8", "A point of order 8: the same.", octets(&order_8)),
    ]
    .into_iter()
    .map(|(name, about, epk)| Vector::new(name, about, header_with(v, "epk", epk)))
    .collect()
}

fn inside(v: &Vendor) -> Vec<Vector> {
    let seal = |plain: &str| reseal(plain, &receiving());
    let claims = serde_json::to_string(&request_claims(v)).unwrap();
    let good = signed(v);
    let (content, _) = good.rsplit_once('.').unwrap();
    let under = |alg: &str| {
        let header = json!({"alg": alg, "kid": device().kid(), "typ": TYP}).to_string();
        sign_raw(&device(), &header, &claims)
    };
    let hs256 = under("HS256").rsplit_once('.').unwrap().0.to_owned();
    let public = serde_json::to_vec(device().public()).unwrap();
    let mac = base64url(&hmac_sha256(&public, &[hs256.as_bytes()]));
    let header = json!({"alg": "Ed25519", "kid": device().kid(), "typ": TYP}).to_string();
    let twice = claims.replacen('{', r#"{"seatId":"machine-2","#, 1);
    vec![
        Vector::new("inside-claims", "Claims that nobody signed.", seal(&claims)),
        Vector::new("inside-empty", "Nothing.", seal("")),
        Vector::new("inside-sealed", "Another seal.", seal(&seal_request(&request_claims(v)))),
        Vector::new("inside-alg-none", "A token whose `alg` is `none`.", seal(&under("none"))),
        Vector::new("inside-hs256", "An HMAC with the public key as its secret.", seal(&format!("{hs256}.{mac}"))),
        Vector::new("inside-alg-ecdh-es", "An `alg` that signs nothing.", seal(&under("ECDH-ES"))),
        Vector::new("inside-line", "A line's end after the signed token.", seal(&format!("{good}\n"))),
        Vector::new("inside-duplicate-claim", "`seatId` twice.", seal(&sign_raw(&device(), &header, &twice))),
        Vector::new("inside-signature-empty", "No byte of a signature.", seal(&format!("{content}.")))
            .expect("token_signature_invalid"),
        Vector::new(
            "inside-signed-by-another",
            "Signed by another key than the one in it.",
            seal(&sign_raw(&key(9), &header, &claims)),
        )
        .expect("token_signature_invalid"),
    ]
}
