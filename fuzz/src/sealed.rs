//! Sealed tokens: raw, and really sealed around whatever the fuzzer puts into seal, header and claims.

use std::sync::LazyLock;

use chancery_token::{
    LocalKey, OfflineDeactivation, OfflineReply, OfflineRequest, OpeningKey, SigningKey, Trust, carried,
};
use serde_json::{Value, json, to_value};

use super::common::offline::{
    deactivation_claims, device, device_seal, entropy, expected, offline_certificate, receiving, refresh_claims,
    request_claims, reseal, response_claims, retired, seal_header, seal_raw, sealing, trust,
};
use super::common::{Vendor, now, sign_raw};
use super::patch::{patched, same, two};

/// What a kind of token is like, by whom it is signed, and to whom it is sealed.
struct Kind {
    header: Value,
    claims: Value,
    from_device: bool,
}

struct World {
    vendor: Vendor,
    trust: Trust,
    device: LocalKey,
    device_seal: OpeningKey,
    receiving: OpeningKey,
    retired: OpeningKey,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let vendor = Vendor::new();
    let (receiving, retired) = (receiving(), retired());
    World { trust: trust(&vendor), vendor, device: device(), device_seal: device_seal(), receiving, retired }
});
static KINDS: LazyLock<[Kind; 4]> = LazyLock::new(|| kinds(&WORLD.vendor));

/// Changes nothing of header and claims.
const UNCHANGED: &[u8] = b"{}\n{}";

/// The first byte says which kind of token, and what the rest is: a raw token; signed header and claims as they are; changes of
/// good ones; changes of the seal, and what is sealed by it.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let world = &*WORLD;
    let kind = &KINDS[usize::from(choice >> 2 & 3)];
    let to = if kind.from_device { &world.receiving } else { &world.device_seal };
    let key = if kind.from_device { &world.device } else { &world.vendor.issuing };
    let (header, claims) = two(rest);
    let token = match choice & 3 {
        0 => String::from_utf8_lossy(rest).into_owned(),
        1 => reseal(&sign_raw(key, &String::from_utf8_lossy(header), &String::from_utf8_lossy(claims)), to),
        2 => reseal(&sign_raw(key, &patched(&kind.header, header), &patched(&kind.claims, claims)), to),
        _ => seal_raw(&patched(&seal_header(to), header), claims, to),
    };
    let accepted = open(world, &token);
    // Else what is changed would be refused for another reason; a seal around nothing is no token.
    assert!(accepted || choice & 3 != 2 || rest != UNCHANGED, "what is changed here is not accepted as it is");
    // As it comes by hand.
    if let Ok(carried) = carried::read(&token) {
        open(world, &carried);
    }
}

fn kinds(vendor: &Vendor) -> [Kind; 4] {
    let header =
        |kid: &str, kind: &str| json!({"alg": "Ed25519", "kid": kid, "typ": format!("chancery-offline-{kind}+jwt")});
    let device = device();
    let replied = |kind: &str| {
        let mut header = header(vendor.issuing.kid(), kind);
        header["chancery_cert"] = offline_certificate(vendor).into();
        header
    };
    let claims = [
        (header(device.kid(), "request"), to_value(request_claims(vendor)), true),
        (replied("response"), to_value(response_claims(vendor)), false),
        (replied("refresh"), to_value(refresh_claims(vendor)), false),
        (header(device.kid(), "deactivation"), to_value(deactivation_claims(vendor)), true),
    ];
    claims.map(|(header, claims, from_device)| Kind { header, claims: claims.unwrap(), from_device })
}

fn open(world: &World, token: &str) -> bool {
    let mut accepted = false;
    let keys = [&world.receiving, &world.retired];
    if let Ok(request) = OfflineRequest::open(token, &keys, &expected(now())) {
        accepted = true;
        assert_eq!(request.kid(), request.device_keys.sign.thumbprint());
        assert!(request.issued.vendor == world.vendor.id && request.credential.is_object());
        same(&*request);
        if request.kid() == world.device.kid() && request.audience == world.receiving.kid() {
            let again = request.seal(&world.device, &sealing(&world.receiving), &mut entropy()).unwrap();
            // A longer form of the same, such as of numbers, may be too long.
            if again.len() <= 64 * 1024 {
                assert!(*OfflineRequest::open(&again, &keys, &expected(now())).unwrap() == *request);
            }
        }
    }
    if let Ok(given_up) = OfflineDeactivation::open(token, &keys, &expected(now())) {
        accepted = true;
        assert_eq!(given_up.kid(), given_up.jwk.thumbprint());
        same(&*given_up);
    }
    match world.trust.open_offline_reply(token, &world.device_seal, now()) {
        Ok(OfflineReply::Response(response)) => {
            assert_eq!(response.audience, world.device_seal.kid());
            same(&*response);
            true
        }
        Ok(OfflineReply::Refresh(refresh)) => {
            assert_eq!(refresh.audience, world.device_seal.kid());
            same(&*refresh);
            true
        }
        Err(_) => accepted,
    }
}
