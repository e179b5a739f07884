//! Signed tokens: raw, and really signed over whatever the fuzzer puts into header and claims.

use std::sync::LazyLock;

use chancery_token::{
    AccessClaims, AccessToken, Certificate, DeviceProof, DeviceProofClaims, DeviceProofExpectation, DpopClaims,
    DpopExpectation, DpopProof, Issued, Lease, LocalKey, PublicKey, RevocationList, SigningKey, Trust,
};
use serde_json::{Value, json, to_value};

use super::common::offline::device;
use super::common::{Vendor, expectation, hosting, id, now, product, sign_raw};
use super::patch::{patched, same, two};

/// What a kind of token is like, and by whom it is signed.
struct Kind {
    header: Value,
    claims: Value,
    key: fn(&World) -> &LocalKey,
    /// Opens it, and says whether it was accepted.
    open: fn(&World, &str) -> bool,
}

struct World {
    vendor: Vendor,
    trust: Trust,
    device: LocalKey,
    server: LocalKey,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let vendor = Vendor::new();
    World { trust: vendor.trust(), device: device(), server: hosting::server_key(), vendor }
});
static KINDS: LazyLock<[Kind; 10]> = LazyLock::new(|| kinds(&WORLD));

const SERVER: &str = "srv_1";
const SEAT: &str = "machine-1";
const ACCESS: &str = "an access token";
/// Changes nothing of header and claims.
const UNCHANGED: &[u8] = b"{}\n{}";
const NONCE: &str = "a nonce";

/// The first byte says which kind of token, and what the rest is: a raw token; header and claims as they are; changes of good
/// ones.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let kind = &KINDS[usize::from(choice >> 2) % KINDS.len()];
    let (header, claims) = two(rest);
    let key = (kind.key)(&WORLD);
    let token = match choice & 3 {
        0 => return raw(&String::from_utf8_lossy(rest)),
        1 => sign_raw(key, &String::from_utf8_lossy(header), &String::from_utf8_lossy(claims)),
        _ => sign_raw(key, &patched(&kind.header, header), &patched(&kind.claims, claims)),
    };
    let accepted = (kind.open)(&WORLD, &token);
    // Else what is changed would be refused for another reason.
    assert!(accepted || choice & 2 == 0 || rest != UNCHANGED, "what is changed here is not accepted as it is");
}

/// Every opener sees it.
fn raw(token: &str) {
    for kind in KINDS.iter() {
        (kind.open)(&WORLD, token);
    }
}

fn kinds(world: &World) -> [Kind; 10] {
    let vendor = &world.vendor;
    let issuing: fn(&World) -> &LocalKey = |world| &world.vendor.issuing;
    let root: fn(&World) -> &LocalKey = |world| &world.vendor.root;
    let device: fn(&World) -> &LocalKey = |world| &world.device;
    let header = |key: fn(&World) -> &LocalKey, kind: &str| json!({"alg": "Ed25519", "kid": key(world).kid(), "typ": format!("chancery-{kind}+jwt")});
    let issued = Issued::new(vendor.id, now(), "token-1", false);
    let access = AccessClaims { issued: issued.clone(), activation: id(3), chain: 1, order: id(5) };
    let proof = DeviceProofClaims::new(issued, SERVER.to_owned(), product(), SEAT.to_owned(), &world.device);
    let dpop = DpopClaims::new("1".to_owned(), "POST", "https://h/p/x", now(), NONCE.to_owned(), ACCESS);
    let dpop_header = json!({"alg": "Ed25519", "typ": "dpop+jwt", "jwk": world.device.public()});
    let (lease, bundle) = (vendor.lease_claims(), vendor.bundle_claims());
    let mut verdict = lease.clone();
    (verdict.seat, verdict.activation) = (None, None);
    let list = json!({"number": 7, "revoked": ["a"], "iss": vendor.id.to_string(), "iat": 1_800_000_000, "jti": "1", "ver": 1});
    [
        Kind { header: vendor.header(), claims: to_value(lease).unwrap(), key: issuing, open: open_lease },
        Kind { header: vendor.header(), claims: to_value(verdict).unwrap(), key: issuing, open: open_verdict },
        Kind { header: header(issuing, "access"), claims: to_value(access).unwrap(), key: issuing, open: open_access },
        Kind { header: header(device, "device"), claims: to_value(proof).unwrap(), key: device, open: open_proof },
        Kind { header: dpop_header, claims: to_value(dpop).unwrap(), key: device, open: open_dpop },
        Kind {
            header: header(root, "key"),
            claims: to_value(vendor.certificate_claims()).unwrap(),
            key: root,
            open: open_certificate,
        },
        Kind { header: header(root, "revocations"), claims: list, key: root, open: open_revocations },
        Kind { header: header(root, "trust"), claims: to_value(bundle).unwrap(), key: root, open: open_bundle },
        Kind {
            header: json!({"alg": "Ed25519", "kid": vendor.issuing.kid(), "typ": "chancery-delegation+jwt",
                           "chancery_cert": hosting::certificate(vendor)}),
            claims: to_value(hosting::delegation_claims(vendor)).unwrap(),
            key: issuing,
            open: open_delegation,
        },
        Kind {
            header: hosting::server_header("chancery-lease+jwt"),
            claims: to_value(hosting::delegated_claims(vendor)).unwrap(),
            key: |world| &world.server,
            open: open_lease,
        },
    ]
}

