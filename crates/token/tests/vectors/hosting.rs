//! `hosting.json`: what goes by hand between a vendor and a local server, sealed, accepted and refused.

use chancery_domain::{EntitlementId, LocalServerId, ProductId, VendorId};
use chancery_token::hash::base64url;
use chancery_token::{ExportClaims, Issued, KeyUse, LocalServerRequest, ServerProofClaims, SigningKey};
use serde_json::{Map, Value, json};

use super::common::hosting::{
    bundle, certificate, delegate, delegation_claims, export_claims, local_server, proof_claims, rebind_claims,
    report_claims, return_claims, server, server_header, server_key, server_request, server_seal,
};
use super::common::offline::{device_seal, opening, receiving, reseal, retired, seal_request, second};
use super::common::{DAY, Vendor, id, key, now, sign_raw};
use super::file::{File, Vector};
use super::offline::private;

const HOUR: i64 = DAY / 24;

pub(crate) fn file() -> File {
    let vendor = Vendor::new();
    let groups = [accepted, types, recipients, times, claims, payload, exports, lists, keys, servers, requests, proofs];
    File {
        about: "What is carried between a vendor and a local server: signed, then sealed. Exports and rebind tokens are opened by the \
                server with `serverKey`, the others by the vendor with `vendorKeys`, which knows the `servers` that are registered; \
                all at the instant `now`."
            .to_owned(),
        given: Map::from_iter([
            ("now".to_owned(), json!(now().to_string())),
            ("bundle".to_owned(), json!(bundle(&vendor))),
            ("vendorKeys".to_owned(), json!([private(31, &receiving()), private(30, &retired())])),
            ("serverKey".to_owned(), private(52, &server_seal())),
            ("servers".to_owned(), json!([
                {"id": server().to_string(), "jwk": server_key().public()},
                {"id": id::<LocalServerId>(14).to_string(), "jwk": key(53).public()},
            ])),
        ]),
        vectors: groups.iter().flat_map(|group| group(&vendor)).collect(),
    }
}

/// A kind of token: its name here, its `typ`, and good claims.
type Kind = (&'static str, &'static str, Value);

fn kinds(v: &Vendor) -> [Kind; 4] {
    [
        ("export", "chancery-export+jwt", json!(export_claims(v))),
        ("rebind", "chancery-rebind+jwt", json!(rebind_claims(v))),
        ("exportReturn", "chancery-export-return+jwt", json!(return_claims(v))),
        ("usageReport", "chancery-usage+jwt", json!(report_claims(v))),
    ]
}

const fn is_from_vendor(kind: &str) -> bool {
    // The two that a vendor makes have short names.
    kind.len() == "export".len()
}

/// Any claims as a token of some type, signed and sealed by whom such a kind is.
fn token(v: &Vendor, kind: &str, typ: &str, claims: &Value) -> String {
    if is_from_vendor(kind) {
        let header = json!({"alg": "Ed25519", "kid": v.issuing.kid(), "typ": typ, "chancery_cert": certificate(v)});
        return reseal(&sign_raw(&v.issuing, &header.to_string(), &claims.to_string()), &server_seal());
    }
    reseal(&sign_raw(&server_key(), &server_header(typ).to_string(), &claims.to_string()), &receiving())
}

fn short(kind: &str) -> &str {
    match kind {
        "exportReturn" => "return",
        "usageReport" => "report",
        other => other,
    }
}

/// One vector for each kind, with something changed in its claims.
fn each(v: &Vendor, name: &str, about: &str, change: impl Fn(&mut Value)) -> Vec<Vector> {
    let made = kinds(v).map(|(kind, typ, mut claims)| {
        change(&mut claims);
        Vector::new(&format!("{}-{name}", short(kind)), about, token(v, kind, typ, &claims)).kind(kind)
    });
    made.into()
}

/// An export with claims that differ.
fn export(v: &Vendor, name: &str, about: &str, change: impl FnOnce(&mut ExportClaims)) -> Vector {
    let mut claims = export_claims(v);
    change(&mut claims);
    let token = token(v, "export", "chancery-export+jwt", &json!(claims));
    Vector::new(&format!("export-{name}"), about, token).kind("export").rule("EXP-3")
}

