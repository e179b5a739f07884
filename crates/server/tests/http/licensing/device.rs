//! Device keys over HTTP, by a device that is made of JSON and Ed25519 and nothing of this project: SEAT-12, TOK-10, SEC-5.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider};
use rustls::sign::SigningKey;
use rustls_pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, claim_with, logged, used, validate};
use super::jws::claims;
use crate::common::{Call, TestApp, on_both_engines};
use crate::management::shop::{Shop, Sold, text};

const PUBLIC: &str = "https://licenses.initech.example";

/// A machine with a key of its own.
struct Device {
    app: TestApp,
    key: Arc<dyn SigningKey>,
    made: AtomicU32,
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn sha256(text: &str) -> String {
    let suite = cipher_suite::TLS13_AES_128_GCM_SHA256.tls13().unwrap();
    encode(suite.common.hash_provider.hash(text.as_bytes()))
}

impl Device {
    fn new(app: &TestApp, seed: u8) -> Self {
        // RFC 8410: the PKCS#8 of an Ed25519 key is its seed behind these bytes.
        let mut der =
            vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        der.extend([seed; 32]);
        let key = default_provider().key_provider.load_private_key(PrivatePkcs8KeyDer::from(der).into()).unwrap();
        Self { app: app.clone(), key, made: AtomicU32::new(0) }
    }

    fn jwk(&self) -> Value {
        let spki = self.key.public_key().unwrap();
        json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(&spki[spki.len() - 32..]) })
    }

    fn thumbprint(&self) -> String {
        sha256(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":{}}}"#, self.jwk()["x"]))
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signer = self.key.choose_scheme(&[SignatureScheme::ED25519]).unwrap();
        format!("{signed}.{}", encode(signer.sign(signed.as_bytes()).unwrap()))
    }

    fn now(&self) -> i64 {
        self.app.now().as_seconds()
    }

    fn id(&self) -> String {
        format!("proof {}", self.made.fetch_add(1, Ordering::SeqCst))
    }

    /// The claims of a proof for a seat of what was sold.
    async fn claims(&self, sold: &Sold, seat: &str) -> Value {
        // What the device ships with tells it the vendor; here its products tell.
        let asked = validate(&self.app, claim_with(&sold.code, seat, &json!({ "seatId": null }))).await.ok();
        let vendor = claims(text(&asked["verdict"]))["iss"].clone();
        json!({ "iss": vendor, "aud": vendor, "productId": sold.order["entitlements"][0]["productId"], "seatId": seat,
                "jwk": self.jwk(), "jti": self.id(), "iat": self.now(), "exp": self.now() + 600, "ver": 1,
                "sandbox": true })
    }

    fn proof_of(&self, claims: &Value) -> String {
        let header = json!({ "alg": "Ed25519", "typ": "chancery-device+jwt", "kid": self.thumbprint() });
        self.sign(&header, claims)
    }

    async fn proof(&self, sold: &Sold, seat: &str) -> String {
        self.proof_of(&self.claims(sold, seat).await)
    }

    async fn claim(&self, sold: &Sold, seat: &str) -> Value {
        claim_with(&sold.code, seat, &json!({ "deviceProof": self.proof(sold, seat).await }))
    }

    async fn take(&self, sold: &Sold, seat: &str) -> Holder {
        Holder::of(&self.app, &activate(&self.app, self.claim(sold, seat).await).await)
    }

    /// The proof for a call of this holder.
    fn dpop(&self, holder: &Holder, path: &str, alter: impl FnOnce(&mut Value)) -> String {
        let mut claims = json!({ "htm": "POST", "htu": format!("{PUBLIC}/api/v1/activation{path}"), "iat": self.now(),
            "jti": self.id(), "nonce": holder.nonce, "ath": sha256(&holder.token) });
        alter(&mut claims);
        self.sign(&json!({ "typ": "dpop+jwt", "alg": "Ed25519", "jwk": self.jwk() }), &claims)
    }

    /// A refresh that proves the key.
    fn refresh(&self, holder: &Holder, alter: impl FnOnce(&mut Value)) -> Call {
        let proof = self.dpop(holder, "/refresh", alter);
        holder.send("/refresh", json!({}), &holder.nonce, &self.id()).header("dpop", &proof)
    }
}

async fn set(shop: &Shop, members: Value) {
    shop.patch("/products/cad", members).await.ok();
}

