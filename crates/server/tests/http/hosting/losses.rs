//! When there will be no token: lost servers, sessions that are ended without their word, dead machines (LLS-4, EXP-10).

use serde_json::{Value, json};

use super::server::{MACHINE, Server, export, host, used};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{Shop, text};
use crate::offline::device::Place;

const DAY: i64 = 24 * 3_600 * 1_000_000;

/// A share of one seat, with 100 renders, for five days at a time.
async fn share(place: &Place, entitlement: &str, server: &Server) -> Value {
    let body = json!({ "localServerId": server.id.to_string(), "seats": 1, "features": { "renders": 100 },
                       "delegationPeriod": { "unit": "day", "count": 5 } });
    export(place, entitlement, body).await.created()["session"].clone()
}

async fn here(shop: &Shop, entitlement: &str) -> (Value, Value) {
    let shown = shop.get(entitlement).await.ok();
    let renders = shown["features"].as_array().unwrap().iter().find(|one| one["key"] == "renders").unwrap();
    (shown["hosts"][0]["seats"].clone(), renders["used"].clone())
}

on_both_engines! {
    async fn lls_4_what_a_lost_server_hosts_is_held_until_its_delegations_end(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        share(&place, &sold.entitlement, &server).await;
        let lost = |query: &str| format!("{}/declare-lost{query}", server.path());
        let why = json!({ "reason": "fire" });
        let told = place.shop.post(&lost("?dryRun=true"), why.clone()).await.ok();
        assert_eq!(told["dryRun"], true);
        assert!(told["changes"].as_array().unwrap().iter().any(|change| change["field"] == "lost"), "{told}");
        assert_eq!(place.shop.get(&server.path()).await.ok()["lost"], false);

        let done = place.shop.post(&lost(""), why.clone()).await.ok();
        assert_eq!((&done["lost"], &done["active"], &done["lostReason"]), (&json!(true), &json!(false), &json!("fire")));
        assert_eq!((&done["entitlements"], &done), (&json!([]), &place.shop.get(&server.path()).await.ok()));
        assert_eq!(here(&place.shop, &sold.entitlement).await, (json!(1), json!(100)));
        let problem = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string(), "seats": 1 })).await;
        problem.problem("server_lost");
        place.shop.move_clock(&server.device.now.shifted(5 * DAY).to_string()).await;
        assert_eq!(here(&place.shop, &sold.entitlement).await, (json!(2), json!(100)));
        let audit = place.shop.items("/audit?action=local-server.declare-lost").await;
        assert!(json!(audit).to_string().contains("fire"), "{audit:?}");
    }

    async fn lls_4_what_a_lost_server_hosts_can_be_freed_at_once(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        share(&place, &sold.entitlement, &server).await;
        let path = format!("{}/declare-lost?free=true", server.path());
        place.shop.post(&path, json!({ "reason": "crushed before our eyes" })).await.ok();
        assert_eq!(here(&place.shop, &sold.entitlement).await, (json!(2), json!(100)));
    }

    async fn lls_4_a_session_is_ended_without_a_token(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let session = share(&place, &sold.entitlement, &server).await;
        let import = |query: &str, body: Value| place.shop.post(&format!("{}/import{query}", sold.entitlement), body);
        let why = json!({ "withoutToken": true, "reason": "disk failure" });
        assert_eq!(import("?dryRun=true", why.clone()).await.ok()["dryRun"], true);
        assert_eq!(host(&place, &sold.entitlement, &server).await["sessionId"], session["id"]);
        let done = import("", why).await.ok();
        assert_eq!((&done["session"]["ending"], &done["session"]["seatsHeld"]), (&json!("lost"), &json!(1)));
        assert_eq!(here(&place.shop, &sold.entitlement).await.0, 1);
        assert_eq!(place.shop.get(&server.path()).await.ok()["active"], true, "the server itself is fine");
        let freed = json!({ "withoutToken": true, "reason": "seen empty", "localServerId": server.id.to_string() });
        let freed = import("?free=true", freed).await.ok();
        assert_eq!((&freed["session"]["ending"], &freed["session"]["seatsHeld"]), (&json!("freed"), &json!(0)));
        assert_eq!(here(&place.shop, &sold.entitlement).await.0, 2);
        let audit = place.shop.items("/audit?action=entitlement.import-without-token").await;
        assert!(json!(audit).to_string().contains("disk failure"), "{audit:?}");
    }

    async fn lls_4_what_is_held_is_freed_also_where_the_same_server_has_another_session(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let import = |query: &str| {
            let body = json!({ "withoutToken": true, "reason": "x", "localServerId": server.id.to_string() });
            place.shop.post(&format!("{}/import{query}", sold.entitlement), body)
        };
        let first = share(&place, &sold.entitlement, &server).await;
        import("").await.ok();
        let second = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string(), "seats": 1 })).await.created();
        assert_eq!(import("?free=true").await.ok()["session"]["id"], second["session"]["id"], "what stands comes first");
        assert_eq!(here(&place.shop, &sold.entitlement).await.0, 1);
        assert_eq!(import("?free=true").await.ok()["session"]["id"], first["id"]);
        assert_eq!(here(&place.shop, &sold.entitlement).await.0, 2);
        import("?free=true").await.invalid("localServerId", "unknown");
        // What was returned is held for leases that run, by the server's own word: the vendor frees it as any held seat (SEAT-9).
        let third = export(&place, &sold.entitlement, json!({ "localServerId": server.id.to_string(), "seats": 1 })).await.created();
        let token = server.give_back(&third["session"], 1, used(1, None));
        place.shop.post(&format!("{}/import", sold.entitlement), json!({ "token": token })).await.ok();
        assert_eq!(here(&place.shop, &sold.entitlement).await.0, 1);
        import("").await.invalid("localServerId", "unknown");
        assert_eq!(import("?free=true").await.ok()["session"]["id"], third["session"]["id"]);
        assert_eq!(here(&place.shop, &sold.entitlement).await.0, 2);
    }

    async fn lls_4_of_several_servers_the_one_is_named(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (one, two, sold) = (Server::activated(&place, 1).await, Server::activated(&place, 2).await, place.sell("CAD-C").await);
        share(&place, &sold.entitlement, &one).await;
        let session = share(&place, &sold.entitlement, &two).await;
        let path = format!("{}/import", sold.entitlement);
        place.shop.post(&path, json!({ "withoutToken": true, "reason": "x" })).await.invalid("localServerId", "required");
        let body = json!({ "withoutToken": true, "reason": "x", "localServerId": two.id.to_string() });
        assert_eq!(place.shop.post(&path, body).await.ok()["session"]["id"], session["id"]);
        assert_eq!(host(&place, &sold.entitlement, &one).await["seats"], 1);
    }

    async fn lls_4_a_server_that_was_taken_for_lost_can_still_return_and_gets_nothing_more(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let session = share(&place, &sold.entitlement, &server).await;
        place.shop.post(&format!("{}/declare-lost", server.path()), json!({ "reason": "stolen" })).await.ok();
        let token = server.give_back(&session, 1, used(0, None));
        let done = place.shop.post(&format!("{}/import", sold.entitlement), json!({ "token": token })).await.ok();
        assert_eq!((&done["session"]["ending"], &done["session"]["seatsHeld"]), (&json!("returned"), &json!(0)));
        // Its license is no way back.
        let code = super::server::license(&place.shop).await;
        place.office().activate(&server.ask(&code)).await.problem("server_lost");
        place.shop.post(&format!("{}/rebind", server.path()), json!({ "machine": MACHINE })).await.problem("server_lost");
    }

    async fn exp_10_a_rebind_token_is_for_the_server_and_names_the_new_machine(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let server = Server::activated(&place, 1).await;
        let machine = "board:40:ffffffffffffffffffffffffffffffff";
        let path = format!("{}/rebind", server.path());
        let made = place.shop.post(&path, json!({ "machine": machine })).once("r").await.ok();
        assert_eq!(made["localServer"]["machine"], machine);
        let open = |reply: &Value| {
            server.device.trust.open_rebind(text(&reply["token"]), &[&server.open], server.device.now).unwrap()
        };
        let opened = open(&made);
        assert_eq!((opened.server, opened.machine.as_str()), (server.id, machine));
        let again = place.shop.post(&path, json!({ "machine": machine })).once("r").await.ok();
        assert_eq!(open(&again).issued, opened.issued);
        assert_eq!(place.shop.get(&server.path()).await.ok()["machine"], machine);
    }
}