fn accepted(v: &Vendor) -> Vec<Vector> {
    let words = [
        ("An entitlement's share, with its delegation.", "EXP-3"),
        ("The server may go on at another machine.", "EXP-10"),
        ("A server gives a share back, and says what was used.", "EXP-7"),
        ("A server says what is used.", "EXP-6"),
    ];
    let plain = kinds(v).into_iter().zip(words).map(|((kind, typ, claims), (about, rule))| {
        Vector::new(short(kind), about, token(v, kind, typ, &claims)).kind(kind).rule(rule).accepted()
    });
    let mut vectors: Vec<Vector> = plain.collect();
    let later = each(v, "unknown-members", "Members that nobody knows yet do no harm.", |claims| {
        claims["later"] = json!({"a": 1});
    });
    vectors.extend(later.into_iter().map(Vector::accepted));
    vectors.push(
        export(v, "first", "The first of its session names none before it.", |it| (it.seq, it.prev) = (1, None))
            .accepted(),
    );
    let least = |it: &mut ExportClaims| {
        it.revocations = None;
        (it.payload.licensee, it.payload.customer.reference, it.payload.entitlement.disabled) = (None, None, None);
    };
    vectors.push(export(v, "least", "Only what an export must have.", least).accepted());
    let mut long = report_claims(v);
    long.says.sessions = vec![long.says.sessions[0].clone(); 120];
    let long = token(v, "usageReport", "chancery-usage+jwt", &json!(long));
    vectors.push(
        Vector::new("report-long", "Longer than 64 KiB, as exports and reports may be.", long)
            .kind("usageReport")
            .accepted(),
    );
    let mut without = json!(report_claims(v));
    without["sessions"] = json!([]);
    without["log"] = json!({"rows": 0, "hash": ""});
    let without = token(v, "usageReport", "chancery-usage+jwt", &without);
    vectors.push(
        Vector::new("report-of-nothing", "A server that hosts nothing yet.", without).kind("usageReport").accepted(),
    );
    vectors
}

fn types(v: &Vendor) -> Vec<Vector> {
    let all = kinds(v);
    let mut vectors = Vec::new();
    for (i, (kind, _, claims)) in all.iter().enumerate() {
        // Of the same signer, to the same recipient.
        let other = all[i ^ 1].1;
        for (name, typ) in [("typ", "chancery-lease+jwt"), ("typ-of-another", other)] {
            let about = format!("The `typ` is {typ}.");
            let token = token(v, kind, typ, claims);
            vectors.push(Vector::new(&format!("{}-{name}", short(kind)), &about, token).kind(kind));
        }
    }
    vectors.into_iter().map(|vector| vector.expect("token_wrong_type")).collect()
}

fn recipients(v: &Vendor) -> Vec<Vector> {
    let (stranger, other): (Value, VendorId) = (json!(opening(50).kid()), id(77));
    let about = "Somebody who opened it sealed it anew: the signed claims name another recipient.";
    let mut vectors = each(v, "aud", about, |claims| claims["aud"] = stranger.clone());
    vectors.extend(each(v, "iss", "Another vendor's.", |claims| claims["iss"] = json!(other.to_string())));
    vectors.extend(each(v, "sandbox", "A sandbox's, where live tokens are taken.", |claims| {
        claims["sandbox"] = json!(true)
    }));
    let signed = export_claims(v).sign(&v.issuing, &certificate(v)).unwrap();
    let elsewhere = reseal(&signed, &opening(50));
    vectors.push(Vector::new("export-for-another-server", "Sealed to another server.", elsewhere).kind("export"));
    vectors.into_iter().map(|vector| vector.rule("TOK-2").expect("token_wrong_recipient")).collect()
}

