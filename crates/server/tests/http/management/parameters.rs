//! What no operation of the management API takes: parameters and members that it does not know (API-1, API-3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::operation::{Operation, unknown_ids};
use super::shop::{Seat, Shop, text};
use crate::common::{TestApp, on_both_engines};

#[tokio::test]
async fn api_3_every_operation_refuses_parameters_that_it_does_not_know() {
    let app = TestApp::sqlite().await;
    for operation in Operation::all() {
        let path = format!("{}?unknown=1", operation.at(&unknown_ids()));
        operation.call(&app, &path).await.invalid("unknown", "unknown_field");
        if operation.method == "GET" {
            let head = app.call("HEAD", &path).await;
            assert_eq!(head.status, 422, "{}: {head:?}", operation.name);
        }
    }
}

#[tokio::test]
async fn api_3_every_list_takes_its_parameters_by_head_too() {
    let app = TestApp::sqlite().await;
    let lists = Operation::all().into_iter().filter(|operation| operation.takes("limit"));
    let mut count = 0;
    for operation in lists {
        let path = format!("{}?limit=1&sort=-created", operation.at(&unknown_ids()));
        let (get, head) = (app.get(&path).await, app.call("HEAD", &path).await);
        assert_eq!(get.status, head.status, "{}", operation.name);
        assert!([200, 404].contains(&head.status.as_u16()), "{}: {head:?}", operation.name);
        count += 1;
    }
    assert!(count > 15, "all the lists");
}

#[tokio::test]
async fn api_1_every_change_refuses_members_that_it_does_not_know() {
    let app = TestApp::sqlite().await;
    let changes = Operation::all().into_iter().filter(|operation| operation.method != "GET");
    for operation in changes.filter(|operation| !matches!(operation.name.as_str(), "importCatalog" | "importCustomers"))
    {
        let path = operation.at(&unknown_ids());
        let call = app.call(&operation.method, &path).json(json!({ "force": 1 }));
        let reply = call.await;
        let problem = reply.problem("validation_failed");
        let known = problem["errors"].as_array().unwrap().iter().map(|error| (&error["path"], &error["code"]));
        assert!(known.into_iter().any(|found| found == (&json!("force"), &json!("unknown_field"))), "{reply:?}");
    }
}

on_both_engines! {
    async fn api_1_a_deletion_with_a_body_that_it_does_not_take_changes_nothing(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let seat = Seat::take(&shop, &sold.code, "pc-1").await;
        let path = format!("/activations/{}", text(&seat.activation["id"]));
        shop.delete(&path).json(json!({ "force": 1 })).await.invalid("force", "unknown_field");
        shop.delete(&path).body("application/json", "{").await.problem("malformed_request");
        assert_eq!(shop.items("/activations").await.len(), 1);
        shop.delete(&path).json(json!({})).await.done();
    }

    async fn api_3_a_cursor_that_no_reply_gave_is_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let log = format!("{}/activation-log", sold.entitlement);
        let (of_an_id, of_a_number) = (sold.order["id"].as_str().unwrap(), "7");
        for (path, right, wrong) in [
            ("/plans", of_an_id, of_a_number),
            ("/products/cad/features", of_an_id, of_a_number),
            ("/orders", of_an_id, of_a_number),
            ("/audit", of_a_number, of_an_id),
            (log.as_str(), of_a_number, of_an_id),
        ] {
            for text in [wrong, "abc", "", "zz", "99999999999999999999"] {
                let cursor = URL_SAFE_NO_PAD.encode(text);
                shop.get(&format!("{path}?cursor={cursor}")).await.invalid("cursor", "bad_format");
            }
            shop.get(&format!("{path}?cursor=no+base64")).await.invalid("cursor", "bad_format");
            shop.get(&format!("{path}?cursor={}", URL_SAFE_NO_PAD.encode(right))).await.ok();
        }
    }

    async fn api_3_the_cursors_of_replies_lead_through_every_list(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        for path in ["/plans", "/products/cad/features", "/audit"] {
            for sort in ["created", "-created"] {
                let whole = shop.items(&format!("{path}?sort={sort}")).await;
                let (mut walked, mut cursor) = (Vec::new(), String::new());
                loop {
                    let page = shop.get(&format!("{path}?sort={sort}&limit=2{cursor}")).await.ok();
                    walked.extend(page["items"].as_array().unwrap().clone());
                    let Some(next) = page["nextCursor"].as_str() else { break };
                    cursor = format!("&cursor={next}");
                }
                assert_eq!(walked, whole, "{path} {sort}");
                assert!(whole.len() > 2, "{path} has pages");
            }
        }
    }
}
