//! The audit over HTTP (AUD-1).

use serde_json::{Value, json};

use super::shop::{Shop, text};
use crate::common::{TestApp, on_both_engines};

/// The action and the changed members of each entry.
fn told(entries: &[Value]) -> Vec<(&str, Vec<&str>)> {
    entries
        .iter()
        .map(|entry| {
            let changes = entry["changes"].as_array().unwrap();
            (text(&entry["action"]), changes.iter().map(|change| text(&change["field"])).collect())
        })
        .collect()
}

async fn of(shop: &Shop, subject: &str) -> Vec<Value> {
    shop.items(&format!("/audit?subject={subject}")).await
}

on_both_engines! {
    async fn aud_1_every_change_of_a_customer_is_recorded(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let made = shop.make("/customers", json!({ "name": "Umbrella" })).await;
        let id = text(&made["id"]);
        let path = format!("/customers/{id}");
        shop.patch(&path, json!({ "name": "Umbrella Corp" })).await.ok();
        shop.patch(&path, json!({ "name": "Umbrella Corp" })).await.ok();
        shop.post(&format!("{path}/disable"), json!({ "reason": "unpaid" })).await.ok();
        shop.call("POST", &format!("{path}/enable")).await.ok();
        let contact = json!({ "name": "Ada Lovelace", "email": "ada@umbrella.example" });
        let contact = shop.make(&format!("{path}/contacts"), contact).await;
        shop.delete(&format!("{path}/contacts/{}", text(&contact["id"]))).await.done();
        shop.delete(&path).header("request-id", "last-one").await.done();
        let entries = of(&shop, id).await;
        let expected: [(&str, &[&str]); 7] = [
            ("customer.create", &["name", "disabled", "contacts"]),
            ("customer.update", &["name"]),
            ("customer.disable", &["disabled", "disabledReason"]),
            ("customer.enable", &["disabled", "disabledReason"]),
            ("contact.create", &["contact"]),
            ("contact.delete", &["contact"]),
            ("customer.delete", &["deleted", "purgeAt"]),
        ];
        assert_eq!(told(&entries), expected.map(|(action, fields)| (action, fields.to_vec())));
        let change = &entries[1]["changes"][0];
        assert_eq!((&change["from"], &change["to"]), (&json!("Umbrella"), &json!("Umbrella Corp")));
        assert_eq!(entries[6]["requestId"], "last-one");
        assert!(entries.iter().all(|entry| text(&entry["actor"]).starts_with("apik_")));
        let text = Value::from(entries).to_string();
        assert!(!text.contains("Lovelace") && !text.contains("ada@"), "no personal data: {text}");
    }

    async fn aud_1_every_change_of_an_order_and_its_entitlement_is_recorded(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-M").await;
        let order = text(&sold.order["id"]);
        shop.patch(&format!("/orders/{order}"), json!({ "ref": "PO-1" })).await.ok();
        let codes = format!("/orders/{order}/activation-codes");
        let code = shop.make(&codes, json!({ "activationCodes": 1 })).await["items"][0].clone();
        shop.delete(&format!("{codes}/{}", text(&code["id"]))).await.done();
        let actions = |entries: &[Value]| entries.iter().map(|e| text(&e["action"]).to_owned()).collect::<Vec<_>>();
        let recorded = of(&shop, order).await;
        let expected =
            ["order.create", "order.create", "order.update", "activation-code.create", "activation-code.revoke"];
        assert_eq!(actions(&recorded), expected);
        assert!(!Value::from(recorded).to_string().contains(text(&code["code"])));

        let path = &sold.entitlement;
        shop.call("POST", &format!("{path}/start")).await.ok();
        shop.call("POST", &format!("{path}/renew")).await.ok();
        shop.patch(path, json!({ "seats": 3 })).await.ok();
        shop.post(&format!("{path}/disable"), json!({ "reason": "why" })).await.ok();
        shop.call("POST", &format!("{path}/enable")).await.ok();
        let entries = of(&shop, path.rsplit('/').next().unwrap()).await;
        let commands = ["order.create", "entitlement.start", "entitlement.renew", "entitlement.update",
                        "entitlement.disable", "entitlement.enable"];
        assert_eq!(actions(&entries), commands);
        let seats = entries[3]["changes"].as_array().unwrap().iter().find(|change| change["field"] == "seats").unwrap();
        assert_eq!((&seats["from"], &seats["to"]), (&json!(2), &json!(3)));
    }

    async fn aud_1_a_refused_change_leaves_no_trace_and_a_repeated_one_leaves_one(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let before = shop.items("/audit?action=customer.create").await.len();
        shop.post("/customers", json!({ "name": "x", "ref": "CRM-1001" })).await.problem("already_exists");
        for _ in 0..3 {
            shop.post("/customers", json!({ "name": "x" })).once("k").await.created();
        }
        assert_eq!(shop.items("/audit?action=customer.create").await.len(), before + 1);
    }

    async fn aud_1_the_audit_is_filtered_and_read_in_pages(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.move_clock("2026-02-01T00:00:00Z").await;
        for name in ["a", "b", "c"] {
            shop.make("/customers", json!({ "name": name })).await;
        }
        shop.move_clock("2026-03-01T00:00:00Z").await;
        let actor = text(&shop.items("/audit?action=clock.move").await[0]["actor"]).to_owned();
        let time = "from=2026-02-01T00:00:00Z&until=2026-03-01T00:00:00Z";
        let filter = format!("action=customer.create&{time}&actor={actor}");
        let names = |entries: &[Value]| -> Vec<String> {
            entries.iter().map(|entry| text(&entry["changes"][0]["to"]).to_owned()).collect()
        };
        assert_eq!(names(&shop.items(&format!("/audit?{filter}")).await), ["a", "b", "c"]);
        let page = shop.get(&format!("/audit?{filter}&sort=-created&limit=2")).await.ok();
        assert_eq!(names(page["items"].as_array().unwrap()), ["c", "b"]);
        let rest = format!("/audit?{filter}&sort=-created&cursor={}", text(&page["nextCursor"]));
        assert_eq!(names(&shop.items(&rest).await), ["a"]);
        assert_eq!(shop.items("/audit?actor=operator").await.len(), 8, "the vendor, its four keys, its first API key, its built-in product and edition");
        assert_eq!(shop.items("/audit?action=nothing").await, [] as [Value; 0]);
        let other = Shop::open(&app, "Umbrella").await;
        assert_eq!(other.items(&format!("/audit?actor={actor}")).await, [] as [Value; 0]);
        shop.get("/audit?from=2026").await.invalid("from", "bad_format");
        shop.get("/audit?who=me").await.invalid("who", "unknown_field");
        shop.get("/audit?actor=").await.invalid("actor", "required");
    }
}
