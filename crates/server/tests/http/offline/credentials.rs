//! The credential inside of a request: read as strictly as that of a product's call, and of the same types (LIC-1).

use chancery_testkit::Issuer;
use chancery_token::OfflineRequestClaims;
use serde_json::{Value, json};

use super::device::Place;
use crate::common::{TestApp, on_both_engines};
use crate::licensing::openid::Key;
use crate::management::shop::text;

const PASSWORD: &str = "correct horse battery";

on_both_engines! {
    async fn lic_1_a_contact_s_password_works_inside_too(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        place.sell("CAD-P").await;
        let path = format!("/customers/CRM-1001/contacts/{}/password", place.bob);
        place.shop.call("PUT", &path).json(json!({ "password": PASSWORD })).await.ok();
        let by_password = json!({ "type": "password", "username": "bob@initech.example", "password": PASSWORD });
        for (seed, desk) in (1..).zip(place.desks().await) {
            let device = place.device(seed).await;
            let seat = format!("pc-{seed}");
            let reply = desk.activate(&device.seal(&device.request(by_password.clone(), &seat))).await.ok();
            assert_eq!(reply["activation"]["seatId"], seat);
        }
    }

    async fn lic_1_sec_1_a_licensee_s_number_works_inside_with_its_secret(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        place.sell("CAD-P").await;
        let number = place.shop.items("/licensees").await[0]["number"].clone();
        let by_number = || json!({ "type": "licensee", "number": number });
        let (device, desk) = (place.device(1).await, place.office());
        // A product takes no numbers unless it has secrets.
        desk.activate(&device.seal(&device.request(by_number(), "pc-1"))).await.problem("credential_not_available_here");
        place.shop.patch("/products/cad", json!({ "licenseeSecretMode": "client" })).await.ok();
        for (seed, desk) in (2..).zip(place.desks().await) {
            let device = place.device(seed).await;
            let seat = format!("pc-{seed}");
            let with = |secret: Option<&str>| {
                let secret = secret.map(str::to_owned);
                device.seal(&OfflineRequestClaims { licensee_secret: secret, ..device.request(by_number(), &seat) })
            };
            desk.activate(&with(None)).await.problem("licensee_secret_required");
            // The first one that comes is the one.
            assert_eq!(desk.activate(&with(Some("tell nobody"))).await.ok()["activation"]["seatId"], seat);
            let refused = desk.activate(&with(Some("guessed wrong"))).await;
            refused.problem("licensee_secret_mismatch");
            assert!(!refused.text.contains("guessed wrong"), "{refused:?}");
        }
    }

    async fn lic_1_an_openid_token_works_inside_too(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        place.sell("CAD-P").await;
        let key = Key::ed25519("one", 1);
        let issuer = Issuer::start(&json!({ "keys": [key.public()] }).to_string());
        let provider = json!({ "name": "Accounts", "issuer": issuer.url(), "audiences": ["cad"] });
        place.shop.make("/openid-providers", provider).await;
        let now = app.now().as_seconds();
        let claims = json!({ "iss": issuer.url(), "aud": "cad", "email": "bob@initech.example", "email_verified": true,
            "iat": now, "exp": now + 300 });
        let by_token = |token: &str| json!({ "type": "openIdToken", "token": token });
        let (token, device) = (key.sign(&claims), place.device(1).await);
        for desk in place.desks().await {
            desk.activate(&device.seal(&device.request(by_token(&token), "pc-1"))).await.ok();
            let other = Key::ed25519("one", 2).sign(&claims);
            let refused = desk.activate(&device.seal(&device.request(by_token(&other), "pc-1"))).await;
            assert_eq!(refused.problem("credential_invalid")["path"], "credential", "not the key of the call");
        }
    }

    async fn lic_1_wrong_credentials_inside_are_told_from_that_of_the_call(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        place.sell("CAD-P").await;
        let device = place.device(1).await;
        for desk in place.desks().await {
            for (credential, code) in [
                (json!({ "type": "activationCode", "code": "0000-0000-0000-0000" }), "activation_code_unknown"),
                (json!({ "type": "password", "username": "bob@initech.example", "password": "x" }), "credential_invalid"),
                (json!({ "type": "password", "username": "nobody", "password": "x" }), "credential_invalid"),
                (json!({ "type": "openIdToken", "token": "x.y.z" }), "credential_invalid"),
            ] {
                let reply = desk.activate(&device.seal(&device.request(credential, "pc-1"))).await;
                assert_eq!(reply.problem(code)["path"], "credential", "{reply:?}");
            }
        }
    }
}

