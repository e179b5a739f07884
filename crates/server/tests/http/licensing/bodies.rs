//! Bodies that products send: what is unknown is ignored, what is wrong is refused and changes nothing (API-1, API-2).

use serde_json::{Value, json};

use super::holder::{Holder, activate, claim, claim_with, logged, used, validate};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::Shop;

/// A body that is an activation but for what is put before its end.
fn raw(code: &str, more: &str) -> String {
    let body = claim(code, "pc-9").to_string();
    format!("{}{more}}}", body.strip_suffix('}').unwrap())
}

on_both_engines! {
    async fn api_1_unknown_members_are_ignored_everywhere(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let newer = json!({
            "credential": { "type": "activationCode", "code": sold.code, "hint": [1, { "x": null }] },
            "futureMember": { "deep": [[], {}] }, "device": { "container": true, "arch": "riscv" },
        });
        validate(&app, claim_with(&sold.code, "a", &newer)).await.ok();
        let reply = activate(&app, claim_with(&sold.code, "a", &newer)).await;
        assert_eq!(reply.created()["activation"]["device"]["container"], true);
        let mut seat = Holder::of(&app, &reply);
        seat.post("/refresh", json!({ "telemetry": 1, "lease": "old", "licenseeSecret": "s" })).await.ok();
        seat.post("/features/export/checkout", json!({ "amount": 1, "why": "because" })).await.ok();
        seat.post("/refresh?verbose=1", json!({})).await.ok();
        seat.call("GET", "?verbose=1").await.ok();
        seat.call("DELETE", "").json(json!({ "reason": "x" })).await.done();
    }

    async fn api_1_bodies_that_are_no_json_are_malformed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seat = Holder::take(&shop, &sold.code, "a").await;
        let good = claim(&sold.code, "pc-9").to_string();
        let open = "[".repeat(100_000);
        let texts = [
            "{", "}", "{]", "{\"credential\":", "nul", "'x'", "{\"amount\":1}}", "{\"amount\":01}", "{\"amount\":+1}",
            "{\"amount\":NaN}", "{amount:1}", "{\"amount\":1,}", "\u{feff}{}",
            "{\"seatId\":\"a\u{0}b\"}", "\u{0}", " ", &good[..good.len() - 1], &format!("{good}{good}"), &open,
        ];
        for body in texts {
            for path in ["/api/v1/activate", "/api/v1/validate"] {
                app.post(path).anonymous().body("application/json", body.to_owned()).await.problem("malformed_request");
            }
            for path in ["/refresh", "/features/export/checkout", "/features/renders/use", "/features/export/return"] {
                let call = seat.call("POST", path).header("chancery-nonce", &seat.nonce).once("k");
                let reply = call.body("application/json", body.to_owned()).await;
                reply.problem("malformed_request");
                assert_eq!(reply.header("chancery-nonce"), "");
            }
        }
        let lone = "{\"seatId\":\"\\ud800\"}";
        app.post("/api/v1/activate").anonymous().body("application/json", lone).await.problem("malformed_request");
        for bytes in [&b"\xff\xfe{}"[..], b"{\"seatId\":\"\xc3\x28\"}", b"\x1f\x8b\x08\0\0"] {
            let call = app.post("/api/v1/activate").anonymous().body("application/json", bytes.to_vec());
            call.await.problem("malformed_request");
        }
        assert_eq!(logged(&shop, &sold.entitlement).await, ["activate"]);
        seat.clone().refresh().await.ok();
    }

    async fn api_1_an_array_is_no_object_and_what_is_ignored_is_utf_8_too(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let credential = json!({ "type": "activationCode", "code": sold.code });
        let members = json!([credential, "cad", null, "pc-9", null, null, null, null]);
        app.post("/api/v1/activate").anonymous().json(members).await.invalid("", "bad_format");
        let mut ignored = raw(&sold.code, ",\"future\":\"").into_bytes();
        ignored.pop();
        ignored.extend_from_slice(b"\xff\"}");
        let call = app.post("/api/v1/activate").anonymous().body("application/json", ignored);
        call.await.problem("malformed_request");
        assert_eq!(used(&shop, &sold.entitlement).await, 0);
    }

    async fn api_1_depth_alone_breaks_nothing(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let nested = |open: &str, close: &str| format!(",\"more\":{}1{}", open.repeat(100_000), close.repeat(100_000));
        let post = |body: String| app.post("/api/v1/activate").anonymous().body("application/json", body);
        // Well-formed, and of no concern to this server: ignored like any unknown member, without recursion.
        post(raw(&sold.code, &nested("[", "]"))).await.created();
        post(raw(&sold.code, &nested("{\"a\":", "}"))).await.ok();
        post(raw(&sold.code, &format!(",\"more\":{}", "[".repeat(100_000)))).await.problem("malformed_request");
        let deep_credential = format!("{{\"credential\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        post(deep_credential).await.problem("validation_failed");
        let deep_list = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        post(deep_list).await.problem("validation_failed");
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
    }

    async fn api_1_wrong_types_and_repeated_members_are_named(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        for (members, path, code) in [
            (json!({ "seatName": 7 }), "seatName", "bad_format"),
            (json!({ "seatName": "" }), "seatName", "required"),
            (json!({ "seatName": "x".repeat(201) }), "seatName", "too_long"),
            (json!({ "seatName": "x".repeat(1_000_000) }), "seatName", "too_long"),
            (json!({ "seatId": "x".repeat(1_000_000) }), "seatId", "too_long"),
            (json!({ "productId": "x".repeat(1_000_000) }), "productId", "too_long"),
            (json!({ "editionId": [] }), "editionId", "bad_format"),
            (json!({ "device": "vm" }), "device", "bad_format"),
            (json!({ "device": { "vm": "yes" } }), "device.vm", "bad_format"),
            (json!({ "device": { "vm": null } }), "device.vm", "bad_format"),
            (json!({ "licenseeSecret": 7 }), "licenseeSecret", "bad_format"),
            (json!({ "seatId": "a\u{0}b" }), "seatId", "bad_format"),
            (json!({ "other": "a\u{0}b" }), "", "bad_format"),
        ] {
            activate(&app, claim_with(&sold.code, "pc-9", &members)).await.invalid(path, code);
        }
        let post = |body: String| app.post("/api/v1/activate").anonymous().body("application/json", body);
        post(raw(&sold.code, ",\"seatId\":\"pc-8\"")).await.invalid("seatId", "duplicate");
        let twice = "{\"type\":\"activationCode\",\"code\":\"x\",\"code\":\"y\"}";
        post(raw(&sold.code, &format!(",\"credential\":{twice}"))).await.problem("validation_failed");
        post(format!("{{\"credential\":{twice}}}")).await.invalid("credential.code", "duplicate");
        for body in ["[]", "null", "1", "true", "\"x\""] {
            post(body.to_owned()).await.invalid("", "bad_format");
        }
        assert_eq!((logged(&shop, &sold.entitlement).await.len(), used(&shop, &sold.entitlement).await), (0, 0));
        let long_code = "A".repeat(1_000_000);
        activate(&app, claim(&long_code, "pc-9")).await.problem("activation_code_unknown");
    }

    async fn api_1_bodies_of_another_size_or_type_are_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seat = Holder::take(&shop, &sold.code, "a").await;
        let huge = json!({ "amount": 1, "pad": "x".repeat(10 << 20) }).to_string();
        let of = |path: &str| match path {
            "/activate" | "/validate" => app.post(&format!("/api/v1{path}")).anonymous(),
            path => seat.call("POST", path).header("chancery-nonce", &seat.nonce).once("k"),
        };
        for path in ["/activate", "/validate", "/refresh", "/features/export/checkout"] {
            of(path).body("application/json", huge.clone()).await.problem("body_too_large");
            for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"] {
                of(path).body(kind, claim(&sold.code, "b").to_string()).await.problem("media_type_unsupported");
            }
        }
        let fits = json!({ "pad": "x".repeat((1 << 20) - 10) }).to_string();
        assert_eq!(fits.len(), 1 << 20);
        of("/refresh").body("application/json", format!("{fits} ")).await.problem("body_too_large");
        of("/refresh").body("application/json", fits).await.ok();
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
    }

    async fn api_1_a_call_that_needs_nothing_said_needs_no_body(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let seat = Holder::take(&shop, &shop.sell("CAD-C").await.code, "a").await;
        let call = |path: &str| seat.call("POST", path).header("chancery-nonce", &seat.nonce).once("k");
        call("/features/export/checkout").await.invalid("amount", "required");
        call("/refresh").await.ok();
        app.post("/api/v1/activate").anonymous().await.invalid("credential", "required");
        let wrong: [(&str, Value); 3] = [("releaseDate", json!(1)), ("lease", json!(1)), ("licenseeSecret", json!({}))];
        for (member, value) in wrong {
            seat.send("/refresh", json!({ member: value }), &seat.nonce, "k2").await.invalid(member, "bad_format");
        }
    }
}
