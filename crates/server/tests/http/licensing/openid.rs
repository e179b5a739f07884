//! Tokens of OpenID providers (LIC-1): a real issuer over HTTP, and everything that can be wrong with what it signs.

use chancery_server::Traffic;
use chancery_server::operations::Location;
use chancery_testkit::{Issuer, Manner};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::holder::{activate, claim_with, logged, validate};
use crate::common::{Reply, TestApp, on_both_engines};
use crate::management::shop::{Shop, text};

const RSA: &[u8] = include_bytes!("../../data/issuer-rsa-2048.pkcs1.der");
const P256: &[u8] = include_bytes!("../../data/issuer-p256.pkcs8.der");

/// A key of the issuer: how it signs, and what is published of it.
pub(crate) struct Key {
    kid: &'static str,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    fn rsa(kid: &'static str) -> Self {
        Self { kid, algorithm: Algorithm::RS256, private: EncodingKey::from_rsa_der(RSA) }
    }

    fn p256(kid: &'static str) -> Self {
        Self { kid, algorithm: Algorithm::ES256, private: EncodingKey::from_ec_der(P256) }
    }

    /// Ed25519, of a seed of one byte.
    pub(crate) fn ed25519(kid: &'static str, seed: u8) -> Self {
        let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        der.extend([seed; 32]);
        Self { kid, algorithm: Algorithm::EdDSA, private: EncodingKey::from_ed_der(&der) }
    }

    pub(crate) fn public(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.private, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = self.kid.into();
        jwk
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.kid.to_owned()), ..Header::new(self.algorithm) };
        encode(&header, claims, &self.private).unwrap()
    }
}

fn published(keys: &[&Key]) -> String {
    json!({ "keys": keys.iter().map(|key| key.public()).collect::<Vec<_>>() }).to_string()
}

/// A shop whose order names Bob, and an issuer that is registered there.
struct Place {
    shop: Shop,
    issuer: Issuer,
    key: Key,
    entitlement: String,
}

impl Place {
    async fn open(app: &TestApp) -> Self {
        let (shop, key) = (Shop::open(app, "Acme").await, Key::ed25519("one", 1));
        let bob = shop.get("/customers/CRM-1001").await.ok()["contacts"][0]["id"].clone();
        let order = json!({ "customerId": "CRM-1001", "items": [{ "sku": "CAD-C" }], "contacts": [bob] });
        let order = shop.make("/orders", order).await;
        let issuer = Issuer::start(&published(&[&key]));
        let provider = json!({ "name": "Acme's accounts", "issuer": issuer.url(), "audiences": ["cad", "cad-next"] });
        shop.make("/openid-providers", provider).await;
        let entitlement = format!("/entitlements/{}", text(&order["entitlements"][0]["id"]));
        Self { shop, issuer, key, entitlement }
    }

    /// The claims of a good token for Bob.
    fn claims(&self) -> Value {
        let now = self.shop.app.now().as_seconds();
        json!({ "iss": self.issuer.url(), "aud": "cad", "sub": "42", "email": "Bob@Initech.example", "email_verified": true,
                "iat": now, "exp": now + 300 })
    }

    fn token_with(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims();
        change(&mut claims);
        self.key.sign(&claims)
    }

    async fn activate(&self, token: &str, seat: &str) -> Reply {
        activate(&self.shop.app, by_token(token, seat)).await
    }
}

fn by_token(token: &str, seat: &str) -> Value {
    claim_with("", seat, &json!({ "credential": { "type": "openIdToken", "token": token } }))
}

