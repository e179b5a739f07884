//! Sealed tokens: raw, and really sealed around whatever the fuzzer puts into seal, header and claims.

use std::sync::LazyLock;

use chancery_token::{
    ExportReturn, LocalKey, OfflineDeactivation, OfflineReply, OfflineRequest, OpeningKey, SigningKey, Trust,
    UsageReport, carried,
};
use serde_json::{Value, json};

use super::common::offline::{
    deactivation_claims, device, device_seal, entropy, expected, offline_certificate, receiving, refresh_claims,
    request_claims, reseal, response_claims, retired, seal_header, seal_raw, sealing, trust,
};
use super::common::{Vendor, hosting, now, sign_raw};
use super::patch::{patched, same, two};

/// What a kind of token is like, by whom it is signed, and to whom it is sealed.
struct Kind {
    header: Value,
    claims: Value,
    key: fn(&World) -> &LocalKey,
    to: fn(&World) -> &OpeningKey,
}

struct World {
    vendor: Vendor,
    trust: Trust,
    device: LocalKey,
    server: LocalKey,
    server_seal: OpeningKey,
    device_seal: OpeningKey,
    receiving: OpeningKey,
    retired: OpeningKey,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let vendor = Vendor::new();
    let (receiving, retired) = (receiving(), retired());
    let (server, server_seal) = (hosting::server_key(), hosting::server_seal());
    let (trust, device, device_seal) = (trust(&vendor), device(), device_seal());
    World { trust, vendor, device, server, server_seal, device_seal, receiving, retired }
});
static KINDS: LazyLock<[Kind; 9]> = LazyLock::new(|| kinds(&WORLD.vendor));

/// Changes nothing of header and claims.
const UNCHANGED: &[u8] = b"{}\n{}";

/// The first byte says which kind of token, and what the rest is: a raw token; signed header and claims as they are; changes of
/// good ones; changes of the seal, and what is sealed by it.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let world = &*WORLD;
    let kind = &KINDS[usize::from(choice >> 2) % KINDS.len()];
    let (key, to) = ((kind.key)(world), (kind.to)(world));
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

fn kinds(vendor: &Vendor) -> [Kind; 9] {
    let header = |kid: &str, kind: &str| json!({"alg": "Ed25519", "kid": kid, "typ": format!("chancery-{kind}+jwt")});
    let certified = |kind: &str, certificate: String| {
        let mut header = header(vendor.issuing.kid(), kind);
        header["chancery_cert"] = certificate.into();
        header
    };
    let (device, server) = (device(), hosting::server_key());
    let replied = |kind: &str| certified(kind, offline_certificate(vendor));
    let exported = |kind: &str| certified(kind, hosting::certificate(vendor));
    let of_device = |kind: &str, claims| Kind {
        header: header(device.kid(), kind),
        claims,
        key: |world| &world.device,
        to: |world| &world.receiving,
    };
    let of_server = |kind: &str, claims| Kind {
        header: header(server.kid(), kind),
        claims,
        key: |world| &world.server,
        to: |world| &world.receiving,
    };
    let of_vendor = |header: Value, claims, to: fn(&World) -> &OpeningKey| Kind {
        header,
        claims,
        key: |it| &it.vendor.issuing,
        to,
    };
    [
        of_device("offline-request", json!(request_claims(vendor))),
        of_vendor(replied("offline-response"), json!(response_claims(vendor)), |world| &world.device_seal),
        of_vendor(replied("offline-refresh"), json!(refresh_claims(vendor)), |world| &world.device_seal),
        of_device("offline-deactivation", json!(deactivation_claims(vendor))),
        of_vendor(exported("export"), json!(hosting::export_claims(vendor)), |world| &world.server_seal),
        of_vendor(exported("rebind"), json!(hosting::rebind_claims(vendor)), |world| &world.server_seal),
        of_server("export-return", json!(hosting::return_claims(vendor))),
        of_server("usage", json!(hosting::report_claims(vendor))),
        of_device("offline-request", json!(hosting::server_request(vendor))),
    ]
}

fn open(world: &World, token: &str) -> bool {
    let mut accepted = open_hosted(world, token);
    let keys = [&world.receiving, &world.retired];
    if let Ok(request) = OfflineRequest::open(token, &keys, &expected(now())) {
        accepted = true;
        assert_eq!(request.kid(), request.device_keys.sign.thumbprint());
        assert!(request.issued.vendor == world.vendor.id && request.credential.is_object());
        if let Some(server) = &request.local_server {
            assert!(server.keys.sign == *world.server.public());
        }
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

/// What goes between a vendor and a local server (TOK-8).
fn open_hosted(world: &World, token: &str) -> bool {
    let server = [&world.server_seal];
    let export = world.trust.open_export(token, &server, now());
    if let Ok(export) = &export {
        let payload = &export.claims.payload;
        assert_eq!(export.claims.audience, world.server_seal.kid());
        assert!(
            export.delegation.entitlement == payload.entitlement.id && export.delegation.product == payload.product.id
        );
        assert!(export.delegation.seats == payload.entitlement.seats && export.claims.seq > 0);
        same(&*export.claims);
    }
    let rebind = world.trust.open_rebind(token, &server, now());
    if let Ok(rebind) = &rebind {
        assert!(rebind.audience == world.server_seal.kid() && rebind.expiry > now());
        same(&**rebind);
    }
    let (keys, expected) = ([&world.receiving, &world.retired], expected(now()));
    let returned = ExportReturn::open(token, &keys, &expected, hosting::registered);
    if let Ok(returned) = &returned {
        assert_eq!(hosting::registered(returned.kid()).map(|(id, _)| id), Some(returned.server));
        same(&**returned);
    }
    let reported = UsageReport::open(token, &keys, &expected, hosting::registered);
    if let Ok(reported) = &reported {
        assert_eq!(hosting::registered(reported.kid()).map(|(id, _)| id), Some(reported.server));
        same(&**reported);
    }
    export.is_ok() || rebind.is_ok() || returned.is_ok() || reported.is_ok()
}
