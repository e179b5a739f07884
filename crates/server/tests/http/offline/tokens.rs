//! Tokens that are carried both ways, and back again.

use chancery_token::{OfflineReply, carried};
use serde_json::{Value, json};

use super::device::Place;
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::text;

const DAY: i64 = 24 * 3_600 * 1_000_000;

on_both_engines! {
    async fn off_4_a_request_token_gets_a_response_for_its_device_on_either_api(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        for (seed, desk) in (1_u8..).zip(place.desks().await) {
            let (sold, device) = (place.sell("CAD-C").await, place.device(seed).await);
            let request = device.request(json!({ "type": "activationCode", "code": sold.code }), "pc-1");
            let reply = desk.activate(&device.seal(&request)).await.ok();
            let (OfflineReply::Response(response), lease) = device.open(&reply) else { panic!("no response") };
            assert_eq!((response.request_id.as_str(), response.seq), (request.request_id.as_str(), 1));
            let activation = &reply["activation"];
            assert_eq!((&activation["seatId"], &activation["mode"]), (&json!("pc-1"), &json!("offline")));
            assert_eq!(activation["seatName"], "pc-1's name");
            assert_eq!(activation["leaseExpiry"], device.now.shifted(30 * DAY).to_string());
            assert_eq!(lease.activation.unwrap().to_string(), text(&activation["id"]));
            let found = place.shop.get(&format!("/activations/{}", text(&activation["id"]))).await.ok();
            assert_eq!(&found, activation);
        }
    }

    async fn off_4_the_same_request_again_gets_the_same_lease_and_another_one_the_same_seat(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, device, desk) = (place.sell("CAD-C").await, place.device(1).await, place.office());
        let token = device.ask(&sold.code, "pc-1");
        let first = desk.activate(&token).await.ok();
        let again = desk.activate(&token).await.ok();
        assert_eq!(again["activation"], first["activation"]);
        let ((opened, lease), (repeated, same)) = (device.open(&first), device.open(&again));
        assert_eq!((opened.seq(), repeated.seq()), (1, 1));
        assert_eq!((lease.issued.at, lease.expiry), (same.issued.at, same.expiry));
        let other = desk.activate(&device.ask(&sold.code, "pc-1")).await.ok();
        assert_eq!(other["activation"]["id"], first["activation"]["id"]);
        assert_eq!(device.open(&other).0.seq(), 2);
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 1);
        // Another machine does not get the seat.
        let thief = place.device(2).await;
        desk.activate(&thief.ask(&sold.code, "pc-1")).await.problem("seat_held_by_another_device");
    }

    async fn off_6_a_refresh_carries_a_lease_of_now_and_a_higher_number(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let sold = place.sell("CAD-C").await;
        let mut device = place.device(1).await;
        let made = place.office().activate(&device.ask(&sold.code, "pc-1")).await.ok();
        let (id, mut last) = (&made["activation"]["id"], 1);
        for desk in place.desks().await {
            device.now = device.now.shifted(DAY);
            place.shop.move_clock(&device.now.to_string()).await;
            let reply = desk.refresh(id).await.ok();
            let (OfflineReply::Refresh(refresh), _) = device.open(&reply) else { panic!("no refresh") };
            assert_eq!(refresh.activation.to_string(), text(id));
            assert!(refresh.seq > last, "{} after {last}", refresh.seq);
            last = refresh.seq;
            assert_eq!(reply["activation"]["leaseExpiry"], device.now.shifted(30 * DAY).to_string());
        }
    }

    async fn off_9_a_deactivation_token_frees_the_seat_and_twice_is_harmless(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        for (seed, desk) in (1_u8..).zip(place.desks().await) {
            let (sold, device) = (place.sell("CAD-C").await, place.device(seed).await);
            let request = device.ask(&sold.code, "pc-1");
            let made = desk.activate(&request).await.ok();
            let id = &made["activation"]["id"];
            let token = device.give_up(id, 1);
            let done = desk.deactivate(&token).await.ok();
            assert_eq!((&done["alreadyDone"], &done["activation"]["id"]), (&json!(false), id));
            assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 0);
            assert_eq!(desk.deactivate(&token).await.ok()["alreadyDone"], true);
            // What was given up never comes back.
            desk.refresh(id).await.problem("activation_deactivated");
            desk.activate(&request).await.problem("activation_deactivated");
        }
    }

    async fn tok_6_tokens_are_taken_in_every_form_in_which_people_carry_them(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, device, desk) = (place.sell("CAD-C").await, place.device(1).await, place.office());
        let token = device.ask(&sold.code, "pc-1");
        let mut parts = carried::parts(&token, 300);
        assert!(parts.len() > 1);
        parts.reverse();
        let wrapped: Vec<&str> = token.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
        for text in [
            carried::write_file("request", &token),
            parts.join("\n"),
            wrapped.join("\r\n"),
            format!("  {token}\n\n"),
            json!({ "token": token }).to_string(),
        ] {
            let reply = desk.activate(&text).await.ok();
            assert_eq!(device.open(&reply).0.seq(), 1);
        }
        let id = desk.activate(&token).await.ok()["activation"]["id"].clone();
        let done = desk.deactivate(&carried::write_file("deactivation", &device.give_up(&id, 1))).await.ok();
        assert_eq!(done["alreadyDone"], false);
    }

    async fn safe_1_each_offline_call_is_repeated_under_its_key(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        for (seed, desk) in (1_u8..).zip(place.desks().await) {
            let (sold, device) = (place.sell("CAD-C").await, place.device(seed).await);
            let token = device.ask(&sold.code, "pc-1");
            let first = desk.activate(&token).once("a").await.ok();
            let again = desk.activate(&token).once("a").await.ok();
            assert_eq!((device.open(&again).0.seq(), &again["activation"]["id"]), (1, &first["activation"]["id"]));
            desk.activate(&device.ask(&sold.code, "pc-1")).once("a").await.problem("idempotency_key_reused");
            let id = &first["activation"]["id"];
            let seq = |reply: Value| device.open(&reply).0.seq();
            assert_eq!(seq(desk.refresh(id).once("r").await.ok()), 2);
            assert_eq!(seq(desk.refresh(id).once("r").await.ok()), 2, "told again");
            assert_eq!(seq(desk.refresh(id).once("s").await.ok()), 3);
            let token = device.give_up(id, 3);
            assert_eq!(desk.deactivate(&token).once("d").await.ok()["alreadyDone"], false);
            assert_eq!(desk.deactivate(&token).once("d").await.ok()["alreadyDone"], false, "told again");
            assert_eq!(desk.deactivate(&token).once("e").await.ok()["alreadyDone"], true);
        }
    }

    async fn off_4_a_request_that_is_older_than_the_vendor_takes_is_refused(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, device, desk) = (place.sell("CAD-P").await, place.device(1).await, place.office());
        let token = device.ask(&sold.code, "pc-1");
        place.shop.move_clock(&device.now.shifted(31 * DAY).to_string()).await;
        desk.activate(&token).await.problem("token_expired");
        let longer = json!({ "offlineRequestAge": { "unit": "day", "count": 32 } });
        place.shop.patch("/vendor", longer).await.ok();
        desk.activate(&token).await.ok();
    }
}
