//! A local server's clock that is wrong, and set right again (OFF-11).

use chancery_server::Traffic;
use chancery_server::operations::local;
use serde_json::{Value, json};

use super::site::Site;
use crate::common::{TestApp, on_both_engines};
use crate::licensing::jws;
use crate::management::shop::{Seat, text};

const DAY: i64 = 24 * 3_600;

on_both_engines! {
    async fn off_11_a_clock_set_back_gives_no_time_and_is_told_of(app: TestApp) {
        let site = Site::activated(&app).await;
        let days = json!({ "delegationPeriod": { "unit": "day", "count": 3 } });
        let sold = site.hosted("CAD-C", days.clone()).await;
        app.clock.advance(2 * DAY);
        // What the vendor signs proves its time.
        site.import(&site.next_token(&sold).await).await.ok();
        let proved = app.now();
        let seat = Seat::take(&site.products(), &sold.code, "pc-1").await;
        app.clock.advance(-30 * DAY);
        let status = site.get("/license/status").await.ok();
        assert_eq!((&status["clockBehind"], &status["now"]), (&json!(proved.to_string()), &json!(proved.to_string())));
        assert_eq!(status["status"], "OfflineActivated");
        let reply = site.products().activate(&sold.code, "pc-2").await.created();
        assert_eq!(reply["activation"]["leaseExpiry"], seat.activation["leaseExpiry"], "no day more");
        assert_eq!(jws::claims(text(&reply["lease"]))["iat"], proved.as_seconds());
        // It is set right: nothing was lost.
        app.clock.advance(30 * DAY);
        assert_eq!(site.get("/license/status").await.ok()["clockBehind"], Value::Null);
    }

    async fn off_11_api_8_what_was_asked_while_a_clock_was_ahead_keeps_nobody_waiting(app: TestApp) {
        let site = Site::with(&app, Traffic::default()).await;
        site.activate().await;
        let sold = site.hosted("CAD-C", json!({})).await;
        app.clock.advance(6 * DAY);
        let mut seat = Seat::take(&site.products(), &sold.code, "pc-1").await;
        seat.post("/refresh", json!({})).await.ok();
        site.get("/license/status").await.ok();
        app.clock.advance(-6 * DAY);
        let refreshed = seat.post("/refresh", json!({})).await.ok();
        assert_eq!(refreshed["activation"]["lastLease"], app.now().to_string(), "by the right time");
        assert_eq!(jws::claims(text(&refreshed["lease"]))["iat"], app.now().as_seconds());
        seat.post("/features/export/checkout", json!({ "amount": 1 })).await.ok();
        let status = site.get("/license/status").await.ok();
        assert_eq!((&status["clockBehind"], &status["restored"]), (&json!(null), &json!(null)));
        local::sample_seats(&site.local.system, app.now()).await.unwrap();
    }
}
