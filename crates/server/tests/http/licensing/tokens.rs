//! Access tokens: what is one, and what is not (LIC-4, TOK-3).

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim};
use super::jws::{claims, header, replaced, with_claims, with_header};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, anonymous, text};

fn with(object: &Value, member: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[member] = value;
    object
}

/// A token with its last signature bit, or one in the middle, turned.
fn altered(token: &str) -> [String; 3] {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let swap = |at: usize| {
        let other = if &signature[at..=at] == "A" { "B" } else { "A" };
        format!("{signed}.{}{other}{}", &signature[..at], &signature[at + 1..])
    };
    [swap(0), swap(40), format!("{signed}.{}", &signature[..signature.len() - 2])]
}

on_both_engines! {
    async fn lic_4_whatever_is_wrong_with_an_access_token_it_is_refused_alike(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seat = Holder::take(&shop, &sold.code, "pc-1").await;
        let victim = Holder::take(&shop, &sold.code, "pc-2").await;
        let foreign = Shop::open(&app, "Umbrella").await;
        let foreign = Holder::take(&foreign, &foreign.sell("CAD-C").await.code, "pc-1").await;
        let (token, head, body) = (&seat.token, header(&seat.token), claims(&seat.token));
        assert_eq!((&head["alg"], &head["typ"]), (&json!("Ed25519"), &json!("chancery-access+jwt")));
        let unsigned = with_header(token, &with(&head, "alg", json!("none")));
        let kid = header(&foreign.token)["kid"].clone();
        let mut wrong = vec![
            text(&seat.reply["lease"]).to_owned(),
            with_claims(token, &with(&body, "sub", claims(&victim.token)["sub"].clone())),
            with_claims(token, &with(&body, "chain", json!(2))),
            with_claims(token, &with(&body, "iss", claims(&foreign.token)["iss"].clone())),
            with_header(token, &with(&head, "alg", json!("HS256"))),
            with_header(token, &with(&head, "alg", json!("EdDSA"))),
            with_header(token, &with(&head, "kid", kid)),
            with_header(token, &with(&head, "kid", json!("unknown"))),
            with_header(token, &with(&head, "typ", json!("JWT"))),
            with_header(token, &with(&head, "crit", json!([]))),
            with_header(token, &with(&head, "jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" }))),
            format!("{}.", unsigned.rsplit_once('.').unwrap().0),
            unsigned,
            replaced(token, 0, b"{}"),
            replaced(token, 0, b"[1,2"),
            replaced(token, 1, b"\xff\xfe"),
            replaced(token, 2, &[0; 64]),
            format!("{token}A"),
            format!("{token}.x"),
            token.replace('.', ""),
            "x".to_owned(),
            "..".to_owned(),
            "x".repeat(20_000),
            shop.key.clone(),
        ];
        wrong.extend(altered(token));
        let mut seen = Vec::new();
        for token in &wrong {
            for (method, path) in [("GET", ""), ("POST", "/refresh"), ("DELETE", ""), ("GET", "/entitlement")] {
                let call = seat.call(method, path).key(token).header("chancery-nonce", &seat.nonce).once("k");
                let reply = call.await;
                seen.push(anonymous(reply.problem("access_token_invalid")));
                assert_eq!((reply.header("www-authenticate"), reply.header("chancery-nonce")), ("Bearer", ""));
            }
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seat.clone().refresh().await.ok();
        assert_eq!(shop.items(&format!("{}/activation-log", sold.entitlement)).await.len(), 3);
    }

    async fn lic_4_a_token_is_good_for_its_own_activation_and_says_nothing_of_others(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let code = shop.sell("CAD-C").await.code;
        let (one, other) = (Holder::take(&shop, &code, "pc-1").await, Holder::take(&shop, &code, "pc-2").await);
        assert_eq!((&one.state().await["seatId"], &other.state().await["seatId"]), (&json!("pc-1"), &json!("pc-2")));
        let mixed = one.call("POST", "/refresh").key(&other.token).header("chancery-nonce", &one.nonce).once("k");
        mixed.json(json!({})).await.invalid("Chancery-Nonce", "bad_format");
        assert!(!one.call("GET", "/entitlement").await.text.contains("pc-2"));
        other.call("DELETE", "").await.done();
        other.call("GET", "").await.problem("activation_deactivated");
        one.call("GET", "").await.ok();
    }

    async fn lic_4_a_token_goes_on_while_its_chain_does_whatever_its_age(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let code = shop.sell("CAD-P").await.code;
        let mut seat = Holder::take(&shop, &code, "pc-1").await;
        shop.move_clock("2036-01-01T00:00:00Z").await;
        seat.refresh().await.ok();
        activate(&app, claim(&code, "pc-1")).await.ok();
        seat.refresh().await.problem("activation_superseded");
    }

    async fn api_2_a_missing_credential_says_which_scheme_is_wanted(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let seat = Holder::take(&shop, &shop.sell("CAD-C").await.code, "pc-1").await;
        for (method, path) in
            [("GET", ""), ("DELETE", ""), ("GET", "/entitlement"), ("POST", "/refresh"), ("POST", "/features/x/use")]
        {
            let token = &seat.token;
            let (basic, colon) = (format!("Basic {token}"), format!("Bearer:{token}"));
            for value in [basic, colon, token.clone(), "Bearer".to_owned(), String::new()] {
                let reply = seat.call(method, path).header("authorization", &value).await;
                reply.problem("credential_missing");
                assert_eq!(reply.header("www-authenticate"), "Bearer");
            }
            let reply = seat.call(method, path).anonymous().await;
            reply.problem("credential_missing");
            assert_eq!(reply.header("www-authenticate"), "Bearer");
        }
        seat.call("GET", "").header("authorization", "Bearer ").await.problem("access_token_invalid");
        for scheme in ["bearer", "BEARER"] {
            seat.call("GET", "").header("authorization", &format!("{scheme} {}", seat.token)).await.ok();
        }
    }
}