on_both_engines! {
    async fn seat_12_a_seat_is_bound_to_the_key_and_says_so(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let (device, other) = (Device::new(&app, 21), Device::new(&app, 22));
        let held = device.take(&sold, "pc-1").await;
        assert_eq!(held.reply["activation"]["device"]["keyThumbprint"], device.thumbprint());
        assert_eq!(claims(text(&held.reply["lease"]))["cnf"], json!({ "jkt": device.thumbprint() }));
        assert_eq!(held.state().await["device"]["keyThumbprint"], device.thumbprint());
        let shown = shop.get(&held.path()).await.ok();
        assert_eq!(shown["device"]["keyThumbprint"], device.thumbprint());
        for claim in [claim(&sold.code, "pc-1"), other.claim(&sold, "pc-1").await] {
            let problem = activate(&app, claim).await.problem("seat_held_by_another_device");
            assert_eq!(problem["until"], "2026-01-22T12:00:00Z");
        }
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
        assert_eq!(logged(&shop, &sold.entitlement).await, ["activate", "deny", "deny"]);
        let again = device.take(&sold, "pc-1").await;
        assert_eq!(again.reply["activation"]["id"], held.reply["activation"]["id"]);
        again.call("DELETE", "").await.done();
        other.take(&sold, "pc-1").await;
    }

    async fn seat_12_a_product_that_requires_keys(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        set(&shop, json!({ "deviceKeys": "required" })).await;
        activate(&app, claim(&sold.code, "pc-1")).await.problem("device_key_required");
        let asked = validate(&app, claim(&sold.code, "pc-1")).await.ok();
        assert_eq!((&asked["allowed"], &asked["code"]), (&json!(false), &json!("device_key_required")));
        let device = Device::new(&app, 21);
        let asked = validate(&app, device.claim(&sold, "pc-1").await).await.ok();
        assert_eq!(asked["allowed"], true);
        let mut held = device.take(&sold, "pc-1").await;
        held.refresh().await.ok();
    }

    async fn tok_10_each_proof_that_is_none_is_refused_with_its_code(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let device = Device::new(&app, 21);
        let good = device.claims(&sold, "pc-1").await;
        let now = device.now();
        let nobody = "01m4jx7gd1eb9bvwgxq8w7mmp3";
        for (member, value, code, fault) in [
            ("iss", json!(format!("ven_{nobody}")), "token_wrong_recipient", None),
            ("aud", json!(format!("ven_{nobody}")), "token_wrong_recipient", None),
            ("sandbox", json!(false), "token_wrong_recipient", None),
            ("seatId", json!("pc-2"), "token_wrong_recipient", None),
            ("productId", json!(format!("prod_{nobody}")), "token_wrong_product", None),
            ("productId", json!("cad"), "token_malformed", Some("claims")),
            ("iat", json!(now + 301), "token_not_yet_valid", None),
            ("exp", json!(now + 601), "token_malformed", Some("lifetime")),
            ("exp", json!(now), "token_malformed", Some("contradiction")),
            ("ver", json!(2), "token_version_unsupported", None),
            ("jti", json!(null), "token_malformed", Some("claims")),
            ("jwk", Device::new(&app, 22).jwk(), "token_signature_invalid", None),
        ] {
            let mut claims = good.clone();
            claims[member] = value;
            let body = claim_with(&sold.code, "pc-1", &json!({ "deviceProof": device.proof_of(&claims) }));
            let problem = activate(&app, body.clone()).await.problem(code);
            assert_eq!(problem.get("fault").and_then(Value::as_str), fault, "{member}");
            assert_eq!(problem["now"], "2026-01-15T12:00:00Z", "a wrong clock can be mended");
            validate(&app, body).await.problem(code);
        }
        let header = json!({ "alg": "Ed25519", "typ": "chancery-device+jwt", "kid": device.thumbprint(),
                             "jwk": device.jwk() });
        let body = claim_with(&sold.code, "pc-1", &json!({ "deviceProof": device.sign(&header, &good) }));
        assert_eq!(activate(&app, body).await.problem("token_malformed")["fault"], "key_in_header");
        for text in ["", "x", "a.b.c"] {
            let body = claim_with(&sold.code, "pc-1", &json!({ "deviceProof": text }));
            activate(&app, body).await.problem("token_malformed");
        }
        activate(&app, claim_with(&sold.code, "pc-1", &json!({ "deviceProof": 7 }))).await
            .invalid("deviceProof", "bad_format");
        // The hour after: it is expired.
        let late = claim_with(&sold.code, "pc-1", &json!({ "deviceProof": device.proof_of(&good) }));
        app.clock.advance(600);
        activate(&app, late).await.problem("token_expired");
        assert_eq!(used(&shop, &sold.entitlement).await, 0);
        assert!(logged(&shop, &sold.entitlement).await.is_empty(), "nobody knows who it was");
    }

    async fn tok_10_a_proof_is_used_once_and_a_retry_tells_the_same_again(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let device = Device::new(&app, 21);
        let body = device.claim(&sold, "pc-1").await;
        let first = activate(&app, body.clone()).once("a").await;
        let again = activate(&app, body.clone()).once("a").await;
        assert_eq!((again.status, again.json()), (first.status, first.created()));
        assert_eq!(again.header("chancery-nonce"), first.header("chancery-nonce"));
        for key in ["b", "c"] {
            activate(&app, body.clone()).once(key).await.problem("token_replayed");
        }
        activate(&app, body.clone()).await.problem("token_replayed");
        validate(&app, body.clone()).await.problem("token_replayed");
        app.clock.advance(3600);
        assert_eq!(activate(&app, body.clone()).once("a").await.json()["lease"], first.json()["lease"]);
        activate(&app, body).once("d").await.problem("token_expired");
    }

    async fn sec_5_each_changing_call_proves_the_key(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        set(&shop, json!({ "licenseeSecretMode": "key" })).await;
        let (device, other) = (Device::new(&app, 21), Device::new(&app, 22));
        activate(&app, claim(&sold.code, "pc-1")).await.problem("licensee_secret_required");
        let mut held = device.take(&sold, "pc-1").await;
        let reply = device.refresh(&held, |_| {}).await;
        reply.ok();
        reply.header("chancery-nonce").clone_into(&mut held.nonce);
        for (path, body) in [
            ("/features/export/checkout", json!({ "amount": 2 })),
            ("/features/export/return", json!({ "amount": 1 })),
            ("/features/renders/use", json!({ "amount": 1 })),
        ] {
            let without = held.send(path, body.clone(), &held.nonce, "x").await;
            without.problem("licensee_secret_required");
            assert_eq!(without.header("chancery-nonce"), "", "it is not turned");
            let proof = device.dpop(&held, path, |_| {});
            let reply = held.send(path, body, &held.nonce, path).header("dpop", &proof).await;
            reply.ok();
            reply.header("chancery-nonce").clone_into(&mut held.nonce);
        }
        let stolen = other.refresh(&held, |_| {}).await;
        stolen.problem("licensee_secret_mismatch");
        assert_eq!(stolen.header("chancery-nonce"), "");
        device.refresh(&held, |_| {}).await.ok();
        // Reading and giving back need no proof.
        held.call("GET", "").await.ok();
        held.call("DELETE", "").await.done();
    }

    async fn sec_5_a_dpop_header_is_for_this_call_alone(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let device = Device::new(&app, 21);
        let held = device.take(&sold, "pc-1").await;
        let now = device.now();
        for (member, value, code) in [
            ("htm", json!("GET"), "token_wrong_recipient"),
            ("htu", json!(format!("{PUBLIC}/api/v1/activation/features/export/use")), "token_wrong_recipient"),
            ("htu", json!("https://elsewhere.example/api/v1/activation/refresh"), "token_wrong_recipient"),
            ("htu", json!("http://licenses.initech.example/api/v1/activation/refresh"), "token_wrong_recipient"),
            ("nonce", json!("another"), "token_wrong_recipient"),
            ("ath", json!(sha256("another")), "token_wrong_recipient"),
            ("ath", json!(null), "token_malformed"),
            ("iat", json!(now + 301), "token_not_yet_valid"),
            ("iat", json!(now - 600), "token_expired"),
        ] {
            let reply = device.refresh(&held, |claims| claims[member] = value).await;
            let problem = reply.problem(code);
            assert_eq!((reply.header("chancery-nonce"), &problem["now"]), ("", &json!("2026-01-15T12:00:00Z")), "{member}");
        }
        let plain = || held.send("/refresh", json!({}), &held.nonce, "plain");
        plain().header("dpop", "").await.problem("token_malformed");
        plain().header("dpop", text(&held.reply["lease"])).await.problem("token_wrong_type");
        let claim = device.proof(&sold, "pc-1").await;
        plain().header("dpop", &claim).await.problem("token_wrong_type");
        let twice = device.dpop(&held, "/refresh", |_| {});
        plain().header("dpop", &twice).and("dpop", &twice).await.problem("token_malformed");
        // Query and fragment do not count, nor does the host's case.
        let shouted = "HTTPS://Licenses.Initech.Example:443/api/v1/activation/refresh?x#y";
        device.refresh(&held, |claims| claims["htu"] = json!(shouted)).await.ok();
    }

    async fn api_7_no_proof_is_in_what_is_shown(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let device = Device::new(&app, 21);
        let proof = device.proof(&sold, "pc-2").await;
        let body = claim_with(&sold.code, "pc-1", &json!({ "deviceProof": proof }));
        let reply = activate(&app, body).await;
        reply.problem("token_wrong_recipient");
        assert!(!reply.text.contains(&proof));
        device.take(&sold, "pc-1").await;
        let audit = shop.get("/audit").await.ok().to_string();
        assert!(!audit.contains("chancery-device") && !audit.contains(&proof));
    }
}
