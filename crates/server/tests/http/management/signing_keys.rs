//! Signing keys over HTTP (KEY-1…6).

use serde_json::{Value, json};

use super::shop::{Seat, Shop, text};
use crate::common::{TestApp, logged, on_both_engines, start_logging};
use crate::licensing::jws::{claims, header};

const PASSPHRASE: &str = "a long passphrase";
const RSA: &str = include_str!("../../../../token/tests/data/rsa-2048.pkcs1.pem");

fn kid(token: &Value) -> String {
    text(&header(text(token))["kid"]).to_owned()
}

impl Shop {
    /// The key that signs for a purpose.
    async fn signer(&self, purpose: &str) -> Value {
        let mut keys = self.items("/signing-keys").await;
        keys.retain(|key| key["purpose"] == purpose && key["status"] == "active");
        assert_eq!(keys.len(), 1, "{keys:?}");
        keys.remove(0)
    }

    /// The claims of the revocation list in the bundle of the vendor whose lease this is.
    async fn revocations(&self, lease: &Value) -> Value {
        let vendor = claims(text(lease))["iss"].clone();
        let path = format!("/vendors/{}/.well-known/trust-bundle", text(&vendor));
        let bundle = self.app.get(&path).anonymous().await.ok();
        claims(text(&claims(text(&bundle["token"]))["revocations"]))
    }
}

