//! Seats over HTTP: used, exhausted, ended, given back (SEAT-3, SEAT-5, SEAT-6, SEAT-7, SEAT-9).

use serde_json::json;

use super::holder::{Holder, activate, claim, logged, used};
use super::jws::claims;
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, text};

on_both_engines! {
    async fn seat_5_exhausted_says_how_many_and_until_when_and_never_who(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let overdraft = json!({ "overdraft": { "type": "absolute", "value": 1 } });
        shop.patch(&sold.entitlement, overdraft).await.ok();
        for (minute, seat) in ["alice", "berta", "clara"].into_iter().enumerate() {
            let seat = Holder::of(&app, &shop.activate(&sold.code, seat).await);
            assert_eq!(seat.reply["activation"]["overdraft"], minute == 2);
            app.clock.advance(60);
        }
        let reply = shop.activate(&sold.code, "dora").await;
        let problem = reply.problem("seats_exhausted");
        let members = ["seats", "overdraft", "used", "nextLeaseEnd"].map(|member| problem[member].clone());
        assert_eq!(json!(members), json!([2, 1, 3, "2026-01-22T12:00:00Z"]));
        assert_eq!(problem["holders"], json!(null));
        for name in ["alice", "berta", "clara", "name\""] {
            assert!(!reply.text.contains(name), "{}", reply.text);
        }
        let log = shop.items(&format!("{}/activation-log", sold.entitlement)).await;
        let denied = log.last().unwrap();
        assert_eq!((&denied["operation"], &denied["seatId"]), (&json!("deny"), &json!("dora")));
        assert_eq!((&denied["code"], &denied["seatName"]), (&json!("seats_exhausted"), &json!("dora's name")));
        assert_eq!(used(&shop, &sold.entitlement).await, 3);
    }

    async fn seat_3_free_then_ended_then_overdraft(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        shop.patch(&sold.entitlement, json!({ "overdraft": { "type": "absolute", "value": 1 } })).await.ok();
        let first = Holder::take(&shop, &sold.code, "a").await;
        app.clock.advance(1);
        let second = Holder::take(&shop, &sold.code, "b").await;
        assert_eq!(second.reply["activation"]["seatNumber"], 2);
        shop.move_clock("2026-01-22T12:00:00Z").await;
        let replacing = Holder::take(&shop, &sold.code, "c").await;
        let shown = &replacing.reply["activation"];
        assert_eq!((&shown["seatNumber"], &shown["overdraft"]), (&json!(1), &json!(false)));
        first.call("GET", "").await.problem("activation_replaced");
        first.clone().refresh().await.problem("activation_replaced");
        second.call("GET", "").await.ok();
        let beyond = Holder::take(&shop, &sold.code, "d").await;
        let shown = &beyond.reply["activation"];
        assert_eq!((&shown["seatNumber"], &shown["overdraft"]), (&json!(3), &json!(true)));
        let log = logged(&shop, &sold.entitlement).await;
        assert_eq!(log, ["activate", "activate", "replace", "activate", "deny", "activate"]);
    }

    async fn seat_7_a_seat_is_free_at_its_lease_s_end_on_the_instant(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut loser = Holder::take(&shop, &sold.code, "a").await;
        let mut resumed = Holder::take(&shop, &sold.code, "b").await;
        shop.move_clock("2026-01-22T11:59:59.999999Z").await;
        activate(&app, claim(&sold.code, "c")).await.problem("seats_exhausted");
        assert_eq!(loser.state().await["status"], "active");
        shop.move_clock("2026-01-22T12:00:00Z").await;
        assert_eq!((&loser.state().await["status"], used(&shop, &sold.entitlement).await), (&json!("leaseExpired"), 0));
        let back = resumed.refresh().await.ok()["activation"].clone();
        assert_eq!((&back["status"], &back["leaseExpiry"]), (&json!("active"), &json!("2026-01-29T12:00:00Z")));
        activate(&app, claim(&sold.code, "c")).await.created();
        let lost = loser.refresh().await;
        lost.problem("activation_replaced");
        loser.call("DELETE", "").await.done();
        assert_eq!(used(&shop, &sold.entitlement).await, 2);
        activate(&app, claim(&sold.code, "a")).await.problem("seats_exhausted");
    }

    async fn seat_6_a_refresh_moves_the_lease_until_the_hard_stop(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        shop.move_clock("2026-01-20T12:00:00Z").await;
        let reply = seat.refresh().await.ok();
        assert_eq!(reply.as_object().unwrap().len(), 2);
        assert_eq!(reply["activation"]["leaseExpiry"], "2026-01-27T12:00:00Z");
        let lease = claims(text(&reply["lease"]));
        assert_eq!((&lease["leaseExpiry"], &lease["exp"]), (&json!("2026-01-27T12:00:00Z"), &json!(1_769_515_200)));
        shop.move_clock("2027-01-16T12:00:00Z").await;
        assert_eq!(seat.refresh().await.ok()["activation"]["leaseExpiry"], "2027-01-22T12:00:00Z");
        shop.move_clock("2027-01-17T12:00:00Z").await;
        let before = seat.nonce.clone();
        let stuck = seat.refresh().await.problem("lease_not_extendable");
        assert_eq!(stuck["leaseExpiry"], "2027-01-22T12:00:00Z");
        assert_ne!(seat.nonce, before);
        assert_eq!(logged(&shop, &sold.entitlement).await, ["activate", "refresh", "refresh", "deny"]);
    }

    async fn seat_6_an_unlimited_lease_has_no_end(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-P").await;
        shop.patch(&sold.entitlement, json!({ "leasePeriod": "unlimited" })).await.ok();
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        let shown = &seat.reply["activation"];
        assert_eq!((&shown["leaseExpiry"], &shown["entitlement"]["hardStop"]), (&json!(null), &json!(null)));
        let lease = claims(text(&seat.reply["lease"]));
        assert!(lease.as_object().unwrap().get("exp").is_none(), "{lease}");
        shop.move_clock("2126-01-15T12:00:00Z").await;
        assert_eq!(seat.state().await["status"], "active");
        assert_eq!(seat.refresh().await.problem("lease_not_extendable")["leaseExpiry"], json!(null));
        Holder::take(&shop, &sold.code, "b").await;
        let full = activate(&app, claim(&sold.code, "c")).await.problem("seats_exhausted");
        assert_eq!(full["nextLeaseEnd"], json!(null));
        seat.call("DELETE", "").await.done();
        activate(&app, claim(&sold.code, "c")).await.created();
    }

    async fn seat_9_giving_a_seat_back_needs_no_nonce_and_is_idempotent(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        let other = Holder::take(&shop, &sold.code, "b").await;
        seat.feature("export", "checkout", 7).await.ok();
        for _ in 0..2 {
            seat.call("DELETE", "").await.done();
            seat.call("DELETE", "").once("again").await.done();
        }
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
        let pool = other.state().await["features"][1].clone();
        assert_eq!((&pool["key"], &pool["available"]), (&json!("export"), &json!(10)));
        for path in ["", "/entitlement"] {
            seat.call("GET", path).await.problem("activation_deactivated");
        }
        seat.refresh().await.problem("activation_deactivated");
        seat.feature("export", "return", 1).await.problem("activation_deactivated");
        let log = logged(&shop, &sold.entitlement).await;
        let expected = ["activate", "activate", "checkout", "deactivate", "return", "deny", "featureDeny"];
        assert_eq!(log, expected);
        let again = activate(&app, claim(&sold.code, "a")).await.created();
        assert_ne!(again["activation"]["id"], seat.reply["activation"]["id"]);
    }

    async fn seat_9_a_seat_that_the_vendor_released_cannot_be_refreshed_or_taken_back(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        Holder::take(&shop, &sold.code, "b").await;
        shop.delete(&seat.path()).await.done();
        seat.call("GET", "").await.problem("activation_released");
        seat.refresh().await.problem("activation_released");
        seat.feature("export", "checkout", 1).await.problem("activation_released");
        activate(&app, claim(&sold.code, "a")).await.problem("seats_exhausted");
        // Its holder can still give it back before its time.
        seat.call("DELETE", "").await.done();
        assert_eq!(used(&shop, &sold.entitlement).await, 1);
        activate(&app, claim(&sold.code, "c")).await.created();
    }

    async fn seat_4_a_node_locked_seat_outlives_its_lease(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let offering = shop.get("/offerings/CAD-C").await.ok();
        let locked = json!({ "sku": "LOCKED", "name": "Locked", "editionId": offering["editionId"],
                             "planId": offering["planId"], "seats": 1, "concurrency": "nodeLocked" });
        shop.make("/offerings", locked).await;
        let sold = shop.sell("LOCKED").await;
        let mut seat = Holder::take(&shop, &sold.code, "a").await;
        shop.move_clock("2026-03-01T00:00:00Z").await;
        assert_eq!((&seat.state().await["status"], used(&shop, &sold.entitlement).await), (&json!("leaseExpired"), 1));
        let full = activate(&app, claim(&sold.code, "b")).await.problem("seats_exhausted");
        assert_eq!((&full["nextLeaseEnd"], &full["used"]), (&json!(null), &json!(1)));
        assert_eq!(seat.refresh().await.ok()["activation"]["status"], "active");
    }
}
