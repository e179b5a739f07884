//! What lists are filtered by (API-3).

use serde_json::{Value, json};

use super::shop::{Seat, Shop, text};
use crate::common::{TestApp, on_both_engines};

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| text(&item["name"])).collect()
}

/// Customers with these names and metadata.
async fn customers(shop: &Shop, all: &[(&str, Value)]) {
    for (name, metadata) in all {
        shop.make("/customers", json!({ "name": name, "metadata": metadata })).await;
    }
}

async fn found(shop: &Shop, query: &str) -> Vec<String> {
    let items = shop.items(&format!("/customers?{query}")).await;
    let mut names: Vec<String> = names(&items).into_iter().map(str::to_owned).collect();
    // Made at one instant, they have no order of their own.
    names.sort();
    names
}

on_both_engines! {
    async fn api_3_lists_are_filtered_by_metadata(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        customers(&shop, &[
            ("A", json!({ "region": "emea", "tier": "gold" })),
            ("B", json!({ "region": "emea", "tier": "silver", "z": "" })),
            ("C", json!({ "region": "EMEA" })),
            ("D", json!({ "x": "1", "note": "\"region\":\"emea\"" })),
            ("E", json!({ "my\"region": "emea" })),
            ("F", json!({ "note": ",\"region\":\"emea\"" })),
            ("G", json!({ "region": "emea\",\"x\":\"1" })),
            ("H", json!({ "region": "emea west" })),
            ("I", json!({ "größe": "100 %_\\" })),
        ]).await;
        assert_eq!(found(&shop, "metadata[region]=emea").await, ["A", "B"]);
        assert_eq!(found(&shop, "metadata%5Bregion%5D=emea").await, ["A", "B"]);
        assert_eq!(found(&shop, "metadata[region]=EMEA").await, ["C"]);
        assert_eq!(found(&shop, "metadata[tier]=gold&metadata[region]=emea").await, ["A"]);
        assert_eq!(found(&shop, "metadata[tier]=gold&metadata[region]=EMEA").await, [""; 0]);
        assert_eq!(found(&shop, "metadata[z]=").await, ["B"]);
        assert_eq!(found(&shop, "metadata[x]=1").await, ["D"]);
        assert_eq!(found(&shop, "metadata[my%22region]=emea").await, ["E"]);
        assert_eq!(found(&shop, "metadata[region]=emea+west").await, ["H"]);
        assert_eq!(found(&shop, "metadata[gr%C3%B6%C3%9Fe]=100+%25_%5C").await, ["I"]);
        assert_eq!(found(&shop, "metadata[region]=%25").await, [""; 0]);
        assert_eq!(found(&shop, "metadata[region]=emea&limit=1").await.len(), 1);
        assert_eq!(found(&shop, "sort=-created&metadata[region]=emea").await, ["A", "B"]);
    }

    async fn api_3_every_list_of_what_has_metadata_takes_the_filter(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let order = format!("/orders/{}", text(&sold.order["id"]));
        let licensee = format!("/licensees/{}", text(&shop.items("/licensees").await[0]["id"]));
        let feature = "/products/cad/features/export";
        let plan = format!("/plans/{}", text(&shop.items("/plans").await[0]["id"]));
        for (list, item) in [
            ("/customers", "/customers/CRM-1001"),
            ("/orders", order.as_str()),
            ("/licensees", licensee.as_str()),
            ("/entitlements", sold.entitlement.as_str()),
            ("/products", "/products/cad"),
            ("/products/cad/features", feature),
            ("/products/cad/attributes", "/products/cad/attributes/max-parts"),
            ("/products/cad/editions", "/products/cad/editions/pro"),
            ("/plans", plan.as_str()),
            ("/offerings", "/offerings/CAD-C"),
        ] {
            let query = format!("{list}?metadata[colour]=red");
            assert_eq!(shop.items(&query).await, [] as [Value; 0], "{list}");
            shop.patch(item, json!({ "metadata": { "colour": "red" } })).await.ok();
            assert_eq!(shop.items(&query).await.len(), 1, "{list}");
        }
    }

    async fn api_3_a_filter_that_is_wrong_is_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let get = |query: &str| shop.get(&format!("/customers?{query}"));
        get("metadata=x").await.invalid("metadata", "bad_format");
        get("metadata={}").await.invalid("metadata", "bad_format");
        get("metadata[a]=1&metadata[a]=2").await.invalid("metadata", "duplicate");
        get("metadata[a]=1&metadata[b]=2&metadata[c]=3&metadata[d]=4").await.invalid("metadata", "out_of_range");
        get("metadata[a=1").await.invalid("metadata[a", "unknown_field");
        get("metadata[a]=1&unknown=2").await.invalid("unknown", "unknown_field");
        for bare in ["/activations", "/customers/CRM-1001/contacts", "/openid-providers"] {
            shop.get(&format!("{bare}?metadata[a]=1")).await.invalid("metadata", "unknown_field");
        }
        shop.get("/entitlements?status=alive").await.invalid("status", "bad_format");
        get("email=nobody").await.invalid("email", "bad_format");
    }

    async fn api_3_customers_are_found_by_name_ref_and_address(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        customers(&shop, &[("Ärzte GmbH", json!({})), ("Initrode", json!({})), ("100 % Pure", json!({}))]).await;
        assert_eq!(found(&shop, "name=INIT").await, ["Initech", "Initrode"]);
        assert_eq!(found(&shop, "name=%C3%A4rzte").await, ["Ärzte GmbH"]);
        assert_eq!(found(&shop, "name=%25").await, ["100 % Pure"]);
        assert_eq!(found(&shop, "name=_").await, [""; 0]);
        assert_eq!(found(&shop, "ref=CRM-1001").await, ["Initech"]);
        assert_eq!(found(&shop, "ref=CRM-100").await, [""; 0]);
        assert_eq!(found(&shop, "email=BOB@initech.example").await, ["Initech"]);
        assert_eq!(found(&shop, "email=bob@initech.example&name=rode").await, [""; 0]);
        shop.patch("/customers/CRM-1001", json!({ "name": "Contoso" })).await.ok();
        assert_eq!(found(&shop, "name=init").await, ["Initrode"]);
        let order = json!({ "customerId": "CRM-1001", "ref": "PO-7", "items": [{ "sku": "CAD-C" }] });
        shop.make("/orders", order).await;
        shop.sell("CAD-C").await;
        assert_eq!(shop.items("/orders?ref=PO-7").await.len(), 1);
        assert_eq!(shop.items("/orders?ref=PO-8").await.len(), 0);
    }

    async fn api_3_entitlements_are_found_by_their_verdict_now(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let (creation, waiting) = (shop.sell("CAD-C").await, shop.sell("CAD-Y").await);
        let (forever, off) = (shop.sell("CAD-P").await, shop.sell("CAD-P").await);
        shop.post(&format!("{}/disable", off.entitlement), json!({})).await.ok();
        let paths = |items: Vec<Value>| -> Vec<String> {
            items.iter().map(|item| format!("/entitlements/{}", text(&item["id"]))).collect()
        };
        for (now, status, expected) in [
            (None, "active", vec![&creation, &forever]),
            (None, "created", vec![&waiting]),
            (None, "disabled", vec![&off]),
            (None, "grace", vec![]),
            (Some("2027-01-17T00:00:00Z"), "grace", vec![&creation]),
            (Some("2027-06-01T00:00:00Z"), "expired", vec![&creation]),
            (None, "active", vec![&forever]),
        ] {
            if let Some(now) = now {
                shop.move_clock(now).await;
            }
            let mut found = paths(shop.items(&format!("/entitlements?status={status}")).await);
            let mut expected: Vec<String> = expected.iter().map(|sold| sold.entitlement.clone()).collect();
            // Made at one instant, they have no order of their own.
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{status} {now:?}");
        }
        assert_eq!(shop.items("/entitlements?sku=CAD-P").await.len(), 2);
        assert_eq!(shop.items("/entitlements?sku=CAD-P&status=disabled").await.len(), 1);
        Seat::take(&shop, &forever.code, "pc-1").await;
        assert_eq!(shop.items("/entitlements?status=active&sku=CAD-P").await[0]["seatsUsed"], 1);
    }

    async fn api_3_cursors_lead_through_what_is_filtered_while_more_is_added(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        for i in 0..9 {
            let sold = shop.sell("CAD-P").await;
            if i % 3 == 0 {
                shop.post(&format!("{}/disable", sold.entitlement), json!({})).await.ok();
            }
        }
        for filter in ["status=active", "status=disabled", "sku=CAD-P"] {
            let whole = shop.items(&format!("/entitlements?{filter}")).await;
            let (mut walked, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = shop.get(&format!("/entitlements?{filter}&limit=2{cursor}")).await.ok();
                walked.extend(page["items"].as_array().unwrap().clone());
                assert!(page["items"].as_array().unwrap().len() <= 2);
                let Some(next) = page["nextCursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
                shop.make("/customers", json!({ "name": "meanwhile" })).await;
            }
            assert_eq!(walked, whole, "{filter}");
            assert!(whole.len() > 2, "{filter}");
        }
    }
}
