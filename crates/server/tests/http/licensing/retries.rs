//! Retries, nonces and clones over HTTP (SAFE-1, SAFE-2, SAFE-3).

use serde_json::json;

use super::holder::{Holder, activate, claim, claim_with, logged, used};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::Shop;

on_both_engines! {
    async fn safe_1_a_repeated_activation_is_the_same_lease_token_and_nonce(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let body = claim(&sold.code, "pc-1");
        let first = activate(&app, body.clone()).once("k").await;
        app.clock.advance(3600);
        let again = activate(&app, body.clone()).once("k").await;
        assert_eq!(first.created(), again.created());
        assert_eq!(first.header("chancery-nonce"), again.header("chancery-nonce"));
        assert_eq!(logged(&shop, &sold.entitlement).await, ["activate"]);
        Holder::of(&app, &again).refresh().await.ok();
        for other in [claim(&sold.code, "pc-2"), claim_with(&sold.code, "pc-1", &json!({ "seatName": "x" }))] {
            activate(&app, other).once("k").await.problem("idempotency_key_reused");
        }
        let spaced = body.to_string().replace(':', ": ");
        let call = app.post("/api/v1/activate").anonymous().once("k").body("application/json", spaced);
        call.await.problem("idempotency_key_reused");
        let mut renewed = Holder::of(&app, &activate(&app, body.clone()).once("k2").await);
        assert_eq!((renewed.refresh().await.status, used(&shop, &sold.entitlement).await), (http::StatusCode::OK, 1));
        activate(&app, claim(&sold.code, "pc-2")).await.created();
        // Another code has keys of its own; another body under them is no reuse.
        let other = shop.sell("CAD-C").await;
        activate(&app, claim(&other.code, "pc-9")).once("k").await.created();
    }

    async fn safe_1_a_repeated_activation_tells_the_seat_that_was_given_and_takes_none(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let first = activate(&app, claim(&sold.code, "pc-1")).once("k").await;
        Holder::of(&app, &first).call("DELETE", "").await.done();
        let again = activate(&app, claim(&sold.code, "pc-1")).once("k").await;
        assert_eq!(again.created(), first.created());
        assert_eq!(used(&shop, &sold.entitlement).await, 0);
        Holder::of(&app, &again).refresh().await.problem("activation_deactivated");
    }

    async fn safe_1_an_idempotency_key_is_forgotten_after_a_day(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let first = activate(&app, claim(&sold.code, "pc-1")).once("k").await.created();
        app.clock.advance(24 * 3600 - 1);
        assert_eq!(activate(&app, claim(&sold.code, "pc-1")).once("k").await.created(), first);
        app.clock.advance(1);
        let later = activate(&app, claim(&sold.code, "pc-1")).once("k").await.ok();
        assert_ne!(later["lease"], first["lease"]);
        assert_eq!(activate(&app, claim(&sold.code, "pc-1")).once("k").await.ok(), later);
    }

    async fn safe_1_a_refused_activation_is_decided_again(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seats = [Holder::take(&shop, &sold.code, "a").await, Holder::take(&shop, &sold.code, "b").await];
        activate(&app, claim(&sold.code, "c")).once("k").await.problem("seats_exhausted");
        seats[0].call("DELETE", "").await.done();
        activate(&app, claim(&sold.code, "c")).once("k").await.created();
    }

    async fn safe_2_what_is_missing_is_428_and_does_not_turn_the_nonce(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let mut seat = Holder::take(&shop, &shop.sell("CAD-C").await.code, "pc-1").await;
        for path in ["/refresh", "/features/export/checkout", "/features/export/return", "/features/renders/use"] {
            let call = || seat.call("POST", path).json(json!({ "amount": 1 }));
            for (reply, code) in [
                (call().await, "nonce_missing"),
                (call().once("k").await, "nonce_missing"),
                (call().header("chancery-nonce", &seat.nonce).await, "idempotency_key_missing"),
            ] {
                reply.problem(code);
                assert_eq!((reply.status.as_u16(), reply.header("chancery-nonce")), (428, ""));
            }
            for nonce in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &format!("{}=", seat.nonce), &"A".repeat(4000)] {
                let reply = call().header("chancery-nonce", nonce).once("k").await;
                reply.invalid("Chancery-Nonce", "bad_format");
                assert_eq!(reply.header("chancery-nonce"), "");
            }
            for key in ["", &"x".repeat(256)] {
                let reply = call().header("chancery-nonce", &seat.nonce).once(key).await;
                reply.invalid("Idempotency-Key", "bad_format");
            }
        }
        let nonce = seat.nonce.clone();
        seat.send("/refresh", json!({}), &nonce, &"x".repeat(255)).await.ok();
        seat.state().await;
        seat.post("/refresh", json!({})).await.problem("clone_detected");
    }

    async fn safe_2_reading_and_giving_back_need_no_nonce_and_turn_none(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let mut seat = Holder::take(&shop, &shop.sell("CAD-C").await.code, "pc-1").await;
        for path in ["", "/entitlement"] {
            let reply = seat.call("GET", path).await;
            reply.ok();
            assert_eq!(reply.header("chancery-nonce"), "");
        }
        seat.call("GET", "").header("chancery-nonce", "nonsense").await.ok();
        seat.refresh().await.ok();
        seat.call("DELETE", "").header("chancery-nonce", "nonsense").await.done();
    }

    async fn safe_2_a_refusal_by_a_rule_turns_the_nonce_and_returns_it(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let mut seat = Holder::take(&shop, &shop.sell("CAD-C").await.code, "pc-1").await;
        for (path, code) in [
            ("/features/export/checkout", "feature_exhausted"),
            ("/features/cloud/use", "feature_not_licensed"),
            ("/features/unknown/use", "feature_not_licensed"),
            ("/features/renders/return", "not_returnable"),
            ("/features/export/return", "returned_more_than_taken"),
            ("/features/export/use", "not_usable"),
        ] {
            let old = seat.nonce.clone();
            let reply = seat.post(path, json!({ "amount": 11 })).await;
            reply.problem(code);
            assert_ne!(reply.header("chancery-nonce"), "", "{path}");
            seat.send("/refresh", json!({}), &old, "another").await.problem("clone_detected");
        }
        seat.refresh().await.ok();
    }

    async fn safe_3_a_lost_reply_is_told_again_and_a_copy_is_detected(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "pc-1").await;
        let take = json!({ "amount": 3 });
        let zero = seat.nonce.clone();
        let first = seat.send("/features/export/checkout", take.clone(), &zero, "k").await;
        let again = seat.send("/features/export/checkout", take.clone(), &zero, "k").await;
        assert_eq!((first.ok(), first.header("chancery-nonce")), (again.ok(), again.header("chancery-nonce")));
        assert_eq!(seat.state().await["features"][1]["active"], 3, "it was taken once");
        let other = seat.send("/features/export/checkout", json!({ "amount": 4 }), &zero, "k").await;
        other.problem("idempotency_key_reused");
        let elsewhere = seat.send("/features/export/return", take.clone(), &zero, "k").await;
        elsewhere.problem("idempotency_key_reused");
        first.header("chancery-nonce").clone_into(&mut seat.nonce);
        let copy = seat.send("/refresh", json!({}), &zero, "another").await;
        copy.problem("clone_detected");
        assert_eq!(copy.header("chancery-nonce"), "");
        let refreshed = seat.refresh().await.ok();
        seat.send("/refresh", json!({}), &zero, "third").await.problem("clone_detected");
        // No harm is done to the copy that holds the current one; the other's way back is to activate.
        seat.refresh().await.ok();
        assert_eq!(refreshed["activation"]["features"][1]["active"], 3);
        let mut back = Holder::of(&app, &activate(&app, claim(&sold.code, "pc-1")).await);
        back.refresh().await.ok();
        let log = logged(&shop, &sold.entitlement).await;
        let expected = ["activate", "checkout", "deny", "refresh", "deny", "refresh", "activate", "refresh"];
        assert_eq!(log, expected);
    }

    async fn safe_3_a_lost_refresh_gives_the_same_lease_again(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let seat = Holder::take(&shop, &shop.sell("CAD-C").await.code, "pc-1").await;
        app.clock.advance(600);
        let first = seat.send("/refresh", json!({}), &seat.nonce, "k").await;
        app.clock.advance(600);
        let again = seat.send("/refresh", json!({}), &seat.nonce, "k").await;
        assert_eq!((first.ok(), first.header("chancery-nonce")), (again.ok(), again.header("chancery-nonce")));
        // The SDK repeats with what it holds now, too: the key alone tells.
        let with_current = seat.send("/refresh", json!({}), first.header("chancery-nonce"), "k").await;
        assert_eq!(with_current.ok(), first.ok());
    }

    async fn safe_3_a_lost_refusal_is_decided_again_and_is_no_clone(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let code = shop.sell("CAD-C").await.code;
        let mut seat = Holder::take(&shop, &code, "pc-1").await;
        let mut other = Holder::take(&shop, &code, "pc-2").await;
        other.feature("export", "checkout", 8).await.ok();
        let zero = seat.nonce.clone();
        let take = json!({ "amount": 5 });
        let refused = seat.send("/features/export/checkout", take.clone(), &zero, "k").await;
        refused.problem("feature_exhausted");
        other.feature("export", "return", 8).await.ok();
        let again = seat.send("/features/export/checkout", take.clone(), &zero, "k").await;
        assert_eq!(again.ok()["feature"]["active"], 5);
        assert_ne!(again.header("chancery-nonce"), refused.header("chancery-nonce"));
        again.header("chancery-nonce").clone_into(&mut seat.nonce);
        seat.send("/features/export/checkout", take, refused.header("chancery-nonce"), "k2").await
            .problem("clone_detected");
        seat.refresh().await.ok();
    }

    async fn safe_3_a_nonce_of_another_activation_or_chain_is_none(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let code = shop.sell("CAD-C").await.code;
        let mut seat = Holder::take(&shop, &code, "pc-1").await;
        let other = Holder::take(&shop, &code, "pc-2").await;
        seat.send("/refresh", json!({}), &other.nonce, "k").await.invalid("Chancery-Nonce", "bad_format");
        let again = Holder::of(&app, &activate(&app, claim(&code, "pc-1")).await);
        again.send("/refresh", json!({}), &seat.nonce, "k").await.invalid("Chancery-Nonce", "bad_format");
        seat.send("/refresh", json!({}), &again.nonce, "k").await.invalid("Chancery-Nonce", "bad_format");
        seat.refresh().await.problem("activation_superseded");
    }
}