#[tokio::test]
async fn api_2_what_is_wrong_inside_has_its_path_and_repeats_no_secret() {
    const SECRET: &str = "s3cr3t-s3cr3t-s3cr3t";
    let app = TestApp::sqlite().await;
    let place = Place::open(&app, "Acme").await;
    let (device, desk) = (place.device(1).await, place.office());
    let wrong: [(Value, &str, &str); 9] = [
        (json!({}), "credential.type", "required"),
        (json!({ "type": "magic", "code": SECRET }), "credential", "bad_format"),
        (json!({ "type": SECRET }), "credential", "bad_format"),
        (json!({ "type": 7, "code": SECRET }), "credential.type", "bad_format"),
        (json!({ "type": "activationCode" }), "credential.code", "required"),
        (json!({ "type": "activationCode", "code": [SECRET] }), "credential.code", "bad_format"),
        (
            json!({ "type": "password", "username": { SECRET: SECRET }, "password": SECRET }),
            "credential.username",
            "bad_format",
        ),
        (json!({ "type": "licensee", "number": 7, "name": SECRET }), "credential.number", "bad_format"),
        (json!({ "type": "activationCode", "code": format!("{SECRET}\u{0}") }), "", "bad_format"),
    ];
    for (credential, path, code) in wrong {
        let reply = desk.activate(&device.seal(&device.request(credential.clone(), "pc-1"))).await;
        let problem = reply.problem("validation_failed");
        let error = &problem["errors"][0];
        assert_eq!((text(&error["path"]), text(&error["code"])), (path, code), "{credential}: {reply:?}");
        assert!(!reply.text.contains(SECRET), "{reply:?}");
    }
    // What a newer SDK says besides is ignored, as in a product's call.
    let sold = place.sell("CAD-P").await;
    let newer = json!({ "type": "activationCode", "code": sold.code, "hint": SECRET });
    desk.activate(&device.seal(&device.request(newer, "pc-1"))).await.ok();
}

#[tokio::test]
async fn lic_3_members_of_a_request_are_checked_as_those_of_activate() {
    let app = TestApp::sqlite().await;
    let place = Place::open(&app, "Acme").await;
    let sold = place.sell("CAD-P").await;
    let (device, desk) = (place.device(1).await, place.office());
    let request = || device.request(json!({ "type": "activationCode", "code": sold.code }), "pc-1");
    let mut long = request();
    long.seat_id = "x".repeat(129);
    let mut dummy = request();
    dummy.seat_id = "To be filled by O.E.M.".to_owned();
    let mut blank = request();
    blank.seat_id = " ".to_owned();
    let mut name = request();
    name.seat_name = Some("x".repeat(1_000));
    let mut release = request();
    release.release_date = Some("yesterday".to_owned());
    let mut secret = request();
    secret.licensee_secret = Some(String::new());
    for (request, path) in [
        (long, "seatId"),
        (dummy, "seatId"),
        (blank, "seatId"),
        (name, "seatName"),
        (release, "releaseDate"),
        (secret, "licenseeSecret"),
    ] {
        let reply = desk.activate(&device.seal(&request)).await;
        let problem = reply.problem("validation_failed");
        assert_eq!(problem["errors"][0]["path"], path, "{reply:?}");
    }
    let mut other = request();
    other.edition = Some("nothing".to_owned());
    let reply = desk.activate(&device.seal(&other)).await;
    assert!(reply.status.is_client_error(), "{reply:?}");
    assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 0);
}
