//! What comes back from a local server: its confirmation token, and the usage in it (EXP-6, EXP-7).

use chancery_token::carried;
use serde_json::{Value, json};

use super::server::{Server, export, host, spent, used};
use crate::common::{Call, TestApp, on_both_engines};
use crate::management::shop::{Seat, text};
use crate::offline::device::Place;

const DAY: i64 = 24 * 3_600 * 1_000_000;

fn import(place: &Place, entitlement: &str, token: &str) -> Call {
    place.shop.post(&format!("{entitlement}/import"), json!({ "token": token }))
}

fn to(server: &Server) -> Value {
    json!({ "localServerId": server.id.to_string() })
}

on_both_engines! {
    async fn exp_7_a_return_ends_the_session_and_gives_the_share_back(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, to(&server)).await.created();
        let session = &made["session"];
        let usage = spent(used(0, None), "renders", 7, server.device.now);
        let token = server.give_back(session, 1, usage);
        let path = format!("{}/import?dryRun=true", sold.entitlement);
        let told = place.shop.post(&path, json!({ "token": token })).await.ok();
        assert_eq!(told["dryRun"], true);
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["status"], "exported", "nothing was done");

        let done = import(&place, &sold.entitlement, &token).await.ok();
        assert_eq!((&done["alreadyDone"], &done["session"]["ending"]), (&json!(false), &json!("returned")));
        assert_eq!((&done["session"]["seatsHeld"], &done["session"]["acknowledgedSeq"]), (&json!(0), &json!(1)));
        assert_eq!(done["session"]["usage"]["features"]["renders"]["used"], 7);
        let shown = place.shop.get(&sold.entitlement).await.ok();
        assert_eq!((&shown["status"], &shown["hosts"]), (&json!("active"), &json!([{ "host": "authority", "seats": 2, "seatsUsed": 0 }])));
        let renders = shown["features"].as_array().unwrap().iter().find(|one| one["key"] == "renders").unwrap();
        assert_eq!(renders["used"], 7);
        assert_eq!(place.shop.get(&server.path()).await.ok()["entitlements"], json!([]));
        Seat::take(&place.shop, &sold.code, "pc-1").await;

        let again = import(&place, &sold.entitlement, &token).await.ok();
        assert_eq!((&again["alreadyDone"], &again["session"]), (&json!(true), &done["session"]));
        let problem = place.shop.post(&format!("{}/export/token", sold.entitlement), to(&server)).await;
        assert!(problem.status.is_client_error(), "{problem:?}");
        // Once more: it is another session.
        let body = json!({ "localServerId": server.id.to_string(), "seats": 1 });
        let next = export(&place, &sold.entitlement, body).await.created();
        assert_eq!(next["session"]["seq"], 1);
        assert!(next["session"]["number"].as_u64() > session["number"].as_u64());
        assert_ne!(next["session"]["id"], session["id"]);
        // The token of the first session does not end the second.
        assert_eq!(import(&place, &sold.entitlement, &token).await.ok()["alreadyDone"], true);
        assert_eq!(host(&place, &sold.entitlement, &server).await["seats"], 1);
    }

    async fn exp_7_seats_whose_leases_still_run_there_are_held(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, to(&server)).await.created();
        let end = server.device.now.shifted(3 * DAY);
        let token = server.give_back(&made["session"], 1, used(1, Some(end)));
        let done = import(&place, &sold.entitlement, &token).await.ok();
        assert_eq!((&done["session"]["seatsHeld"], &done["session"]["usage"]["runningUntil"]), (&json!(1), &json!(end.to_string())));
        Seat::take(&place.shop, &sold.code, "pc-1").await;
        place.shop.activate(&sold.code, "pc-2").await.problem("seats_exhausted");
        place.shop.move_clock(&end.to_string()).await;
        place.shop.activate(&sold.code, "pc-2").await.created();
    }

    async fn exp_7_where_the_vendor_chose_so_the_share_comes_back_when_the_delegation_ends(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let body = json!({ "localServerId": server.id.to_string(), "seats": 1, "giveBack": "whenDelegationEnds",
                           "delegationPeriod": { "unit": "day", "count": 5 } });
        let made = export(&place, &sold.entitlement, body).await.created();
        let end = server.device.now.shifted(5 * DAY);
        assert_eq!(made["session"]["delegationEnd"], end.to_string());
        let token = server.give_back(&made["session"], 1, used(0, None));
        assert_eq!(import(&place, &sold.entitlement, &token).await.ok()["session"]["seatsHeld"], 1);
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["hosts"][0]["seats"], 1);
        place.shop.move_clock(&end.to_string()).await;
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["hosts"][0]["seats"], 2);
    }

    async fn tok_6_returns_and_reports_are_taken_in_every_form_in_which_people_carry_them(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, to(&server)).await.created();
        let report = server.report(1, &[(&made["session"], 1, used(0, None))]);
        let mut parts = carried::parts(&report, 300);
        parts.reverse();
        for text in [carried::write_file("report", &report), parts.join("\n"), format!(" {report}\n")] {
            place.shop.post("/local-servers/reports", json!({ "token": text })).await.ok();
        }
        let token = server.give_back(&made["session"], 1, used(0, None));
        let done = import(&place, &sold.entitlement, &carried::write_file("return", &token)).await.ok();
        assert_eq!(done["session"]["ending"], "returned");
    }

    async fn exp_6_a_report_is_recorded_of_the_server(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, to(&server)).await.created();
        assert_eq!(place.shop.get(&server.path()).await.ok()["lastReport"], json!(null));
        let report = server.report(1, &[(&made["session"], 1, used(2, None))]);
        let post = || place.shop.post("/local-servers/reports", json!({ "token": report }));
        let told = post().once("r").await.ok();
        assert_eq!(post().once("r").await.ok(), told, "told again");
        assert_eq!(post().await.ok()["alreadyDone"], true);
        let shown = place.shop.get(&server.path()).await.ok();
        assert_eq!((&shown["logRows"], &shown["logHash"]), (&json!(10), &json!("hash 1")));
        assert!(shown["lastReport"].is_string());
        assert_eq!(told["localServer"], shown);
        let usage = &told["sessions"][0]["usage"];
        assert_eq!((&usage["running"], &usage["runningUntil"]), (&json!(2), &json!(null)));
    }

    async fn safe_1_a_return_is_repeated_under_its_key(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, to(&server)).await.created();
        let token = server.give_back(&made["session"], 1, used(0, None));
        for _ in 0..2 {
            assert_eq!(import(&place, &sold.entitlement, &token).once("i").await.ok()["alreadyDone"], false);
        }
        assert_eq!(import(&place, &sold.entitlement, &token).once("j").await.ok()["alreadyDone"], true);
        let audit = place.shop.items("/audit?action=entitlement.import").await;
        let subjects: Vec<&str> = audit.iter().map(|entry| text(&entry["subject"])).collect();
        assert_eq!(subjects, [text(&made["session"]["id"]), text(&made["session"]["entitlementId"])], "once each");
        assert!(!json!(audit).to_string().contains(&token), "no token is in the audit");
    }
}
