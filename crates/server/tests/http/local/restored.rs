//! A database that was set back (EXP-9).

use chancery_server::operations::local;
use serde_json::json;

use super::site::Site;
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::Seat;

on_both_engines! {
    async fn exp_9_no_new_seat_until_an_administrator_confirms(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        let mut seat = Seat::take(&site.products(), &sold.code, "pc-1").await;
        local::mark_restored(&site.local.system, app.now(), [3; 32]).await.unwrap();
        let status = site.get("/license/status").await.ok();
        assert_eq!((&status["status"], &status["restored"]), (&json!("OfflineActivated"), &json!(app.now().to_string())));
        site.products().activate(&sold.code, "pc-2").await.problem("restore_unconfirmed");
        seat.post("/refresh", json!({})).await.ok();
        let confirmed = site.post("/confirm-restore", json!({})).await.ok();
        assert_eq!((&confirmed["restored"], &confirmed["epoch"]), (&json!(null), &json!(2)));
        site.products().activate(&sold.code, "pc-2").await.created();
    }
}