fn times(v: &Vendor) -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (kind, typ, claims) in kinds(v) {
        let hours = if is_from_vendor(kind) { 24 } else { 48 };
        let token = token(v, kind, typ, &claims);
        let earliest = second().shifted(-hours * HOUR);
        let at = |name: &str, about: String, now: chancery_domain::Timestamp| {
            Vector::new(&format!("{}-{name}", short(kind)), &about, token.clone())
                .kind(kind)
                .given("now", now.to_string())
        };
        vectors.push(
            at("clock-behind", format!("{hours} hours in the future of a clock: just taken."), earliest).accepted(),
        );
        vectors.push(
            at("from-the-future", format!("More than {hours} hours in the future."), earliest.shifted(-1))
                .expect("token_not_yet_valid"),
        );
        if kind == "rebind" {
            let end = second().shifted(14 * DAY);
            vectors.push(at("ends", "A microsecond before its end.".to_owned(), end.shifted(-1)).accepted());
            vectors.push(at("ended", "At its end.".to_owned(), end).expect("token_expired"));
        } else {
            vectors.push(at("old", "Old; it has no end of its own.".to_owned(), now().shifted(900 * DAY)).accepted());
        }
    }
    vectors
}

fn claims(v: &Vendor) -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (kind, typ, claims) in kinds(v) {
        for name in claims.as_object().unwrap().keys() {
            let (mut without, mut wrong) = (claims.clone(), claims.clone());
            without.as_object_mut().unwrap().remove(name);
            wrong[name] = json!([1]);
            let (short, lower) = (short(kind), name.to_lowercase());
            // Without `prev` it would be the first of its session, which it is not.
            if name != "revocations" {
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
    vectors.extend(newer.into_iter().map(|vector| vector.rule("EXP-4").expect("token_version_unsupported")));
    vectors
}

/// The parts of a payload that are for the server alone to understand; each is required.
fn payload(v: &Vendor) -> Vec<Vector> {
    let good = json!(export_claims(v));
    let mut vectors = Vec::new();
    for name in good["payload"].as_object().unwrap().keys() {
        let (mut without, mut wrong) = (good.clone(), good.clone());
        without["payload"].as_object_mut().unwrap().remove(name);
        wrong["payload"][name] = json!(1);
        let lower = name.to_lowercase();
        if name != "licensee" {
            let token = token(v, "export", "chancery-export+jwt", &without);
            vectors.push(Vector::new(
                &format!("export-payload-missing-{lower}"),
                &format!("No `{name}` in the payload."),
                token,
            ));
        }
        let token = token(v, "export", "chancery-export+jwt", &wrong);
        vectors.push(Vector::new(
            &format!("export-payload-wrong-{lower}"),
            &format!("`{name}` of the payload is a number."),
            token,
        ));
    }
    vectors.into_iter().map(|vector| vector.kind("export").rule("EXP-3")).collect()
}

fn exports(v: &Vendor) -> Vec<Vector> {
    let (product, entitlement): (ProductId, EntitlementId) = (id(99), id(98));
    let forger = Vendor { root: key(8), ..Vendor::new() };
    let other = Vendor { id: id(77), ..Vendor::new() };
    vec![
        export(v, "another-product", "The delegation is for another product than the payload.", |it| {
            it.payload.product.id = product
        }),
        export(v, "another-entitlement", "The delegation is for another entitlement.", |it| {
            it.payload.entitlement.id = entitlement
        }),
        export(v, "more-seats", "The payload has a seat more than the delegation.", |it| {
            it.payload.entitlement.seats = 8
        }),
        export(v, "session-0", "Sessions are counted from 1.", |it| it.number = 0),
        export(v, "seq-0", "Tokens are counted from 1.", |it| (it.seq, it.prev) = (0, None)),
        export(v, "first-with-prev", "The first of its session follows none.", |it| it.seq = 1),
        export(v, "second-without-prev", "The second follows the first.", |it| it.prev = None),
        export(v, "delegation-is-a-word", "The delegation is no token.", |it| it.delegation = "x".to_owned()),
        export(v, "delegation-is-a-lease", "The delegation is a lease.", |it| it.delegation = v.lease())
            .expect("token_wrong_type"),
        export(v, "delegation-of-another-root", "Another root stands behind the delegation.", |it| {
            it.delegation = delegate(&forger, &delegation_claims(v));
        })
        .expect("token_key_unknown"),
        export(v, "delegation-of-another-vendor", "The delegation is another vendor's.", |it| {
            it.delegation = delegate(v, &delegation_claims(&other));
        })
        .expect("token_wrong_recipient"),
    ]
}

fn lists(v: &Vendor) -> Vec<Vector> {
    let forger = Vendor { root: key(8), ..Vendor::new() };
    let lasting = Vendor { issuing: key(3), ..Vendor::new() };
    let with = |name: &str, about: &str, list: String| export(v, name, about, |it| it.revocations = Some(list));
    let revoked = "token_key_revoked";
    let vectors = vec![
        with("list-revokes", "The list in it takes its own key back.", v.revocations(9, &[v.issuing.kid()]))
            .expect(revoked),
        with("list-revokes-server", "It takes the server's key back.", v.revocations(9, &[server_key().kid()]))
            .expect(revoked),
        with(
            "list-older",
            "An older list than the bundle's takes nothing back, and does no harm.",
            v.revocations(3, &[]),
        )
        .accepted(),
        with("list-of-another-root", "A list that another root signed.", forger.revocations(9, &[]))
            .expect("token_key_unknown"),
        export(v, "delegation-by-another-key", "Another key of the vendor's delegates: so it may be.", |it| {
            it.delegation = delegate(&lasting, &delegation_claims(v));
        })
        .accepted(),
        export(v, "list-revokes-delegating-key", "The list takes the key back that delegates.", |it| {
            it.delegation = delegate(&lasting, &delegation_claims(v));
            it.revocations = Some(v.revocations(9, &[lasting.issuing.kid()]));
        })
        .expect(revoked),
    ];
    vectors.into_iter().map(|vector| vector.rule("KEY-5")).collect()
}

fn keys(v: &Vendor) -> Vec<Vector> {
    let signed = |kind: &str, certificate: &str| {
        let (kind, typ, claims) = kinds(v).into_iter().find(|(name, ..)| *name == kind).unwrap();
        let header = json!({"alg": "Ed25519", "kid": v.issuing.kid(), "typ": typ, "chancery_cert": certificate});
        let token = reseal(&sign_raw(&v.issuing, &header.to_string(), &claims.to_string()), &server_seal());
        (kind, token)
    };
    let mut short = v.certificate_claims();
    (short.uses, short.max_lifetime) = (vec![KeyUse::Export], Some(14 * 86_400 - 1));
    let short = short.sign(&v.root).unwrap();
    [
        ("export-use", "The key may not sign exports.", signed("export", &v.certificate())),
        ("rebind-use", "The key may not sign rebind tokens.", signed("rebind", &v.certificate())),
        ("rebind-lifetime", "It lives a second longer than its key may grant.", signed("rebind", &short)),
    ]
    .into_iter()
    .map(|(name, about, (kind, token))| {
        Vector::new(name, about, token).kind(kind).rule("KEY-3").expect("token_key_unknown")
    })
    .collect()
}

fn servers(v: &Vendor) -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (kind, typ, claims) in kinds(v).into_iter().skip(2) {
        let by = |named: &dyn SigningKey, key: &dyn SigningKey| {
            let header = json!({"alg": "Ed25519", "kid": named.kid(), "typ": typ}).to_string();
            reseal(&sign_raw(key, &header, &claims.to_string()), &receiving())
        };
        let mut vector = |name: &str, about: &str, token: String, expect: &str| {
            let name = format!("{}-{name}", short(kind));
            vectors.push(Vector::new(&name, about, token).kind(kind).rule("EXP-7").expect(expect));
        };
        let (own, other, stranger) = (server_key(), key(53), key(9));
        vector("by-another-server", "Another server speaks for this one.", by(&other, &other), "token_wrong_recipient");
        vector("by-a-stranger", "By a key that is not registered.", by(&stranger, &stranger), "token_key_unknown");
        vector("by-the-vendor", "By a key of the vendor's own.", by(&v.issuing, &v.issuing), "token_key_unknown");
        vector("forged", "Names the server's key, and is by another.", by(&own, &other), "token_signature_invalid");
    }
    vectors
}

/// A request for a server's own license, with something different in it.
fn request(v: &Vendor, name: &str, about: &str, change: impl FnOnce(&mut LocalServerRequest)) -> Vector {
    let mut server = local_server(v);
    change(&mut server);
    let claims = chancery_token::OfflineRequestClaims { local_server: Some(server), ..server_request(v) };
    Vector::new(name, about, seal_request(&claims)).kind("offlineRequest").rule("LLS-2")
}

fn requests(v: &Vendor) -> Vec<Vector> {
    let zero = chancery_token::Jwk::X25519 { x: [0; 32] };
    let mut vectors = vec![
        request(v, "request", "A local server asks for its own license.", |_| {}).accepted(),
        request(v, "request-without-machine", "It is bound to no machine.", |it| it.machine = None).accepted(),
        request(v, "request-sign-x25519", "`keys.sign` signs nothing.", |it| {
            it.keys.sign = device_seal().public().clone()
        }),
        request(v, "request-seal-ed25519", "`keys.seal` receives nothing.", |it| {
            it.keys.seal = key(53).public().clone()
        }),
        request(v, "request-seal-zero", "What is sealed to `keys.seal` everybody could open.", |it| {
            it.keys.seal = zero
        }),
    ];
    for name in ["id", "name", "keys", "proof"] {
        let mut claims = json!(server_request(v));
        claims["localServer"].as_object_mut().unwrap().remove(name).unwrap();
        let header = json!({"alg": "Ed25519", "kid": super::common::offline::device().kid(), "typ": "chancery-offline-request+jwt"});
        let signed = sign_raw(&super::common::offline::device(), &header.to_string(), &claims.to_string());
        let about = format!("No `{name}` in `localServer`.");
        vectors.push(
            Vector::new(&format!("request-missing-{name}"), &about, reseal(&signed, &receiving()))
                .kind("offlineRequest"),
        );
    }
    vectors
}

fn proofs(v: &Vendor) -> Vec<Vector> {
    let with = |name: &str, about: &str, signer: &dyn SigningKey, change: &dyn Fn(&mut ServerProofClaims)| {
        let mut claims = proof_claims(v);
        change(&mut claims);
        request(v, &format!("proof-{name}"), about, |it| it.proof = claims.sign(signer).unwrap())
    };
    let own = server_key();
    let wrong = "token_wrong_recipient";
    let other: LocalServerId = id(14);
    let header = server_header("chancery-server+jwt").to_string();
    let mut shown = json!(proof_claims(v));
    shown["jwk"] = json!(key(53).public());
    let shown = sign_raw(&own, &header, &shown.to_string());
    let ahead = |hours: i64| Issued::new(v.id, second().shifted(hours * HOUR), "p", false);
    vec![
        with("by-another-key", "By another key than the server's.", &key(53), &|_| {})
            .expect("token_signature_invalid"),
        with("for-another-device", "Made for another request's device.", &own, &|it| it.device = base64url(&[1; 32]))
            .expect(wrong),
        with("of-another-server", "Names another server.", &own, &|it| it.server = other).expect(wrong),
        with("of-another-vendor", "For another vendor.", &own, &|it| {
            it.issued = Issued::new(id(77), second(), "p", false)
        })
        .expect(wrong),
        with("of-a-sandbox", "For a sandbox.", &own, &|it| it.issued.sandbox = true).expect(wrong),
        with("clock-ahead", "48 hours ahead: just taken.", &own, &|it| it.issued = ahead(48)).accepted(),
        with("from-the-future", "49 hours ahead.", &own, &|it| it.issued = ahead(49)).expect("token_not_yet_valid"),
        request(v, "proof-jwk-of-another", "Shows another key than the one that signs it.", |it| it.proof = shown),
        request(v, "proof-is-a-lease", "A lease is no proof.", |it| it.proof = v.lease()).expect("token_wrong_type"),
        request(v, "proof-is-a-word", "A word is no proof.", |it| it.proof = "x".to_owned()),
    ]
}
