//! What contacts do with local servers, where their vendor lets them (EXP-1…7).

use serde_json::{Value, json};

use super::server::{MACHINE, Server, used};
use crate::common::{Call, TestApp, on_both_engines};
use crate::management::shop::text;
use crate::offline::device::{Desk, Place};

fn call(desk: &Desk, method: &str, path: &str) -> Call {
    desk.app.call(method, &format!("/api/portal/v1{path}")).key(&desk.key)
}

fn post(desk: &Desk, path: &str, body: Value) -> Call {
    call(desk, "POST", path).json(body)
}

on_both_engines! {
    async fn web_3_a_contact_exports_and_brings_back_where_the_vendor_lets_it(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold, portal) = (Server::activated(&place, 1).await, place.sell("CAD-C").await, place.portal().await);
        let to = json!({ "localServerId": server.id.to_string() });
        let export = format!("{}/export", sold.entitlement);
        assert_eq!(place.shop.get("/vendor").await.ok()["contactExports"], false);
        for (path, body) in [(export.clone(), to.clone()), (format!("{export}/token"), json!({})),
                             ("/local-servers/reports".to_owned(), json!({ "token": server.report(1, &[]) }))] {
            post(&portal, &path, body).await.problem("not_permitted");
        }
        call(&portal, "GET", "/local-servers").await.problem("not_permitted");
        assert_eq!(place.shop.patch("/vendor", json!({ "contactExports": true })).await.ok()["contactExports"], true);

        let listed = call(&portal, "GET", "/local-servers").await.ok();
        assert_eq!(listed["items"][0]["id"], server.id.to_string());
        call(&portal, "GET", &server.path()).await.ok();
        let made = post(&portal, &export, to).await.created();
        let session = &made["session"];
        assert_eq!(server.open_export(&made).claims.seq, 1);
        assert!(made.get("entitlement").is_none(), "what the vendor notes of it is not for contacts");
        assert_eq!(post(&portal, &format!("{export}/token"), json!({})).await.ok()["session"]["seq"], 2);
        let report = server.report(1, &[(session, 2, used(0, None))]);
        let told = post(&portal, "/local-servers/reports", json!({ "token": report })).await.ok();
        assert_eq!(told["sessions"][0]["acknowledgedSeq"], 2);
        let import = format!("{}/import", sold.entitlement);
        let token = server.give_back(session, 2, used(0, None));
        let done = post(&portal, &import, json!({ "token": token })).await.ok();
        assert_eq!(done["session"]["ending"], "returned");
        let entries = place.shop.items(&format!("/audit?actor={}", place.bob)).await;
        let told: Vec<&str> = entries.iter().map(|entry| text(&entry["action"])).collect();
        for action in ["entitlement.export", "entitlement.export-token", "local-server.report", "entitlement.import"] {
            assert!(told.contains(&action), "{action}: {told:?}");
        }
    }

    async fn lls_4_a_contact_ends_nothing_without_a_token_and_declares_nothing_lost(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        place.shop.patch("/vendor", json!({ "contactExports": true })).await.ok();
        let (server, sold, portal) = (Server::activated(&place, 1).await, place.sell("CAD-C").await, place.portal().await);
        let to = json!({ "localServerId": server.id.to_string() });
        post(&portal, &format!("{}/export", sold.entitlement), to).await.created();
        let without = json!({ "withoutToken": true, "reason": "x" });
        let import = format!("{}/import", sold.entitlement);
        post(&portal, &import, without.clone()).await.problem("not_permitted");
        post(&portal, &format!("{import}?free=true"), without.clone()).await.problem("not_permitted");
        post(&portal, &format!("{import}?dryRun=true"), without).await.problem("not_permitted");
        let lost = format!("{}/declare-lost", server.path());
        post(&portal, &lost, json!({ "reason": "x" })).await.problem("not_found");
        post(&portal, &format!("{}/rebind", server.path()), json!({ "machine": MACHINE })).await.problem("not_found");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["status"], "exported");
        assert_eq!(place.shop.get(&server.path()).await.ok()["lost"], false);
    }

    async fn web_3_what_does_not_name_the_contact_is_not_there_for_it(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        place.shop.patch("/vendor", json!({ "contactExports": true })).await.ok();
        let (server, portal) = (Server::activated(&place, 1).await, place.portal().await);
        // The customer's too, but for others of its people.
        let sold = place.shop.sell("CAD-C").await;
        let to = json!({ "localServerId": server.id.to_string() });
        let export = format!("{}/export", sold.entitlement);
        post(&portal, &export, to.clone()).await.problem("not_found");
        let made = place.shop.post(&export, to).await.created();
        post(&portal, &format!("{export}/token"), json!({})).await.problem("not_found");
        let token = server.give_back(&made["session"], 1, used(0, None));
        post(&portal, &format!("{}/import", sold.entitlement), json!({ "token": token })).await.problem("not_found");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["status"], "exported");
        // Another customer's server is not there either.
        let contacts = json!([{ "name": "Eve", "email": "eve@umbrella.example" }]);
        let other = place.shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2", "contacts": contacts })).await;
        let key = json!({ "name": "Eve's", "contactId": other["contacts"][0]["id"] });
        let eve = Desk { key: text(&place.shop.make("/api-keys", key).await["key"]).to_owned(), ..portal };
        assert_eq!(call(&eve, "GET", "/local-servers").await.ok()["items"], json!([]));
        call(&eve, "GET", &server.path()).await.problem("not_found");
        let report = server.report(1, &[(&made["session"], 1, used(0, None))]);
        post(&eve, "/local-servers/reports", json!({ "token": report })).await.problem("not_found");
    }
}
