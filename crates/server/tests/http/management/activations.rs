//! Activations and the activation log, as the vendor sees them.

use serde_json::{Value, json};

use super::shop::{NOBODY, Seat, Shop, text};
use crate::common::{TestApp, on_both_engines};

fn operations(log: &[Value]) -> Vec<&str> {
    log.iter().map(|entry| text(&entry["operation"])).collect()
}

on_both_engines! {
    async fn activations_are_listed_of_all_and_of_one_entitlement(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (one, other) = (shop.sell("CAD-C").await, shop.sell("CAD-C").await);
        let first = Seat::take(&shop, &one.code, "pc-1").await;
        app.clock.advance(1);
        let second = Seat::take(&shop, &other.code, "pc-2").await;
        assert_eq!(shop.items("/activations").await, [first.activation.clone(), second.activation.clone()]);
        assert_eq!(shop.items(&format!("{}/activations", one.entitlement)).await, std::slice::from_ref(&first.activation));
        let id = other.entitlement.rsplit('/').next().unwrap();
        let filtered = shop.items(&format!("/activations?entitlementId={id}")).await;
        assert_eq!(filtered, std::slice::from_ref(&second.activation));
        assert_eq!(shop.get(&second.path()).await.ok(), second.activation);
        shop.get(&format!("/activations?entitlementId=ent_{NOBODY}")).await.problem("not_found");
        shop.get("/activations?entitlementId=x").await.invalid("entitlementId", "bad_format");
        shop.get("/activations?seatId=x").await.invalid("seatId", "unknown_field");
    }

    async fn seat_9_a_released_seat_is_held_until_its_lease_ends(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut gone = Seat::take(&shop, &sold.code, "pc-1").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        for _ in 0..2 {
            shop.delete(&gone.path()).await.done();
        }
        let held = shop.get(&gone.path()).await.ok();
        assert_eq!((&held["status"], &held["seatUntil"]), (&json!("held"), &held["leaseExpiry"]));
        assert_eq!(shop.get(&sold.entitlement).await.ok()["seatsUsed"], 2);
        gone.post("/refresh", json!({})).await.problem("activation_released");
        shop.activate(&sold.code, "pc-3").await.problem("seats_exhausted");
        shop.move_clock("2026-01-22T12:00:00Z").await;
        shop.activate(&sold.code, "pc-3").await.created();
        shop.delete(&format!("/activations/act_{NOBODY}")).await.problem("not_found");
        shop.delete(&format!("{}?force=true", gone.path())).await.invalid("force", "unknown_field");
    }

    async fn seat_11_what_happened_to_seats_is_in_the_activation_log(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        shop.move_clock("2026-01-15T13:00:00Z").await;
        Seat::take(&shop, &sold.code, "pc-2").await;
        shop.activate(&sold.code, "pc-3").await.problem("seats_exhausted");
        shop.move_clock("2026-01-15T14:00:00Z").await;
        seat.post("/features/export/checkout", json!({ "amount": 2 })).await.ok();
        seat.post("/features/export/checkout", json!({ "amount": 9 })).await.problem("feature_exhausted");
        shop.delete(&seat.path()).await.done();
        let path = format!("{}/activation-log", sold.entitlement);
        let log = shop.items(&path).await;
        assert_eq!(operations(&log), ["activate", "activate", "deny", "checkout", "featureDeny", "release"]);
        let denied = &log[2];
        assert_eq!((&denied["seatId"], &denied["code"]), (&json!("pc-3"), &json!("seats_exhausted")));
        assert_eq!((&denied["activationId"], &denied["time"]), (&json!(null), &json!("2026-01-15T13:00:00Z")));
        assert_eq!((&log[3]["feature"], &log[3]["amount"]), (&json!("export"), &json!(2)));
        assert_eq!((&log[0]["seatName"], &log[0]["mode"]), (&json!("pc-1's name"), &json!("online")));
        assert_eq!(log[0]["leaseExpiry"], "2026-01-22T12:00:00Z");
        for (query, expected) in [
            ("seatId=pc-1", &["activate", "checkout", "featureDeny", "release"][..]),
            ("seatId=pc-4", &[]),
            ("from=2026-01-15T13:00:00Z&until=2026-01-15T14:00:00Z", &["activate", "deny"]),
            ("seatId=pc-1&from=2026-01-15T13:00:00Z", &["checkout", "featureDeny", "release"]),
            ("sort=-created&limit=2", &["release", "featureDeny"]),
        ] {
            let entries = shop.items(&format!("{path}?{query}")).await;
            assert_eq!(operations(&entries), expected, "{query}");
        }
        let first = shop.get(&format!("{path}?limit=4")).await.ok();
        let rest = shop.items(&format!("{path}?cursor={}", text(&first["nextCursor"]))).await;
        assert_eq!(operations(&rest), ["featureDeny", "release"]);
        shop.get(&format!("{path}?from=yesterday")).await.invalid("from", "bad_format");
        shop.get(&format!("{path}?seat=pc-1")).await.invalid("seat", "unknown_field");
    }
}
