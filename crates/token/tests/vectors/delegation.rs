//! `delegation.json`: what a vendor delegates to a local server, and the leases that it issues: one check of TOK-8 after the other.

use chancery_domain::{EntitlementId, LocalServerId, ProductId, Timestamp};
use chancery_token::{CertificateClaims, DelegationClaims, Issued, KeyUse, LeaseClaims, LeaseConfirmation, SigningKey};
use serde_json::{Map, Value, json};

use super::common::hosting::{
    bundle, by_server, certificate, delegate, delegated_claims, delegation_claims, server_header, server_key,
};
use super::common::offline::{device_seal, second};
use super::common::{DAY, Vendor, id, key, now, product, sign_raw};
use super::file::{File, Vector};

const TYP: &str = "chancery-delegation+jwt";
const UNKNOWN: &str = "token_key_unknown";

pub(crate) fn file() -> File {
    let vendor = Vendor::new();
    let groups = [accepted, lease_form, bounds, others, times, delegations, delegation_claims_form, vendor_keys, lists];
    File {
        about: "Delegations, and the leases that local servers issue by them. A client checks root, issuing key, delegation, lease; \
                all are for the vendor whose trust bundle is given, and for the product that is given, at the instant `now`."
            .to_owned(),
        given: Map::from_iter([
            ("now".to_owned(), json!(now().to_string())),
            ("bundle".to_owned(), json!(bundle(&vendor))),
            ("product".to_owned(), json!(product().to_string())),
            ("tolerance".to_owned(), json!("online")),
        ]),
        vectors: groups.iter().flat_map(|group| group(&vendor)).collect(),
    }
}

/// A lease of the server, under a delegation and with claims that differ.
fn lease(v: &Vendor, delegation: impl FnOnce(&mut DelegationClaims), change: impl FnOnce(&mut LeaseClaims)) -> String {
    let (mut delegated, mut claims) = (delegation_claims(v), delegated_claims(v));
    delegation(&mut delegated);
    claims.delegation = Some(delegate(v, &delegated));
    change(&mut claims);
    claims.sign_delegated(&server_key()).unwrap()
}

/// A lease of the server with one claim changed, or without it.
fn claim_with(v: &Vendor, name: &str, value: Value) -> String {
    let mut claims = json!(delegated_claims(v));
    change(&mut claims, name, value);
    by_server(&claims)
}

fn change(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name).unwrap();
    } else {
        object[name] = value;
    }
}

/// A delegation of any claims, by the vendor's key.
fn delegation(v: &Vendor, typ: &str, claims: &Value) -> String {
    let header = json!({"alg": "Ed25519", "kid": v.issuing.kid(), "typ": typ, "chancery_cert": certificate(v)});
    sign_raw(&v.issuing, &header.to_string(), &claims.to_string())
}

fn delegation_with(v: &Vendor, name: &str, value: Value) -> String {
    let mut claims = json!(delegation_claims(v));
    change(&mut claims, name, value);
    delegation(v, TYP, &claims)
}

fn of(name: &str, about: &str, token: String) -> Vector {
    Vector::new(name, about, token).rule("TOK-8")
}

/// A lease of a vector that the delegation does not bear.
fn unborne(name: &str, about: &str, token: String) -> Vector {
    of(name, about, token).expect(UNKNOWN)
}

/// A certificate that may delegate for any time.
fn lasting(v: &Vendor) -> String {
    let mut certificate = v.certificate_claims();
    (certificate.uses, certificate.max_lifetime) = (vec![KeyUse::Export], None);
    certificate.sign(&v.root).unwrap()
}

