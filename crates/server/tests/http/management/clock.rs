//! A sandbox's clock over HTTP (CLK-1).

use serde_json::json;

use super::shop::{ADMIN, Seat, Shop};
use crate::common::{TestApp, on_both_engines};

on_both_engines! {
    async fn clk_1_a_sandbox_s_clock_moves_forward_and_runs_on(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let shown = |now: &str| json!({ "now": now, "sandbox": true });
        assert_eq!(shop.get("/clock").await.ok(), shown("2026-01-15T12:00:00Z"));
        let to = |now: &str| shop.post("/clock", json!({ "now": now }));
        assert_eq!(to("2026-06-01T00:00:00Z").await.ok(), shown("2026-06-01T00:00:00Z"));
        app.clock.advance(90);
        assert_eq!(shop.get("/clock").await.ok(), shown("2026-06-01T00:01:30Z"));
        let refused = to("2026-06-01T00:01:29Z").await.problem("clock_not_movable");
        assert_eq!(refused["now"], "2026-06-01T00:01:30Z");
        to("2026-06-01T02:01:30+02:00").await.ok();
        assert_eq!(shop.get("/clock").await.ok(), shown("2026-06-01T00:01:30Z"), "another offset, the same instant");
        to("9999-12-31T23:59:59Z").await.ok();
        shop.make("/customers", json!({ "name": "late" })).await;
    }

    async fn clk_1_two_moves_at_once_do_not_add_up(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let to = || shop.post("/clock", json!({ "now": "2027-01-01T00:00:00Z" }));
        let (one, two) = tokio::join!(async { to().await }, async { to().await });
        assert_eq!((&one.ok()["now"], &two.ok()["now"]), (&json!("2027-01-01T00:00:00Z"), &json!("2027-01-01T00:00:00Z")));
        assert_eq!(shop.get("/clock").await.ok()["now"], "2027-01-01T00:00:00Z");
    }

    async fn clk_1_a_live_vendor_s_clock_is_only_read(app: TestApp) {
        let path = format!("{ADMIN}/clock");
        let shown = json!({ "now": "2026-01-15T12:00:00Z", "sandbox": false });
        assert_eq!(app.get(&path).await.ok(), shown);
        app.post(&path).json(json!({ "now": "2027-01-01T00:00:00Z" })).await.problem("not_a_sandbox");
        assert_eq!(app.get(&path).await.ok(), shown);
    }

    async fn clk_1_one_vendor_s_clock_is_not_another_s(app: TestApp) {
        let (shop, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        shop.move_clock("2030-01-01T00:00:00Z").await;
        assert_eq!(other.get("/clock").await.ok()["now"], "2026-01-15T12:00:00Z");
        assert_eq!(app.get(&format!("{ADMIN}/clock")).await.ok()["now"], "2026-01-15T12:00:00Z");
    }

    async fn clk_1_moving_the_clock_ends_leases(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seat = Seat::take(&shop, &sold.code, "pc-1").await;
        shop.move_clock("2026-01-22T11:59:59.999999Z").await;
        assert_eq!(shop.get(&seat.path()).await.ok()["status"], "active");
        shop.move_clock("2026-01-22T12:00:00Z").await;
        assert_eq!(shop.get(&seat.path()).await.ok()["status"], "leaseExpired");
        assert_eq!(shop.get(&sold.entitlement).await.ok()["seatsUsed"], 0);
    }

    async fn safe_1_a_repeated_move_is_answered_as_the_first_time(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let body = json!({ "now": "2026-06-01T00:00:00Z" });
        let first = shop.post("/clock", body.clone()).once("k").await.ok();
        app.clock.advance(30);
        assert_eq!(shop.post("/clock", body.clone()).once("k").await.ok(), first);
        shop.post("/clock", body).await.problem("clock_not_movable");
    }
}

#[tokio::test]
async fn api_1_a_bad_instant_is_refused() {
    let shop = Shop::open(&TestApp::sqlite().await, "Acme").await;
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "now": null }), "bad_format"),
        (json!({ "now": 1_800_000_000 }), "bad_format"),
        (json!({ "now": "2027-01-01" }), "bad_format"),
        (json!({ "now": "2027-01-01T00:00:00" }), "bad_format"),
        (json!({ "now": "10000-01-01T00:00:00Z" }), "bad_format"),
    ] {
        shop.post("/clock", body).await.invalid("now", code);
    }
}