on_both_engines! {
    async fn key_2_a_vendor_begins_with_a_root_and_three_keys(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let keys = shop.items("/signing-keys").await;
        let told: Vec<_> = keys.iter().map(|key| (text(&key["purpose"]), text(&key["status"]))).collect();
        assert_eq!(told.len(), 4);
        for purpose in ["root", "issuing", "lasting", "receiving"] {
            assert!(told.contains(&(purpose, "active")), "{told:?}");
        }
        let root = shop.signer("root").await;
        assert_eq!((&root["certifiedUntil"], &root["warning"], &root["algorithm"]), (&Value::Null, &Value::Null, &json!("Ed25519")));
        let issuing = shop.signer("issuing").await;
        assert!(issuing["certifiedUntil"].is_string());
        let reply = shop.get(&format!("/signing-keys/{}", text(&issuing["id"]))).await;
        assert_eq!(reply.ok(), issuing);
        assert!(!reply.header("etag").is_empty());
    }

    async fn key_5_a_key_is_rotated_and_products_notice_nothing(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (sold, before) = (shop.sell("CAD-C").await, shop.signer("issuing").await);
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        let made = shop.post("/signing-keys/rotate", json!({})).await.created();
        assert_eq!((&made["purpose"], &made["status"]), (&json!("issuing"), &json!("active")));
        let reply = seat.post("/refresh", json!({})).await.ok();
        assert_eq!(kid(&reply["lease"]), text(&made["kid"]));
        let retired = shop.get(&format!("/signing-keys/{}", text(&before["id"]))).await.ok();
        assert_eq!(retired["status"], "retired");
        assert!(retired["retired"].is_string());
        shop.post("/signing-keys/rotate", json!({ "purpose": "root" })).await.problem("key_is_root");
        shop.post("/signing-keys/rotate", json!({ "purpose": "other" })).await.invalid("purpose", "bad_format");
    }

    async fn key_2_key_4_the_receiving_key_is_published_rotated_and_revoked(app: TestApp) {
        // What the vendor's JWKS and its bundle say of keys that something is sealed to.
        let published = async || {
            let keys = app.get("/.well-known/jwks.json").anonymous().await.ok()["keys"].clone();
            let keys: Vec<_> = keys.as_array().unwrap().iter().filter(|key| key["use"] == "enc").cloned().collect();
            let bundle = claims(text(&app.get("/.well-known/trust-bundle").anonymous().await.ok()["token"]));
            let certificates = bundle["certificates"].as_array().unwrap().iter().map(|token| text(token).to_owned());
            let certificates: Vec<_> = certificates.filter(|token| claims(token)["uses"] == json!(["seal"])).collect();
            assert_eq!((keys.len(), certificates.len()), (1, 1));
            assert_eq!(keys[0]["chancery_cert"], certificates[0]);
            assert_eq!(claims(&certificates[0])["sub"], keys[0]["kid"]);
            keys[0].clone()
        };
        let first = published().await;
        assert_eq!((&first["kty"], &first["crv"], &first["alg"]), (&json!("OKP"), &json!("X25519"), &json!("ECDH-ES")));
        assert_eq!(first.get("d"), None);
        let certificate = claims(text(&first["chancery_cert"]));
        assert_eq!((certificate.get("maxLifetime"), certificate["nbf"].is_i64()), (None, true));

        let rotate = json!({ "purpose": "receiving" });
        let made = app.post("/api/admin/v1/signing-keys/rotate").once("1").json(rotate).await.created();
        assert_eq!((&made["purpose"], &made["status"], &made["algorithm"]), (&json!("receiving"), &json!("active"), &json!("ECDH-ES")));
        assert_eq!(published().await["kid"], made["kid"]);
        let all = app.get("/api/admin/v1/signing-keys").await.ok()["items"].clone();
        let retired = all.as_array().unwrap().iter().find(|key| key["kid"] == first["kid"]).unwrap();
        assert_eq!((&retired["purpose"], &retired["status"]), (&json!("receiving"), &json!("retired")));

        let path = format!("/api/admin/v1/signing-keys/{}/revoke", text(&made["id"]));
        let told = app.post(&format!("{path}?dryRun=true")).once("2").json(json!({})).await.ok();
        assert_eq!(told["dryRun"], true);
        assert_eq!(app.post(&path).once("3").json(json!({})).await.ok()["status"], "revoked");
        let third = published().await;
        assert!(third["kid"] != made["kid"] && third["kid"] != first["kid"]);
    }

    async fn key_5_a_key_is_revoked_and_activating_again_is_the_way_back(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (sold, leaked) = (shop.sell("CAD-C").await, shop.signer("issuing").await);
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        let path = format!("/signing-keys/{}/revoke", text(&leaked["id"]));

        let told = shop.post(&format!("{path}?dryRun=true"), json!({})).await.ok();
        assert_eq!(told["dryRun"], true);
        assert!(told["changes"].as_array().unwrap().iter().any(|change| change["to"] == "revoked"), "{told}");
        assert_eq!(shop.signer("issuing").await, leaked);

        let revoked = shop.post(&path, json!({})).await.ok();
        assert_eq!(revoked["status"], "revoked");
        seat.post("/refresh", json!({})).await.problem("access_token_invalid");
        let again = shop.activate(&sold.code, "pc-1").await;
        assert_eq!(again.status, 200, "the same seat");
        let list = shop.revocations(&again.json()["lease"]).await;
        assert_eq!((&list["number"], &list["revoked"]), (&json!(1), &json!([leaked["kid"]])));
        assert_eq!(kid(&again.json()["lease"]), text(&shop.signer("issuing").await["kid"]));
        // Changed meanwhile: whoever read it before does not revoke by what they read.
        let present = shop.signer("issuing").await;
        let path = format!("/signing-keys/{}/revoke", text(&present["id"]));
        shop.post(&path, json!({})).header("if-match", "\"0123\"").await.problem("version_conflict");
        let root = shop.signer("root").await;
        shop.post(&format!("/signing-keys/{}/revoke", text(&root["id"])), json!({})).await.problem("key_is_root");
    }

    async fn key_1_the_root_is_exported_removed_and_imported(app: TestApp) {
        start_logging();
        let shop = Shop::open(&app, "Acme").await;
        let root = shop.signer("root").await;
        let export = |remove: bool| json!({ "passphrase": PASSPHRASE, "remove": remove });
        shop.post("/signing-keys/export-root", export(true)).await.problem("idempotency_key_missing");
        shop.post("/signing-keys/export-root", json!({ "passphrase": "short" })).await.invalid("passphrase", "out_of_range");
        let exported = shop.post("/signing-keys/export-root", export(true)).once("k").await.ok();
        assert_eq!((&exported["key"]["status"], &exported["key"]["id"]), (&json!("removed"), &root["id"]));
        let pem = text(&exported["pem"]);
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        assert_eq!(shop.post("/signing-keys/export-root", export(true)).once("k").await.ok(), exported, "a lost reply");

        shop.post("/signing-keys/rotate", json!({})).await.problem("root_key_removed");
        let issuing = shop.signer("issuing").await;
        shop.post(&format!("/signing-keys/{}/revoke", text(&issuing["id"])), json!({})).await.problem("root_key_removed");
        let sold = shop.sell("CAD-C").await;
        let seat = shop.activate(&sold.code, "pc-1").await.created();
        assert_eq!(shop.revocations(&seat["lease"]).await["number"], 0, "the bundle is served all the same");

        shop.post("/signing-keys/import", json!({ "pem": pem })).await.invalid("passphrase", "required");
        let wrong = json!({ "pem": pem, "passphrase": "another passphrase" });
        shop.post("/signing-keys/import", wrong).await.invalid("passphrase", "not_allowed");
        let back = shop.post("/signing-keys/import", json!({ "pem": pem, "passphrase": PASSPHRASE })).await.created();
        assert_eq!(back, root);
        shop.post("/signing-keys/rotate", json!({})).await.created();

        // API-7: neither the audit nor the log has the key or its passphrase.
        let audit = shop.get("/audit?limit=100").await.ok().to_string();
        assert!(audit.contains("signing-key.export-root") && audit.contains("signing-key.import"), "{audit}");
        let secret = pem.lines().nth(2).unwrap();
        for told in [audit, logged()] {
            assert!(!told.contains(secret) && !told.contains(PASSPHRASE) && !told.contains("PRIVATE KEY"));
        }
    }

    async fn key_2_an_rsa_key_is_imported_once(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let made = shop.post("/signing-keys/import", json!({ "pem": RSA })).await.created();
        assert_eq!((&made["purpose"], &made["algorithm"]), (&json!("licenseKey"), &json!("RS512")));
        let again = shop.post("/signing-keys/import", json!({ "pem": RSA })).await.problem("already_exists");
        assert_eq!(again["field"], "pem");
        shop.post("/signing-keys/import", json!({ "pem": "x" })).await.invalid("pem", "bad_format");
        let other = Shop::open(&app, "Umbrella").await;
        other.post("/signing-keys/import", json!({ "pem": RSA })).await.problem("already_exists");
        assert_eq!(other.items("/signing-keys").await.len(), 4);
    }
}

#[tokio::test]
async fn key_1_a_bundle_is_signed_for_the_address_and_stays_the_same() {
    let app = TestApp::sqlite().await;
    let first = app.get("/.well-known/trust-bundle").anonymous().await.ok();
    assert_eq!(claims(text(&first["token"]))["urls"]["api"], "https://licenses.initech.example");
    app.clock.advance(3_600);
    assert_eq!(app.get("/.well-known/trust-bundle").anonymous().await.ok(), first);
}