fn accepted(v: &Vendor) -> Vec<Vector> {
    let verdict = lease(v, |_| {}, |it| (it.activation, it.seat) = (None, None));
    let mut rooted = v.bundle_claims();
    rooted.certificates.clear();
    let rooted = rooted.sign(&v.root).unwrap();
    let bound = lease(v, |_| {}, |it| it.confirmation = Some(LeaseConfirmation { jkt: "a-thumbprint".to_owned() }));
    let endless = DelegationClaims { expiry: None, ..delegation_claims(v) };
    let endless = endless.sign(&v.issuing, &lasting(v)).unwrap();
    let endless_lease = LeaseClaims { delegation: Some(endless.clone()), expiry: None, ..delegated_claims(v) };
    let plain = delegate(v, &delegation_claims(v));
    vec![
        of("lease", "A lease that a local server signed, with its delegation.", lease(v, |_| {}, |_| {})).accepted(),
        of(
            "lease-by-the-root-alone",
            "The bundle has no certificate: the delegation brings it.",
            lease(v, |_| {}, |_| {}),
        )
        .given("bundle", rooted)
        .accepted(),
        of("lease-bound", "Bound to the key of this device.", bound).given("device", "a-thumbprint").accepted(),
        of(
            "lease-endless",
            "Without end, by a delegation without end.",
            endless_lease.sign_delegated(&server_key()).unwrap(),
        )
        .accepted(),
        of("verdict", "An answer of `validate` by a local server.", verdict.clone()).kind("verdict").accepted(),
        of("verdict-as-lease", "Nobody may run by an answer of `validate`.", verdict).expect("token_wrong_recipient"),
        of("delegation", "The delegation itself.", plain).kind("delegation").accepted(),
        of("delegation-endless", "Without end, by a key that may grant it.", endless).kind("delegation").accepted(),
        of(
            "delegation-unknown-members",
            "Members that nobody knows yet do no harm.",
            delegation_with(v, "later", json!([])),
        )
        .kind("delegation")
        .accepted(),
    ]
}

