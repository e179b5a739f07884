//! Exporting all of an entitlement, or shares of it, and the tokens that follow (EXP-1, EXP-2, EXP-3, EXP-6).

use serde_json::{Value, json};

use super::server::{Server, export, host, used};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Seat, text};
use crate::offline::device::Place;

const DAY: i64 = 24 * 3_600 * 1_000_000;

on_both_engines! {
    async fn exp_1_exporting_all_moves_the_host(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let reply = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string() })).await.created();
        let session = &reply["session"];
        assert_eq!((&session["whole"], &session["seats"], &session["seq"]), (&json!(true), &json!(2), &json!(1)));
        assert_eq!((&session["acknowledgedSeq"], &session["outOfSync"], &session["number"]), (&json!(0), &json!(true), &json!(1)));
        assert_eq!(session["features"], json!({ "export": 10 }), "what is unlimited is not named");
        assert_eq!(session["delegationEnd"], server.device.now.shifted(30 * DAY).to_string());
        assert_eq!((&session["ended"], &session["usage"], &session["giveBack"]), (&json!(null), &json!(null), &json!("atOnce")));

        let shown = place.shop.get(&sold.entitlement).await.ok();
        assert_eq!((&shown["status"], &shown["seats"]), (&json!("exported"), &json!(2)));
        assert_eq!(shown["hosts"], json!([
            { "host": "authority", "seats": 0, "seatsUsed": 0 },
            { "host": server.id.to_string(), "seats": 2, "sessionId": session["id"], "seatsHeld": 2, "features": { "export": 10 },
              "seq": 1, "acknowledgedSeq": 0, "outOfSync": true, "exported": session["exported"], "lastToken": session["lastToken"] },
        ]));
        let problem = place.shop.activate(&sold.code, "pc-1").await.problem("entitlement_exported");
        assert_eq!(problem["localServerIds"], json!([server.id.to_string()]));
        assert_eq!(place.shop.get(&server.path()).await.ok()["entitlements"], json!([shown["id"]]));

        let opened = server.open_export(&reply);
        let claims = &opened.claims;
        assert_eq!((claims.number, claims.seq, claims.prev.as_deref()), (1, 1, None));
        assert_eq!(claims.session.to_string(), text(&session["id"]));
        assert_eq!((opened.delegation.server, opened.delegation.seats), (server.id, 2));
        assert_eq!(claims.payload.activation_codes.len(), 1);
    }

    async fn exp_2_an_entitlement_with_active_seats_is_exported_by_shares_alone(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (one, two, sold) = (Server::activated(&place, 1).await, Server::activated(&place, 2).await, place.sell("CAD-C").await);
        place.shop.patch(&sold.entitlement, json!({ "seats": 10 })).await.ok();
        Seat::take(&place.shop, &sold.code, "pc-1").await;
        let to = |server: &Server, more: Value| {
            let mut body = json!({ "localServerId": server.id.to_string() });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let problem = export(&place, &sold.entitlement, to(&one, json!({}))).await.problem("entitlement_has_active_seats");
        assert_eq!((&problem["used"], &problem["free"]), (&json!(1), &json!(9)));
        export(&place, &sold.entitlement, to(&one, json!({ "seats": 10 }))).await.problem("entitlement_has_active_seats");
        let share = json!({ "seats": 4, "features": { "export": 3 } });
        let first = export(&place, &sold.entitlement, to(&one, share)).await.created();
        assert_eq!((&first["session"]["whole"], &first["session"]["features"]["export"]), (&json!(false), &json!(3)));
        let second = export(&place, &sold.entitlement, to(&two, json!({ "seats": 5 }))).await.created();
        assert_eq!((&second["session"]["number"], &second["session"]["features"]["export"]), (&json!(2), &json!(0)));
        assert_eq!(two.open_export(&second).delegation.seats, 5);

        let shown = place.shop.get(&sold.entitlement).await.ok();
        let seats: Vec<_> = shown["hosts"].as_array().unwrap().iter().map(|host| host["seats"].as_u64().unwrap()).collect();
        assert_eq!((seats, &shown["hosts"][0]["seatsUsed"], &shown["status"]), (vec![1, 4, 5], &json!(1), &json!("active")));
        let problem = place.shop.activate(&sold.code, "pc-2").await.problem("seats_exhausted");
        assert_eq!((&problem["seats"], &problem["used"]), (&json!(1), &json!(1)));
        place.shop.activate(&sold.code, "pc-1").await.ok();
        let problem = export(&place, &sold.entitlement, to(&one, json!({ "seats": 0 }))).await.problem("export_session_open");
        assert!(problem.to_string().contains(text(&first["session"]["id"])), "{problem}");
    }

    async fn exp_2_counted_features_are_split_and_no_more_than_there_is(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let with = |features: Value| json!({ "localServerId": server.id.to_string(), "seats": 1, "features": features });
        let call = |features: Value| export(&place, &sold.entitlement, with(features));
        let problem = call(json!({ "export": 11 })).await.problem("feature_exhausted");
        assert_eq!((&problem["feature"], &problem["requested"], &problem["available"]), (&json!("export"), &json!(11), &json!(10)));
        call(json!({ "none": 1 })).await.invalid("features.none", "unknown");
        call(json!({ "cloud": 1 })).await.invalid("features.cloud", "not_allowed");
        let made = call(json!({ "export": 4, "renders": 100 })).await.created();
        assert_eq!(made["session"]["features"], json!({ "export": 4, "renders": 100 }));
        let mut seat = Seat::take(&place.shop, &sold.code, "pc-1").await;
        let problem = seat.post("/features/export/checkout", json!({ "amount": 7 })).await.problem("feature_exhausted");
        assert_eq!(problem["available"], 6);
        seat.post("/features/export/checkout", json!({ "amount": 6 })).await.ok();
    }

    async fn exp_3_tokens_are_made_as_often_as_wanted_and_follow_each_other(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let first = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string() })).await.created();
        let path = format!("{}/export/token", sold.entitlement);
        let mut last = server.open_export(&first);
        for seq in 2..5_u64 {
            let body = if seq == 2 { json!({}) } else { json!({ "localServerId": server.id.to_string() }) };
            let reply = place.shop.post(&path, body).await.ok();
            let opened = server.open_export(&reply);
            assert_eq!((opened.claims.seq, opened.claims.number), (seq, 1));
            assert_eq!(opened.claims.prev.clone().unwrap(), chancery_token::hash::base64url(&last.hash));
            assert_ne!(opened.claims.issued, last.claims.issued);
            assert_eq!((&reply["session"]["seq"], &reply["session"]["id"]), (&json!(seq), &first["session"]["id"]));
            last = opened;
        }
        assert_eq!(host(&place, &sold.entitlement, &server).await["seq"], 4);
    }

    async fn safe_1_an_export_is_repeated_under_its_key_and_is_the_same_token(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let body = json!({ "localServerId": server.id.to_string() });
        let path = format!("{}/export", sold.entitlement);
        let first = place.shop.post(&path, body.clone()).once("e").await.created();
        let again = place.shop.post(&path, body.clone()).once("e").await.created();
        assert_eq!(server.open_export(&again).hash, server.open_export(&first).hash);
        assert_eq!(again["session"]["seq"], 1);
        place.shop.post(&path, body).await.problem("export_session_open");
        place.shop.post(&path, json!({ "localServerId": server.id.to_string(), "seats": 1 })).once("e").await
            .problem("idempotency_key_reused");
        let path = format!("{path}/token");
        let first = place.shop.post(&path, json!({})).once("t").await.ok();
        let again = place.shop.post(&path, json!({})).once("t").await.ok();
        assert_eq!(server.open_export(&again).hash, server.open_export(&first).hash);
        assert_eq!(again["session"]["seq"], 2);
    }

    async fn exp_6_an_edit_is_out_of_sync_and_seats_count_until_the_server_knows(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        place.shop.patch(&sold.entitlement, json!({ "seats": 10 })).await.ok();
        let body = json!({ "localServerId": server.id.to_string(), "seats": 8 });
        let first = export(&place, &sold.entitlement, body).await.created();
        let session = &first["session"];
        let report = |number, seq, seats| server.report(number, &[(session, seq, used(seats, Some(server.device.now.shifted(DAY))))]);
        let take = |token: String| place.shop.post("/local-servers/reports", json!({ "token": token }));
        let told = take(report(1, 1, 6)).await.ok();
        assert_eq!((&told["alreadyDone"], &told["sessions"][0]["outOfSync"]), (&json!(false), &json!(false)));
        assert_eq!(host(&place, &sold.entitlement, &server).await["outOfSync"], false);
        place.shop.patch(&sold.entitlement, json!({ "expiry": "2030-01-01T00:00:00Z" })).await.ok();
        assert_eq!(host(&place, &sold.entitlement, &server).await["outOfSync"], true);

        // Fewer there: nobody here gets what may still be used there.
        let path = format!("{}/export/token", sold.entitlement);
        let next = place.shop.post(&path, json!({ "seats": 3 })).await.ok();
        assert_eq!(server.open_export(&next).delegation.seats, 3);
        assert_eq!((&next["session"]["seats"], &next["session"]["seatsHeld"]), (&json!(3), &json!(8)));
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["hosts"][0]["seats"], 2);
        // It has applied the token, and six leases run there until tomorrow.
        let told = take(report(2, 2, 6)).await.ok();
        assert_eq!((&told["sessions"][0]["acknowledgedSeq"], &told["sessions"][0]["seatsHeld"]), (&json!(2), &json!(6)));
        assert_eq!(told["sessions"][0]["usage"]["seatsUsed"], 6);
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["hosts"][0]["seats"], 4);
        place.shop.move_clock(&server.device.now.shifted(DAY).to_string()).await;
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["hosts"][0]["seats"], 7);
        assert_eq!(host(&place, &sold.entitlement, &server).await["outOfSync"], false);
        // An old report says nothing new.
        let older = take(report(1, 1, 6)).await.problem("report_superseded");
        assert_eq!((&older["reportSeq"], &older["takenReportSeq"]), (&json!(1), &json!(2)));
    }

    async fn exp_3_tokens_are_told_apart_by_their_server(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (one, two, sold) = (Server::activated(&place, 1).await, Server::activated(&place, 2).await, place.sell("CAD-C").await);
        for server in [&one, &two] {
            export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string(), "seats": 1 })).await.created();
        }
        let path = format!("{}/export/token", sold.entitlement);
        place.shop.post(&path, json!({})).await.invalid("localServerId", "required");
        let reply = place.shop.post(&path, json!({ "localServerId": two.id.to_string() })).await.ok();
        assert_eq!(two.open_export(&reply).delegation.server, two.id);
        let three = Server::activated(&place, 3).await;
        let reply = place.shop.post(&path, json!({ "localServerId": three.id.to_string() })).await;
        assert!(reply.status.is_client_error(), "{reply:?}");
    }
}
