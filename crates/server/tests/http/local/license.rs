//! The server's own license, by carried tokens (LLS-1…3, EXP-11).

use serde_json::{Value, json};

use super::site::Site;
use crate::common::{TestApp, on_both_engines};
use crate::hosting::server::license;
use crate::management::shop::text;

const DAY: i64 = 24 * 3_600;

async fn status(site: &Site) -> Value {
    site.get("/license/status").await.ok()
}

on_both_engines! {
    async fn lls_2_a_local_server_is_activated_by_carried_tokens(app: TestApp) {
        let site = Site::set_up(&app).await;
        let before = status(&site).await;
        assert_eq!((&before["status"], &before["reason"]), (&json!("NotActive"), &json!("neverActivated")));
        assert!(text(&before["detail"]).contains("activation code"), "{before}");
        assert_eq!((&before["serverId"], &before["serverName"]), (&json!(site.id), &json!("dark-1")));
        assert_eq!((&before["vendorId"], &before["vendorName"]), (&json!(site.place.vendor.to_string()), &json!("Acme")));
        assert_eq!((&before["sandbox"], &before["activationId"], &before["licenseExpiry"]), (&json!(true), &json!(null), &json!(null)));
        assert_eq!((&before["warnings"], &before["restored"], &before["epoch"]), (&json!([]), &json!(null), &json!(1)));
        assert_eq!((&before["machine"]["same"], &before["clockBehind"]), (&json!(true), &json!(null)));

        let (response, after) = site.activate().await;
        assert_eq!((&after["status"], &after["reason"], &after["detail"]), (&json!("OfflineActivated"), &json!(null), &json!(null)));
        assert_eq!(after["activationId"], response["activation"]["id"]);
        assert_eq!(after["licenseExpiry"], response["activation"]["leaseExpiry"]);
        assert_eq!(after["seatName"], "dark-1");
        assert_eq!(status(&site).await, after);

        let known = site.place.shop.get(&format!("/local-servers/{}", site.id)).await.ok();
        assert_eq!((&known["name"], &known["active"], &known["lost"]), (&json!("dark-1"), &json!(true), &json!(false)));
        assert_eq!(known["activationId"], after["activationId"]);
    }

    async fn lls_2_a_refresh_token_extends_the_license(app: TestApp) {
        let site = Site::set_up(&app).await;
        let (response, before) = site.activate().await;
        app.clock.advance(100 * DAY);
        let refresh = site.place.office().refresh(&response["activation"]["id"]).await.ok();
        let after = site.post("/license/refresh", json!({ "token": refresh["token"] })).await.ok();
        assert!(text(&after["licenseExpiry"]) > text(&before["licenseExpiry"]), "{after}");
        let older = json!({ "token": response["token"] });
        let refused = site.post("/license/refresh", older).await;
        assert!(refused.status.is_client_error(), "{refused:?}");
        assert_eq!(status(&site).await["licenseExpiry"], after["licenseExpiry"]);
    }

    async fn lls_2_activating_again_is_the_same_server(app: TestApp) {
        let site = Site::activated(&app).await;
        let first = site.post("/license/deactivate", json!({})).await.ok();
        let again = site.post("/license/deactivate", json!({})).await.ok();
        assert_eq!((&first["token"], &first["hosted"]), (&again["token"], &json!(0)));
        let after = status(&site).await;
        assert_eq!((&after["status"], &after["reason"]), (&json!("NotActive"), &json!("deactivated")));
        site.place.office().deactivate(text(&first["token"])).await.ok();
        let known = || site.place.shop.get(&format!("/local-servers/{}", site.id));
        assert_eq!(known().await.ok()["active"], false);
        let keys = known().await.ok()["keyThumbprint"].clone();

        let (_, active) = site.activate().await;
        assert_eq!((&active["status"], &active["serverId"]), (&json!("OfflineActivated"), &json!(site.id)));
        let known = known().await.ok();
        assert_eq!((&known["active"], &known["keyThumbprint"]), (&json!(true), &keys));
    }

    async fn exp_11_deactivating_says_what_is_hosted_and_closes_nothing(app: TestApp) {
        let site = Site::activated(&app).await;
        let sold = site.hosted("CAD-C", json!({})).await;
        let given_up = site.post("/license/deactivate", json!({})).await.ok();
        assert_eq!(given_up["hosted"], 1);
        site.place.office().deactivate(text(&given_up["token"])).await.ok();
        let vendor = site.place.shop.get(&sold.entitlement).await.ok();
        assert_eq!(vendor["status"], "exported", "{vendor}");
        assert_eq!(site.get("/entitlements").await.ok()["items"].as_array().unwrap().len(), 1);
        site.activate().await;
        site.products().activate(&sold.code, "pc-1").await.created();
    }

    async fn lls_3_it_warns_before_its_license_ends(app: TestApp) {
        let site = Site::set_up(&app).await;
        let (_, active) = site.activate().await;
        assert_eq!(active["warnings"], json!([]));
        let mut said = Vec::new();
        for days in [334, 2, 16, 7, 4, 2, 1] {
            app.clock.advance(days * DAY);
            let status = status(&site).await;
            let warnings = status["warnings"].as_array().unwrap().clone();
            said.extend(warnings.iter().map(|warning| warning["days"].as_u64().unwrap()));
            assert!(warnings.iter().all(|warning| warning["what"] == "license" && warning["ends"] == active["licenseExpiry"]));
        }
        // A year, less 334, 336, 352, 359, 363 days; then it has ended.
        assert_eq!(said, [30, 14, 7, 3]);
        let ended = status(&site).await;
        assert_eq!((&ended["status"], &ended["reason"]), (&json!("NotActive"), &json!("leaseEnded")));
    }

    async fn off_3_the_same_request_again_is_answered_alike(app: TestApp) {
        let site = Site::set_up(&app).await;
        let code = license(&site.place.shop).await;
        let (one, two) = (site.answer(&code).await, site.answer(&code).await);
        assert_eq!(one["activation"]["id"], two["activation"]["id"]);
        site.post("/license/activate", json!({ "token": one["token"] })).await.ok();
        let body = json!({ "activationCode": code });
        site.post("/license/generate-activation-token", body).await.problem("already_activated");
    }
}