fn lease_form(v: &Vendor) -> Vec<Vector> {
    let by_vendor = |claims: &LeaseClaims| claims.sign(&v.issuing, &certificate(v)).unwrap();
    let full = delegated_claims(v);
    let header = server_header("chancery-lease+jwt").to_string();
    let twice = json!(full).to_string().replacen('{', r#"{"delegation":"x","#, 1);
    vec![
        of("lease-without-host", "A delegation, and no server named.", claim_with(v, "host", Value::Null)),
        unborne("lease-without-delegation", "Nobody vouches for the server.", claim_with(v, "delegation", Value::Null)),
        of(
            "lease-by-the-vendor-with-host",
            "By the vendor's own key, and names a server.",
            by_vendor(&LeaseClaims { delegation: None, ..full.clone() }),
        ),
        unborne("lease-by-the-vendor-delegated", "By the vendor's own key, and shows a delegation.", by_vendor(&full)),
        of("lease-delegation-number", "`delegation` is no text.", claim_with(v, "delegation", json!(1))),
        of("lease-delegation-word", "`delegation` is no token.", claim_with(v, "delegation", json!("x"))),
        of("lease-delegation-twice", "`delegation` twice.", sign_raw(&server_key(), &header, &twice)).rule("TOK-3"),
        of(
            "lease-delegation-is-a-certificate",
            "A certificate is no delegation.",
            claim_with(v, "delegation", json!(v.certificate())),
        )
        .expect("token_wrong_type"),
        unborne(
            "lease-by-another-key",
            "By another key than the one that was delegated to.",
            full.sign_delegated(&key(53)).unwrap(),
        ),
        of(
            "lease-stolen",
            "Names the key that was delegated to, and is by another.",
            sign_raw(&key(53), &header, &json!(full).to_string()),
        )
        .expect("token_signature_invalid"),
    ]
}

fn bounds(v: &Vendor) -> Vec<Vector> {
    let number = |number: u64| lease(v, |_| {}, |it| it.seat.as_mut().unwrap().number = number);
    let end = now().shifted(7 * DAY);
    let ends = |at: Timestamp| lease(v, |it| it.expiry = Some(at), |_| {});
    let mut late = delegated_claims(v);
    let mut before = delegation_claims(v);
    (before.issued.at, before.expiry) = (second().shifted(-2 * DAY), Some(second().shifted(-DAY)));
    (late.delegation, late.expiry) = (Some(delegate(v, &before)), before.expiry);
    let early = LeaseClaims { issued: Issued::new(v.id, second().shifted(-2 * DAY), "t", false), ..late.clone() };
    vec![
        of("seat-1", "The first of seven seats.", number(1)).accepted(),
        unborne("seat-0", "A seat with the number 0 would be one more than there are.", number(0)),
        unborne("seat-8", "The eighth of seven seats.", number(8)),
        unborne("no-seats", "None was delegated.", lease(v, |it| it.seats = 0, |_| {})),
        of("ends-together", "The lease ends when the delegation does.", ends(end)).accepted(),
        unborne("outlives", "The lease ends a microsecond after the delegation.", ends(end.shifted(-1))),
        unborne(
            "outlives-without-end",
            "The lease has no end, the delegation has.",
            lease(v, |_| {}, |it| it.expiry = None),
        ),
        unborne(
            "issued-after-the-end",
            "Issued when the delegation had ended.",
            late.sign_delegated(&server_key()).unwrap(),
        ),
        of("ended", "Within its delegation, and over with it.", early.sign_delegated(&server_key()).unwrap())
            .expect("token_expired"),
    ]
}

fn others(v: &Vendor) -> Vec<Vector> {
    let (server, product, entitlement): (LocalServerId, ProductId, EntitlementId) = (id(14), id(99), id(98));
    let other = || Issued::new(id(77), now(), "t", false);
    let wrong = "token_wrong_recipient";
    vec![
        unborne(
            "delegation-for-another-server",
            "Delegated to another server.",
            lease(v, |it| it.server = server, |_| {}),
        ),
        unborne(
            "host-is-another-server",
            "The lease names another server than its delegation.",
            lease(v, |_| {}, |it| it.host.as_mut().unwrap().id = server),
        ),
        unborne(
            "delegation-for-another-product",
            "Delegated for another product.",
            lease(v, |it| it.product = product, |_| {}),
        ),
        of(
            "both-for-another-product",
            "Rightly delegated, and for another product than the one that asks.",
            lease(v, |it| it.product = product, |it| it.product = product),
        )
        .expect("token_wrong_product"),
        unborne(
            "delegation-for-another-entitlement",
            "Delegated for another entitlement.",
            lease(v, |it| it.entitlement = entitlement, |_| {}),
        ),
        of("lease-of-another-vendor", "The server names another vendor.", lease(v, |_| {}, |it| it.issued = other()))
            .expect(wrong),
        of("delegation-of-another-vendor", "Its delegation does.", lease(v, |it| it.issued = other(), |_| {}))
            .expect(wrong),
        of("lease-of-a-sandbox", "A sandbox's lease.", lease(v, |_| {}, |it| it.issued.sandbox = true))
            .rule("CLK-1")
            .expect(wrong),
        of("delegation-of-a-sandbox", "A sandbox's delegation.", lease(v, |it| it.issued.sandbox = true, |_| {}))
            .rule("CLK-1")
            .expect(wrong),
    ]
}

fn times(v: &Vendor) -> Vec<Vector> {
    let earliest = second().shifted(-DAY);
    let issued = |at: Timestamp| Issued::new(v.id, at, "t", false);
    let carried = |at: Timestamp, now: Timestamp| {
        let text = lease(v, |it| it.issued = issued(at), |it| it.issued = issued(now));
        (text, now.to_string())
    };
    let (just, at) = carried(second(), earliest);
    let (early, before) = carried(second(), earliest.shifted(-1_000_000));
    vec![
        of("delegation-a-day-ahead", "Its delegation was made 24 hours ahead of this clock: it was carried.", just)
            .given("now", at)
            .accepted(),
        of("delegation-more-than-a-day-ahead", "More than 24 hours ahead.", early)
            .given("now", before)
            .expect("token_not_yet_valid"),
        of(
            "lease-ahead",
            "The lease itself came over a connection: 5 minutes are borne with, a day is not.",
            lease(v, |_| {}, |_| {}),
        )
        .given("now", earliest.to_string())
        .expect("token_not_yet_valid"),
        of("lease-carried-ahead", "Carried by hand: 24 hours are.", lease(v, |_| {}, |_| {}))
            .given("now", earliest.to_string())
            .given("tolerance", "carriedFromVendor")
            .accepted(),
    ]
}

fn delegations(v: &Vendor) -> Vec<Vector> {
    let mut private = json!(server_key().public());
    private["d"] = json!("AAAA");
    let mut over = json!(delegation_claims(v));
    (over["exp"], over["delegationExpiry"]) = (over["iat"].clone(), json!(second().to_string()));
    let mut apart = json!(delegation_claims(v));
    apart["delegationExpiry"] = json!(now().shifted(29 * DAY).to_string());
    let vectors = vec![
        of("sub-of-another", "`sub` is not the thumbprint of `jwk`.", delegation_with(v, "sub", json!(key(53).kid()))),
        of(
            "jwk-of-another",
            "`jwk` is another key than `sub` says.",
            delegation_with(v, "jwk", json!(key(53).public())),
        ),
        of("jwk-x25519", "`jwk` signs nothing.", delegation_with(v, "jwk", json!(device_seal().public()))),
        of("jwk-private", "`jwk` with its private half.", delegation_with(v, "jwk", private)),
        of("ends-when-it-begins", "It ends when it is issued.", delegation(v, TYP, &over)),
        of("two-ends", "`exp` and `delegationExpiry` differ.", delegation(v, TYP, &apart)),
        of("exp-alone", "`exp` without `delegationExpiry`.", delegation_with(v, "delegationExpiry", Value::Null)),
        of("end-alone", "`delegationExpiry` without `exp`.", delegation_with(v, "exp", Value::Null)),
        of("typ", "The `typ` of a certificate.", delegation(v, "chancery-key+jwt", &json!(delegation_claims(v))))
            .expect("token_wrong_type"),
        of("ver-2", "A version of the form that is not known.", delegation_with(v, "ver", json!(2)))
            .expect("token_version_unsupported"),
    ];
    let prefixed = |vector: Vector| Vector { name: format!("delegation-{}", vector.name), ..vector };
    vectors.into_iter().map(|vector| prefixed(vector).kind("delegation")).collect()
}

fn delegation_claims_form(v: &Vendor) -> Vec<Vector> {
    let mut vectors = Vec::new();
    for name in json!(delegation_claims(v)).as_object().unwrap().keys() {
        let lower = name.to_lowercase();
        if !["exp", "delegationExpiry"].contains(&name.as_str()) {
            let about = format!("No claim `{name}`.");
            vectors.push(of(&format!("delegation-missing-{lower}"), &about, delegation_with(v, name, Value::Null)));
        }
        let about = format!("The claim `{name}` is of a wrong JSON type.");
        vectors.push(of(&format!("delegation-wrong-{lower}"), &about, delegation_with(v, name, json!([1]))));
    }
    vectors.into_iter().map(|vector| vector.rule("TOK-3").kind("delegation")).collect()
}

fn vendor_keys(v: &Vendor) -> Vec<Vector> {
    let under = |root: u8, change: fn(&mut CertificateClaims)| {
        let mut certificate = v.certificate_claims();
        certificate.uses = vec![KeyUse::Export];
        change(&mut certificate);
        let certificate = certificate.sign(&key(root)).unwrap();
        let delegated = delegation_claims(v).sign(&v.issuing, &certificate).unwrap();
        let claims = LeaseClaims { delegation: Some(delegated), ..delegated_claims(v) };
        claims.sign_delegated(&server_key()).unwrap()
    };
    let own = delegation_claims(v).sign(&server_key(), &certificate(v)).unwrap();
    let own = LeaseClaims { delegation: Some(own), ..delegated_claims(v) };
    let vectors = vec![
        unborne(
            "key-may-not-delegate",
            "The vendor's key may sign leases, and no delegations.",
            under(1, |it| it.uses = vec![KeyUse::Lease]),
        ),
        unborne("key-over", "Its certificate had ended when it delegated.", under(1, |it| it.until = second())),
        unborne(
            "key-for-shorter-lives",
            "The delegation lives a second longer than the vendor's key may grant.",
            under(1, |it| it.max_lifetime = Some(30 * 86_400 - 1)),
        ),
        unborne("key-of-another-root", "Another root's certificate.", under(8, |_| {})),
        unborne("key-of-the-server", "The server delegates to itself.", own.sign_delegated(&server_key()).unwrap()),
        unborne(
            "key-endless",
            "A delegation without end, by a key that may not grant it.",
            lease(v, |it| it.expiry = None, |_| {}),
        ),
    ];
    vectors.into_iter().map(|vector| vector.rule("KEY-3")).collect()
}

fn lists(v: &Vendor) -> Vec<Vector> {
    let revoking = |kid: &str| {
        let mut claims = v.bundle_claims();
        claims.revocations = v.revocations(5, &[kid]);
        claims.sign(&v.root).unwrap()
    };
    let revoked = "token_key_revoked";
    vec![
        of("vendors-key-revoked", "The key that delegated was revoked.", lease(v, |_| {}, |_| {}))
            .given("bundle", revoking(v.issuing.kid()))
            .rule("KEY-5")
            .expect(revoked),
        of("servers-key-revoked", "The server's key was revoked.", lease(v, |_| {}, |_| {}))
            .given("bundle", revoking(server_key().kid()))
            .rule("KEY-5")
            .expect(revoked),
    ]
}