on_both_engines! {
    async fn lic_1_a_contact_of_the_order_activates_by_an_openid_token(app: TestApp) {
        let place = Place::open(&app).await;
        let token = place.token_with(|_| ());
        let made = place.activate(&token, "pc-1").await.created();
        assert_eq!(made["activation"]["seatId"], "pc-1");
        assert_eq!(place.activate(&token, "pc-1").await.ok()["activation"]["id"], made["activation"]["id"]);
        assert_eq!(validate(&app, by_token(&token, "pc-2")).await.ok()["allowed"], true);
        assert_eq!(logged(&place.shop, &place.entitlement).await, ["activate", "activate"]);
        let audit = place.shop.items("/audit?limit=100&action=activation.activate").await;
        assert!(text(&audit[0]["actor"]).starts_with("cont_"), "{audit:?}");
        // Its keys were asked for once.
        assert_eq!(place.issuer.asked(), 1);
    }

    async fn lic_1_rsa_and_p_256_keys_of_an_issuer_are_taken_too(app: TestApp) {
        let mut place = Place::open(&app).await;
        for key in [Key::rsa("rsa"), Key::p256("p-256")] {
            place.issuer.publish(&published(&[&place.key, &key]));
            app.clock.advance(60);
            place.key = key;
            place.activate(&place.token_with(|_| ()), place.key.kid).await.created();
        }
    }

    async fn lic_1_whatever_is_wrong_with_a_token_looks_alike(app: TestApp) {
        let place = Place::open(&app).await;
        let now = app.now().as_seconds();
        let stranger = Key::ed25519("one", 2);
        let mut cases = vec![
            ("another's signature", stranger.sign(&place.claims())),
            ("no token", "x".to_owned()),
            ("too long", format!("{}{}", place.token_with(|_| ()), "A".repeat(20_000))),
            ("HMAC under the public key", {
                let secret = EncodingKey::from_secret(place.key.public().to_string().as_bytes());
                let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
                encode(&header, &place.claims(), &secret).unwrap()
            }),
            ("no signature", {
                let token = place.token_with(|_| ());
                format!("eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).unwrap())
            }),
        ];
        let changes: [(&str, &str, Value); 12] = [
            ("another issuer", "iss", json!("https://id.example")),
            ("an issuer on the net without TLS", "iss", json!("http://id.example")),
            ("another audience", "aud", json!("another")),
            ("no audience", "aud", Value::Null),
            ("given to another client", "azp", json!("another")),
            ("without an end", "exp", Value::Null),
            ("not yet", "nbf", json!(now + 120)),
            ("issued in the future", "iat", json!(now + 120)),
            ("an address that nobody checked", "email_verified", json!(false)),
            ("an address that says it was checked, in words", "email_verified", json!("true")),
            ("no address", "email", Value::Null),
            ("an address that nobody has", "email", json!("eve@initech.example")),
        ];
        for (name, claim, value) in changes {
            cases.push((name, place.token_with(|claims| claims[claim] = value)));
        }
        cases.push(("an address of which nobody says that it was checked", {
            place.token_with(|claims| drop(claims.as_object_mut().unwrap().remove("email_verified")))
        }));
        for (name, token) in cases {
            let reply = place.activate(&token, "pc-1").await;
            assert_eq!(reply.problem("credential_invalid")["title"], "The credential is not accepted", "{name}");
            validate(&app, by_token(&token, "pc-1")).await.problem("credential_invalid");
        }
        let ended = place.token_with(|claims| claims["exp"] = json!(now - 60));
        place.activate(&ended, "pc-1").await.problem("credential_expired");
        // Clocks may differ by a minute.
        place.activate(&place.token_with(|claims| claims["exp"] = json!(now - 59)), "pc-1").await.created();
        let several = place.token_with(|claims| claims["aud"] = json!(["another", "cad-next"]));
        place.activate(&several, "pc-1").await.ok();
    }

    async fn lic_1_another_claim_is_the_providers_own_word(app: TestApp) {
        let place = Place::open(&app).await;
        let id = place.shop.items("/openid-providers").await[0]["id"].clone();
        place.shop.patch(&format!("/openid-providers/{}", text(&id)), json!({ "subjectClaim": "upn" })).await.ok();
        let token = place.token_with(|claims| {
            claims["upn"] = json!("bob@initech.example");
            claims["email_verified"] = json!(false);
        });
        place.activate(&token, "pc-1").await.created();
        place.activate(&place.token_with(|_| ()), "pc-1").await.problem("credential_invalid");
    }

    async fn lic_1_a_contact_whom_no_order_names_gets_nothing(app: TestApp) {
        let place = Place::open(&app).await;
        let contact = json!({ "name": "Eve", "email": "eve@initech.example" });
        place.shop.make("/customers/CRM-1001/contacts", contact).await;
        let token = place.token_with(|claims| claims["email"] = json!("eve@initech.example"));
        place.activate(&token, "pc-1").await.problem("product_not_in_order");
    }

    async fn lic_1_an_issuer_rotates_its_keys(app: TestApp) {
        let mut place = Place::open(&app).await;
        place.activate(&place.token_with(|_| ()), "pc-1").await.created();
        let next = Key::ed25519("two", 2);
        place.issuer.publish(&published(&[&next]));
        let old = std::mem::replace(&mut place.key, next);
        // Nobody makes this server ask again and again by making up key ids.
        place.activate(&place.token_with(|_| ()), "pc-2").await.problem("credential_invalid");
        assert_eq!(place.issuer.asked(), 1);
        app.clock.advance(30);
        place.activate(&place.token_with(|_| ()), "pc-2").await.created();
        assert_eq!(place.issuer.asked(), 2);
        place.activate(&old.sign(&place.claims()), "pc-1").await.problem("credential_invalid");
    }

    async fn lic_1_an_issuer_that_cannot_be_asked_is_said_to_be_so(app: TestApp) {
        let place = Place::open(&app).await;
        let token = || place.token_with(|_| ());
        for manner in [
            Manner::Always(500, "{}".to_owned()),
            Manner::Always(200, "no JSON".to_owned()),
            Manner::Always(200, "[]".repeat(200_000)),
            Manner::As("https://id.example".to_owned()),
            Manner::KeysAt("http://id.example/keys".to_owned()),
            Manner::KeysAt(format!("{}/nowhere", place.issuer.url())),
            Manner::Redirecting(format!("{}/keys", place.issuer.url())),
        ] {
            place.issuer.behave(manner.clone());
            let reply = place.activate(&token(), "pc-1").await;
            reply.problem("credential_issuer_unavailable");
            assert_eq!(reply.header("retry-after"), "30", "{manner:?}");
            // It is left alone for a while.
            place.issuer.behave(Manner::Well);
            place.activate(&token(), "pc-1").await.problem("credential_issuer_unavailable");
            app.clock.advance(30);
        }
        place.activate(&token(), "pc-1").await.created();
        // Keys that are known stay good while it is away.
        place.issuer.behave(Manner::Always(503, String::new()));
        app.clock.advance(3_600);
        place.activate(&token(), "pc-1").await.ok();
    }

    async fn lic_1_an_issuer_belongs_to_the_vendor_who_registered_it(app: TestApp) {
        let place = Place::open(&app).await;
        let other = Shop::open(&app, "Other").await;
        let token = place.token_with(|_| ());
        let product = other.get("/products/cad").await.ok()["id"].clone();
        let claim = claim_with("", "pc-1", &json!({ "productId": product, "credential": { "type": "openIdToken", "token": token } }));
        activate(&app, claim).await.problem("credential_invalid");
        let id = place.shop.items("/openid-providers").await[0]["id"].clone();
        other.get(&format!("/openid-providers/{}", text(&id))).await.problem("not_found");
        // Once it is removed, its tokens are nothing.
        place.shop.delete(&format!("/openid-providers/{}", text(&id))).await.done();
        place.activate(&token, "pc-1").await.problem("credential_invalid");
    }

    async fn lic_1_a_registration_says_what_is_wrong_with_it(app: TestApp) {
        let place = Place::open(&app).await;
        let shop = &place.shop;
        let good = json!({ "name": "A", "issuer": "https://id.example", "audiences": ["a"] });
        let with = |name: &str, value: Value| {
            let mut body = good.clone();
            body[name] = value;
            body
        };
        shop.post("/openid-providers", with("issuer", json!("http://id.example"))).await.invalid("issuer", "bad_format");
        shop.post("/openid-providers", with("audiences", json!([]))).await.invalid("audiences", "required");
        shop.post("/openid-providers", with("audiences", json!(["a b"]))).await.invalid("audiences[0]", "bad_format");
        shop.post("/openid-providers", with("issuer", json!(place.issuer.url()))).await.problem("already_exists");
        let made = shop.make("/openid-providers", good.clone()).await;
        assert_eq!(made["subjectClaim"], "email");
        let path = format!("/openid-providers/{}", text(&made["id"]));
        shop.patch(&path, json!({ "audiences": [] })).await.invalid("audiences", "required");
        shop.patch(&path, json!({ "issuer": place.issuer.url() })).await.problem("already_exists");
        let changed = shop.patch(&path, json!({ "subjectClaim": "upn", "audiences": ["b", "c"] })).await.ok();
        assert_eq!((&changed["subjectClaim"], &changed["audiences"]), (&json!("upn"), &json!(["b", "c"])));
        assert_eq!(shop.get(&path).await.ok(), changed);
    }
}

/// Two vendors share the server, and nothing allows issuers beside it: no address, and no name that stands for one.
#[tokio::test]
async fn lic_1_an_issuer_beside_a_shared_server_is_not_asked() {
    let app = TestApp::with(Location::Memory, Traffic::unlimited()).await;
    let place = Place::open(&app).await;
    place.activate(&place.token_with(|_| ()), "pc-1").await.problem("credential_issuer_unavailable");
    let named = place.issuer.url().replace("127.0.0.1", "localhost");
    place.issuer.behave(Manner::As(named.clone()));
    let id = place.shop.items("/openid-providers").await[0]["id"].clone();
    place.shop.patch(&format!("/openid-providers/{}", text(&id)), json!({ "issuer": named })).await.ok();
    let token = place.token_with(|claims| claims["iss"] = json!(named));
    place.activate(&token, "pc-1").await.problem("credential_issuer_unavailable");
    assert_eq!(place.issuer.called(), 0, "not even its metadata");
}

/// Where one vendor has the server for itself, its accounts may stand beside it.
#[tokio::test]
async fn lic_1_an_issuer_beside_ones_own_server_is_asked() {
    let app = TestApp::with(Location::Memory, Traffic::unlimited()).await;
    let product = app.post("/api/admin/v1/products").json(json!({ "key": "cad", "name": "CAD" })).await.created();
    let (key, now) = (Key::ed25519("one", 1), app.now().as_seconds());
    let issuer = Issuer::start(&published(&[&key]));
    let provider = json!({ "name": "Accounts", "issuer": issuer.url(), "audiences": ["cad"] });
    app.post("/api/admin/v1/openid-providers").json(provider).await.created();
    let token = key.sign(&json!({ "iss": issuer.url(), "aud": "cad", "email": "eve@initech.example",
        "email_verified": true, "iat": now, "exp": now + 300 }));
    let claim = json!({ "productId": product["id"], "credential": { "type": "openIdToken", "token": token } });
    // Nobody has this address; that was said by the issuer's keys.
    activate(&app, claim_with("", "pc-1", &claim)).await.problem("credential_invalid");
    assert_eq!(issuer.asked(), 1);
}
