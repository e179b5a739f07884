//! What is imported, shown, and given back (EXP-3…8).

use serde_json::{Value, json};

use super::site::{Site, path};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Seat, text};

on_both_engines! {
    async fn exp_5_what_the_vendor_exports_is_imported_and_shown(app: TestApp) {
        let site = Site::activated(&app).await;
        let (sold, token) = site.exported("CAD-C", json!({})).await;
        assert_eq!(site.get("/entitlements").await.ok()["items"], json!([]));
        let imported = site.import(&token).await.ok();
        let shown = imported["entitlement"].clone();
        assert_eq!((&imported["leaving"], &imported["leavingCount"]), (&json!([]), &json!(0)));
        let vendor = site.place.shop.get(&sold.entitlement).await.ok();
        for member in ["id", "orderId", "customerId", "productId", "editionId", "offeringId", "sku", "licenseType", "expiry", "seats"] {
            assert_eq!(shown[member], vendor[member], "{member}");
        }
        assert_eq!((&shown["status"], &shown["seatsUsed"]), (&json!("active"), &json!(0)));
        assert_eq!((&shown["delegation"]["seq"], &shown["delegation"]["sessionNumber"]), (&json!(1), &json!(1)));
        assert_eq!(shown["delegation"]["sessionId"], vendor["hosts"][1]["sessionId"]);
        for path in [path(&sold), sold.entitlement.clone()] {
            assert_eq!(site.get(&path).await.ok(), shown);
        }
        for path in ["/entitlements", "/entitlement"] {
            assert_eq!(site.get(path).await.ok()["items"], json!([shown]));
        }
        assert!(!site.get(&path(&sold)).await.header("etag").is_empty());
    }

    async fn exp_5_what_happens_to_its_seats_is_shown(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        let products = site.products();
        let seat = Seat::take(&products, &sold.code, "pc-1").await;
        products.activate(&sold.code, "pc-2").await.created();
        products.activate(&sold.code, "pc-3").await.problem("seats_exhausted");
        assert_eq!(site.get(&path(&sold)).await.ok()["seatsUsed"], 2);
        for path in [path(&sold), sold.entitlement.clone()] {
            let seats = site.get(&format!("{path}/activations")).await.ok()["items"].clone();
            assert_eq!(seats.as_array().unwrap().len(), 2);
            assert!(seats.as_array().unwrap().contains(&seat.activation), "{seats}");
            let log = site.get(&format!("{path}/activations-log")).await.ok()["items"].clone();
            let done: Vec<&str> = log.as_array().unwrap().iter().map(|entry| text(&entry["operation"])).collect();
            assert_eq!(done, ["activate", "activate", "deny"]);
        }
        let one = site.get(&format!("{}/activations-log?seatId=pc-2", path(&sold))).await.ok();
        assert_eq!(one["items"].as_array().unwrap().len(), 1);
    }

    async fn exp_6_a_newer_token_takes_surplus_seats_away_and_a_dry_run_names_them(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        let products = site.products();
        products.activate(&sold.code, "pc-1").await.created();
        app.clock.advance(1);
        products.activate(&sold.code, "pc-2").await.created();
        site.place.shop.patch(&format!("{}?force=true", sold.entitlement), json!({ "seats": 1 })).await.ok();
        let token = site.next_token(&sold).await;
        let rehearsed = site.post("/entitlement/import?dryRun=true", json!({ "token": token })).await.ok();
        assert_eq!((&rehearsed["dryRun"], &rehearsed["leavingCount"]), (&json!(true), &json!(1)));
        assert_eq!(rehearsed["leaving"][0]["seatId"], "pc-1");
        assert_eq!(site.get(&path(&sold)).await.ok()["seats"], 2, "nothing was done");
        let done = site.import(&token).await.ok();
        assert_eq!((&done["leaving"], &done["entitlement"]["seats"]), (&rehearsed["leaving"], &json!(1)));
        assert_eq!(done["changes"], rehearsed["changes"]);
        assert!(done["changes"].as_array().unwrap().iter().any(|change| change["field"] == "seats" && change["to"] == 1));
        site.import(&token).await.problem("token_replayed");
    }

    async fn exp_4_of_imports_at_once_each_token_is_applied_once_and_the_newest_stays(app: TestApp) {
        let site = Site::activated(&app).await;
        let (sold, first) = site.exported("CAD-C", json!({})).await;
        let tokens = [first.clone(), first, site.next_token(&sold).await, site.next_token(&sold).await];
        let calls: Vec<_> = (0..12).map(|i| (i % 4, site.import(&tokens[i % 4]))).collect();
        let asked: Vec<_> = calls.into_iter().map(|(i, call)| tokio::spawn(async move { (i, call.await) })).collect();
        let mut applied = [0; 4];
        for call in asked {
            let (i, reply) = call.await.unwrap();
            if reply.status == 200 {
                applied[i] += 1;
            } else {
                assert_eq!(reply.status, 409, "{reply:?}");
                let code = reply.json()["code"].clone();
                assert!(code == "token_replayed" || code == "token_superseded", "{code}");
            }
        }
        assert_eq!(applied[3], 1, "the newest one");
        assert!(applied[0] + applied[1] <= 1 && applied[2] <= 1, "{applied:?}");
        assert_eq!(site.get(&path(&sold)).await.ok()["delegation"]["seq"], 3);
        // Asked with a key, all are told the same, and it is done once.
        let token = site.next_token(&sold).await;
        let asked: Vec<_> = (0..4)
            .map(|_| site.import(&token).once("carried"))
            .map(|call| tokio::spawn(async move { call.await }))
            .collect();
        for call in asked {
            assert_eq!(call.await.unwrap().ok()["entitlement"]["delegation"]["seq"], 4);
        }
        site.import(&token).await.problem("token_replayed");
    }

    async fn exp_7_deleting_gives_back_by_a_token_that_stays_the_same(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        site.products().activate(&sold.code, "pc-1").await.created();
        let rehearsed = site.delete(&format!("{}?dryRun=true", sold.entitlement)).await.ok();
        assert_eq!((&rehearsed["dryRun"], &rehearsed["leavingCount"]), (&json!(true), &json!(1)));
        assert_eq!(site.get(&path(&sold)).await.ok()["seatsUsed"], 1, "nothing was done");
        let first = site.delete(&sold.entitlement).await.ok();
        for path in [path(&sold), sold.entitlement.clone()] {
            assert_eq!(site.delete(&path).await.ok(), first);
            site.get(&path).await.problem("not_found");
        }
        assert_eq!(site.get("/entitlements").await.ok()["items"], json!([]));
        site.products().activate(&sold.code, "pc-2").await.problem("activation_code_unknown");

        let import = format!("{}/import", sold.entitlement);
        let done = site.place.shop.post(&import, first.clone()).await.ok();
        assert_eq!((&done["session"]["ending"], &done["alreadyDone"]), (&json!("returned"), &json!(false)));
        assert_eq!(done["session"]["usage"]["seatsUsed"], 1);
        assert_eq!(site.place.shop.post(&import, first).await.ok()["alreadyDone"], true);
    }

    async fn exp_7_exporting_again_starts_a_new_session(app: TestApp) {
        let site = Site::activated(&app).await;
        let (sold, old) = site.exported("CAD-C", json!({})).await;
        site.import(&old).await.ok();
        let late = site.next_token(&sold).await;
        let returned = site.delete(&sold.entitlement).await.ok();
        site.place.shop.post(&format!("{}/import", sold.entitlement), returned).await.ok();
        let token = site.export(&sold, json!({})).await.created()["token"].clone();
        site.import(&late).await.problem("token_session_closed");
        let done = site.import(&token).await.ok();
        assert_eq!(done["entitlement"]["delegation"]["sessionNumber"], 2);
        site.import(&old).await.problem("token_replayed");
    }

    async fn exp_6_a_report_acknowledges_what_was_applied(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        site.products().activate(&sold.code, "pc-1").await.created();
        let report = site.get("/report").await.ok();
        let told = site.place.shop.post("/local-servers/reports", report.clone()).await.ok();
        let session = &told["sessions"][0];
        assert_eq!((&session["acknowledgedSeq"], &session["outOfSync"]), (&json!(1), &json!(false)));
        assert_eq!((&session["usage"]["seatsUsed"], &told["alreadyDone"]), (&json!(1), &json!(false)));
        assert_eq!(site.place.shop.post("/local-servers/reports", report).await.ok()["alreadyDone"], true);
    }

    async fn exp_8_overdraft_is_not_available_here(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.place.sell("CAD-C").await;
        let overdraft = json!({ "overdraft": { "type": "absolute", "value": 5 } });
        site.place.shop.patch(&sold.entitlement, overdraft).await.ok();
        let token = site.export(&sold, json!({})).await.created()["token"].clone();
        site.import(&token).await.ok();
        for seat in ["pc-1", "pc-2"] {
            site.products().activate(&sold.code, seat).await.created();
        }
        let problem = site.products().activate(&sold.code, "pc-3").await.problem("seats_exhausted");
        assert_eq!((&problem["seats"], &problem["overdraft"]), (&json!(2), &json!(0)));
    }

    async fn lls_6_seats_in_use_are_shown_hour_by_hour(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        site.products().activate(&sold.code, "pc-1").await.created();
        let sample = || chancery_server::operations::local::sample_seats(&site.local.system, site.local.now());
        sample().await.unwrap();
        app.clock.advance(3_600);
        for seat in ["pc-2", "pc-3", "pc-4"] {
            site.products().activate(&sold.code, seat).await;
        }
        sample().await.unwrap();
        let usage = site.get(&format!("{}/usage", path(&sold))).await.ok();
        let hours: Vec<(Value, Value)> =
            usage["hours"].as_array().unwrap().iter().map(|hour| (hour["seatsUsed"].clone(), hour["denials"].clone())).collect();
        assert_eq!(hours, [(json!(1), json!(0)), (json!(2), json!(2))], "{usage}");
    }
}
