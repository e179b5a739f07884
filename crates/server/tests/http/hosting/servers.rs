//! Local servers: registered with their license, listed, shown (LLS-2).

use serde_json::{Value, json};

use super::server::{MACHINE, Server, export, license};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::{NOBODY, text};
use crate::offline::device::Place;

const DAY: i64 = 24 * 3_600 * 1_000_000;

on_both_engines! {
    async fn lls_2_activating_a_license_registers_the_server(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let server = Server::set_up(&place, 1).await;
        place.shop.get(&server.path()).await.problem("not_found");
        let code = license(&place.shop).await;
        let made = place.office().activate(&server.ask(&code)).await.ok();
        assert_eq!(made["activation"]["seatId"], server.id.to_string());
        let shown = place.shop.get(&server.path()).await;
        assert!(!shown.header("etag").is_empty());
        let shown = shown.ok();
        let customer = place.shop.get("/customers/CRM-1001").await.ok()["id"].clone();
        assert_eq!((&shown["name"], &shown["customerId"]), (&json!("dark-1"), &customer));
        assert_eq!((&shown["activationId"], &shown["active"]), (&made["activation"]["id"], &json!(true)));
        assert_eq!(shown["leaseExpiry"], made["activation"]["leaseExpiry"]);
        assert_eq!((&shown["lost"], &shown["lastReport"], &shown["entitlements"]), (&json!(false), &json!(null), &json!([])));
        assert_eq!(shown["machine"], MACHINE);
        assert_eq!(place.shop.items("/local-servers").await, std::slice::from_ref(&shown));
        assert_eq!(place.shop.items("/local-servers?customerId=CRM-1001").await, [shown]);
        place.shop.make("/customers", json!({ "name": "Umbrella", "ref": "CRM-2" })).await;
        assert_eq!(place.shop.items("/local-servers?customerId=CRM-2").await, [] as [Value; 0]);
        place.shop.get("/local-servers?customerId=none").await.invalid("customerId", "unknown");
        place.shop.get(&format!("/local-servers/srv_{NOBODY}")).await.problem("not_found");
        place.shop.get("/local-servers/reports").await.problem("method_not_allowed");
    }

    async fn lls_2_a_server_without_a_running_license_cannot_be_chosen(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-P").await);
        let to = |server: &Server| json!({ "localServerId": server.id.to_string(), "seats": 1 });
        let stranger = Server::set_up(&place, 2).await;
        export(&place, &sold.entitlement, to(&stranger)).await.invalid("localServerId", "unknown");
        place.shop.move_clock(&server.device.now.shifted(366 * DAY).to_string()).await;
        assert_eq!(place.shop.get(&server.path()).await.ok()["active"], false);
        let problem = export(&place, &sold.entitlement, to(&server)).await.problem("server_not_active");
        assert!(problem.to_string().contains(&server.id.to_string()), "{problem}");
        // The same server is activated again, and goes on.
        let activation = place.shop.get(&server.path()).await.ok()["activationId"].clone();
        place.office().refresh(&activation).await.ok();
        export(&place, &sold.entitlement, to(&server)).await.created();
    }

    async fn exp_11_a_license_that_was_given_back_closes_nothing(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let to = json!({ "localServerId": server.id.to_string(), "seats": 1 });
        export(&place, &sold.entitlement, to).await.created();
        let activation = place.shop.get(&server.path()).await.ok()["activationId"].clone();
        place.office().deactivate(&server.device.give_up(&activation, 1)).await.ok();
        let shown = place.shop.get(&server.path()).await.ok();
        assert_eq!((&shown["active"], shown["entitlements"].as_array().unwrap().len()), (&json!(false), 1));
        let token = format!("{}/export/token", sold.entitlement);
        let refused = place.shop.post(&token, json!({})).await;
        assert!([200, 409].contains(&refused.status.as_u16()), "{refused:?}");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["hosts"][1]["seats"], 1);
    }

    async fn lls_2_what_a_local_server_hosts_is_neither_deleted_nor_purged(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (server, sold) = (Server::activated(&place, 1).await, place.sell("CAD-C").await);
        let to = json!({ "localServerId": server.id.to_string(), "seats": 1 });
        export(&place, &sold.entitlement, to).await.created();
        let order = format!("/orders/{}", text(&sold.order["id"]));
        for path in [&sold.entitlement, &order, "/customers/CRM-1001"] {
            let problem = place.shop.delete(path).await.problem("export_session_open");
            assert!(problem.to_string().contains(&server.id.to_string()), "{problem}");
        }
        let id = text(&sold.order["entitlements"][0]["id"]);
        place.shop.delete(&format!("{}?purge={id}", sold.entitlement)).await.problem("export_session_open");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["hosts"][1]["seats"], 1);
    }
}
