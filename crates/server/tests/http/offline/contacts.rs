//! What a contact may do: for the orders that name it, and for nothing else.

use serde_json::json;

use super::device::Place;
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::text;

on_both_engines! {
    async fn web_3_orders_that_do_not_name_the_contact_are_not_there_for_it(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (portal, office, device) = (place.portal().await, place.office(), place.device(1).await);
        // The customer's too, but for others of its people.
        let sold = place.shop.sell("CAD-C").await;
        let token = device.ask(&sold.code, "pc-1");
        portal.activate(&token).await.problem("not_found");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 0);
        let id = office.activate(&token).await.ok()["activation"]["id"].clone();
        portal.activate(&token).await.problem("not_found");
        portal.refresh(&id).await.problem("not_found");
        portal.deactivate(&device.give_up(&id, 1)).await.problem("not_found");
        assert_eq!(place.shop.get(&sold.entitlement).await.ok()["seatsUsed"], 1);
        // From when on the order names the contact, they are; until it does no more.
        let order = format!("/orders/{}", text(&sold.order["id"]));
        place.shop.patch(&order, json!({ "contacts": [place.bob] })).await.ok();
        portal.refresh(&id).await.ok();
        place.shop.patch(&order, json!({ "contacts": [] })).await.ok();
        portal.refresh(&id).await.problem("not_found");
    }

    async fn aud_1_the_audit_names_the_contact(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, portal, device) = (place.sell("CAD-C").await, place.portal().await, place.device(1).await);
        let id = portal.activate(&device.ask(&sold.code, "pc-1")).await.ok()["activation"]["id"].clone();
        portal.refresh(&id).await.ok();
        portal.deactivate(&device.give_up(&id, 2)).await.ok();
        let entries = place.shop.items(&format!("/audit?actor={}", place.bob)).await;
        let told: Vec<&str> = entries.iter().map(|entry| text(&entry["action"])).collect();
        assert_eq!(told, ["activation.activate", "activation.refresh", "activation.deactivate"]);
        assert!(entries.iter().all(|entry| entry["subject"] == id), "{entries:?}");
    }

    async fn ent_6_nothing_is_done_for_a_customer_that_is_disabled(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, portal, device) = (place.sell("CAD-C").await, place.portal().await, place.device(1).await);
        let id = portal.activate(&device.ask(&sold.code, "pc-1")).await.ok()["activation"]["id"].clone();
        place.shop.post("/customers/CRM-1001/disable", json!({})).await.ok();
        portal.refresh(&id).await.problem("customer_disabled");
        place.office().refresh(&id).await.problem("customer_disabled");
        place.office().activate(&device.ask(&sold.code, "pc-1")).await.problem("customer_disabled");
        // Giving back is never refused to the vendor.
        place.office().deactivate(&device.give_up(&id, 1)).await.ok();
    }

    async fn ent_10_a_purged_contact_and_a_purged_customer_leave_no_way_in(app: TestApp) {
        let place = Place::open(&app, "Acme").await;
        let (sold, portal, device) = (place.sell("CAD-C").await, place.portal().await, place.device(1).await);
        let token = device.ask(&sold.code, "pc-1");
        let id = portal.activate(&token).await.ok()["activation"]["id"].clone();
        let contacts = "/customers/CRM-1001/contacts";
        place.shop.delete(&format!("{contacts}/{}", place.bob)).await.done();
        portal.refresh(&id).await.problem("credential_invalid");
        place.office().refresh(&id).await.ok();
        let customer = text(&sold.order["customerId"]).to_owned();
        place.shop.delete(&format!("/customers/{customer}")).await.done();
        place.shop.delete(&format!("/customers/{customer}?purge={customer}")).await.done();
        place.office().refresh(&id).await.problem("not_found");
        place.office().deactivate(&device.give_up(&id, 2)).await.problem("not_found");
        place.office().activate(&token).await.problem("activation_code_unknown");
    }
}
