//! What exports, imports and the vendor's commands to local servers refuse of their own.

use serde_json::json;

use super::server::{Server, export, used};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::NOBODY;
use crate::offline::device::Place;

const DAY: i64 = 24 * 3_600 * 1_000_000;

on_both_engines! {
    async fn api_1_an_import_is_by_token_or_without_and_never_both(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let sold = place.sell("CAD-C").await;
        let import = |query: &str, body| place.shop.post(&format!("{}/import{query}", sold.entitlement), body);
        import("", json!({})).await.invalid("token", "required");
        import("", json!({ "withoutToken": false })).await.invalid("token", "required");
        import("", json!({ "reason": "x" })).await.invalid("token", "required");
        import("", json!({ "withoutToken": true })).await.invalid("reason", "required");
        import("", json!({ "token": "eyJ", "withoutToken": true })).await.invalid("withoutToken", "not_allowed");
        import("", json!({ "token": "eyJ", "reason": "x" })).await.invalid("reason", "not_allowed");
        import("", json!({ "token": "eyJ", "localServerId": format!("srv_{NOBODY}") })).await
            .invalid("localServerId", "not_allowed");
        import("?free=true", json!({ "token": "eyJ" })).await.invalid("free", "not_allowed");
        import("?free=perhaps", json!({ "token": "eyJ" })).await.invalid("free", "bad_format");
        import("", json!({ "withoutToken": true, "reason": "" })).await.invalid("reason", "required");
        let nothing = import("", json!({ "withoutToken": true, "reason": "x" })).await;
        assert!(nothing.status.is_client_error(), "nothing was exported: {nothing:?}");
        let nothing = place.shop.post(&format!("{}/export/token", sold.entitlement), json!({})).await;
        assert!(nothing.status.is_client_error(), "nothing was exported: {nothing:?}");
    }

    async fn exp_1_the_server_and_the_entitlement_are_of_one_customer(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let server = Server::activated(&place, 1).await;
        place.shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2" })).await;
        let order = json!({ "customerId": "CRM-2", "items": [{ "sku": "CAD-C" }] });
        let order = place.shop.make("/orders", order).await;
        let path = format!("/entitlements/{}", order["entitlements"][0]["id"].as_str().unwrap());
        let refused = export(&place, &path, json!({ "localServerId": server.id.to_string() })).await;
        assert!([409, 422].contains(&refused.status.as_u16()), "{refused:?}");
        // Nor is another vendor's server there.
        let other = Place::open(&app, "Umbrella").await;
        let sold = other.sell("CAD-C").await;
        export(&other, &sold.entitlement, json!({ "localServerId": server.id.to_string() })).await
            .invalid("localServerId", "unknown");
    }

    async fn exp_2_what_cannot_be_used_is_not_exported(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let server = Server::activated(&place, 1).await;
        let to = || json!({ "localServerId": server.id.to_string() });
        let sold = place.sell("CAD-C").await;
        place.shop.patch(&sold.entitlement, json!({ "offlineLeasePeriod": null })).await.ok();
        export(&place, &sold.entitlement, to()).await.problem("offline_not_permitted");
        place.shop.post(&format!("{}/disable", sold.entitlement), json!({})).await.ok();
        export(&place, &sold.entitlement, to()).await.problem("entitlement_disabled");
        let waits = place.sell("CAD-M").await;
        export(&place, &waits.entitlement, to()).await.problem("entitlement_not_started");
        let starts = place.sell("CAD-Y").await;
        export(&place, &starts.entitlement, to()).await.created();
        assert!(place.shop.get(&starts.entitlement).await.ok()["start"].is_string(), "ENT-3: an export starts it");
    }

    async fn api_4_an_export_of_an_older_version_is_refused(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let tag = place.shop.get(&sold.entitlement).await.header("etag").to_owned();
        let path = format!("{}/export", sold.entitlement);
        let body = json!({ "localServerId": server.id.to_string(), "seats": 1 });
        place.shop.post(&path, body.clone()).header("if-match", "\"stale\"").await.problem("version_conflict");
        place.shop.post(&path, body).header("if-match", &tag).await.created();
    }

    async fn exp_7_the_path_names_the_entitlement_that_is_returned(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, one, two) = (Server::activated(&place, 1).await, place.sell("CAD-C").await, place.sell("CAD-C").await);
        let made = export(&place, &one.entitlement, json!({ "localServerId": server.id.to_string() })).await.created();
        let token = server.give_back(&made["session"], 1, used(0, None));
        let body = json!({ "token": token });
        place.shop.post(&format!("{}/import", two.entitlement), body.clone()).await.problem("token_wrong_recipient");
        place.shop.post(&format!("/entitlements/ent_{NOBODY}/import"), body.clone()).await.problem("not_found");
        place.shop.post(&format!("{}/import", one.entitlement), body).await.ok();
    }

    async fn exp_7_a_session_of_before_a_restore_is_unknown(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let made = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string() })).await.created();
        let mut session = made["session"].clone();
        session["id"] = json!(format!("sess_{NOBODY}"));
        let end = server.device.now.shifted(3 * DAY);
        let body = json!({ "token": server.give_back(&session, 1, used(2, Some(end))) });
        let problem = place.shop.post(&format!("{}/import", sold.entitlement), body).await.problem("export_session_unknown");
        assert_eq!((&problem["running"], &problem["runningUntil"]), (&json!(2), &json!(end.to_string())));
    }
}