/// What holds for everything that is believed (TOK-3): this vendor's, live, and of no late future.
fn believed(issued: &Issued) {
    assert!(issued.vendor == WORLD.vendor.id && !issued.sandbox);
    assert!(issued.at <= now().shifted(24 * 3_600_000_000));
}

fn open_lease(world: &World, token: &str) -> bool {
    let Ok(lease) = world.trust.open_lease(token, &expectation()) else { return false };
    believed(&lease.issued);
    assert!(lease.seat.is_some() && lease.product == product() && !lease.has_ended(now()));
    delegated(world, &lease);
    same(&*lease);
    true
}

/// What holds for every lease that is believed of a local server, and of no other (TOK-8).
fn delegated(world: &World, lease: &Lease) {
    assert_eq!(lease.host.is_some(), lease.delegation.is_some());
    let Some(delegation) = &lease.delegation else { return };
    let delegation = world.trust.open_delegation(delegation, now()).unwrap();
    assert!(lease.kid() == delegation.kid && lease.host.as_ref().map(|host| host.id) == Some(delegation.server));
    assert!(lease.product == delegation.product && lease.entitlement.id == delegation.entitlement);
    assert!(lease.seat.as_ref().is_none_or(|seat| (1..=delegation.seats).contains(&seat.number)));
    assert!(delegation.expiry.is_none_or(|end| lease.expiry.is_some_and(|expiry| expiry <= end)));
}

fn open_delegation(world: &World, token: &str) -> bool {
    let Ok(delegation) = world.trust.open_delegation(token, now()) else { return false };
    believed(&delegation.issued);
    assert_eq!(delegation.kid, delegation.jwk.thumbprint());
    same(&*delegation);
    true
}

fn open_verdict(world: &World, token: &str) -> bool {
    let Ok(verdict) = world.trust.open_verdict(token, &expectation()) else { return false };
    believed(&verdict.issued);
    assert!(verdict.seat.is_none() && verdict.product == product());
    delegated(world, &verdict);
    same(&*verdict);
    true
}

fn open_access(world: &World, token: &str) -> bool {
    let key = || PublicKey::new(world.vendor.issuing.public().clone()).unwrap();
    let lookup = |kid: &str| (kid == world.vendor.issuing.kid()).then(|| (world.vendor.id, key()));
    let Ok(token) = AccessToken::open(token, now(), lookup) else { return false };
    assert_eq!(token.issued.vendor, world.vendor.id);
    same(&*token);
    true
}

fn open_proof(world: &World, token: &str) -> bool {
    let (vendor, product, now) = (world.vendor.id, product(), now());
    let expected = DeviceProofExpectation { vendor, sandbox: false, server: SERVER, product, seat_id: SEAT, now };
    let Ok(proof) = DeviceProof::open(token, &expected) else { return false };
    believed(&proof.issued);
    assert!(proof.seat_id == SEAT && proof.server == SERVER && proof.expiry > now);
    same(&*proof);
    true
}

fn open_dpop(_: &World, token: &str) -> bool {
    let mut accepted = false;
    for public_url in [None, Some("https://h/p")] {
        let (method, path, nonce, access_token) = ("POST", "/x", NONCE, ACCESS);
        let expected = DpopExpectation { method, path, public_url, nonce, access_token, now: now() };
        if let Ok(proof) = DpopProof::open(token, &expected) {
            assert!(proof.method == "POST" && proof.nonce == NONCE && !proof.kid().is_empty());
            same(&*proof);
            accepted = true;
        }
    }
    accepted
}

fn open_certificate(world: &World, token: &str) -> bool {
    let Ok(certificate) = Certificate::open(token, world.trust.anchor(), now()) else { return false };
    let claims = certificate.claims();
    believed(&claims.issued);
    assert!(claims.not_before < claims.until && certificate.kid() == claims.jwk().thumbprint());
    assert_eq!(certificate.text(), token);
    for purpose in &claims.uses {
        let _ = certificate.covers(*purpose, now(), Some(now()));
        let _ = certificate.covers(*purpose, now(), None);
    }
    same(claims);
    true
}

fn open_revocations(world: &World, token: &str) -> bool {
    let Ok(list) = RevocationList::open(token, world.trust.anchor(), now()) else { return false };
    believed(&list.issued);
    same(&*list);
    let mut trust = world.trust.clone();
    let taken = trust.update_revocations(token, now()).is_ok();
    assert_eq!(taken, list.number >= world.trust.revocations().number);
    true
}

fn open_bundle(world: &World, token: &str) -> bool {
    // As somebody installs it, and as an update of the one that is known.
    if let Ok(trust) = Trust::open(token, None, now()) {
        let _ = (trust.receiving_key(now()), trust.vendor_name(), trust.urls());
        assert_eq!(trust.anchor().root.kid(), trust.revocations().kid());
    }
    let mut trust = world.trust.clone();
    let accepted = trust.update(token, now()).is_ok();
    if accepted {
        assert!(trust.anchor() == world.trust.anchor());
        assert!(trust.revocations().number >= world.trust.revocations().number);
    }
    accepted
}
