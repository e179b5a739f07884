//! The audit as a file (AUD-1).

use std::pin::Pin;

use axum::body::HttpBody;
use chancery_api_types::csv;
use serde_json::{Value, json};

use super::shop::{ADMIN, Shop, text};
use crate::common::{TestApp, on_both_engines};

async fn exported(shop: &Shop, query: &str) -> Vec<Value> {
    let reply = shop.get(&format!("/audit/export{query}")).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All of the audit, page by page.
async fn listed(shop: &Shop, filter: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = shop.get(&format!("/audit?limit=100{filter}{cursor}")).await.ok();
        all.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["nextCursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}

async fn many(shop: &Shop, count: usize) {
    for first in (0..count).step_by(500) {
        let rows: String = (first..count.min(first + 500)).map(|row| format!("R{row},N\n")).collect();
        shop.call("POST", "/customers/import").body("text/csv", format!("ref,name\n{rows}")).await.ok();
    }
}

on_both_engines! {
    async fn aud_1_the_export_is_the_whole_list_whatever_its_length(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        many(&shop, 737).await;
        let reply = shop.get("/audit/export").await;
        assert_eq!(reply.header("content-type"), "application/jsonl");
        assert_eq!(reply.header("content-disposition"), "attachment; filename=\"audit-2026-01-15.jsonl\"");
        let all = exported(&shop, "").await;
        assert!(all.len() > 737 && all == listed(&shop, "").await, "{}", all.len());
        let imported = exported(&shop, "?action=customer.import").await;
        assert_eq!(imported, listed(&shop, "&action=customer.import").await);
        assert_eq!(imported.len(), 737);
        let actor = text(&imported[0]["actor"]);
        assert_eq!(exported(&shop, &format!("?format=jsonl&actor={actor}&subject=none")).await, [] as [Value; 0]);
        assert_eq!(exported(&shop, "?until=2020-01-01T00:00:00Z").await, [] as [Value; 0]);
        let other = Shop::open(&app, "Umbrella").await;
        assert_eq!(exported(&other, &format!("?actor={actor}")).await, [] as [Value; 0], "of another vendor nothing");
    }

    async fn aud_1_rows_that_are_added_meanwhile_do_not_disturb(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        many(&shop, 250).await;
        let before = listed(&shop, "").await;
        let mut body = shop.get("/audit/export").stream().await;
        let mut bytes = Vec::new();
        let mut steps = 0;
        while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            bytes.extend_from_slice(&frame.unwrap().into_data().unwrap());
            steps += 1;
            app.clock.advance(1);
            shop.make("/customers", json!({ "name": "meanwhile" })).await;
        }
        assert!(steps > 2, "it came in stretches: {steps}");
        let text = String::from_utf8(bytes).unwrap();
        let told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(told, before);
        assert!(listed(&shop, "").await.len() > before.len());
    }

    async fn aud_1_a_table_is_safe_to_open_in_a_spreadsheet(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let named = json!({ "name": "=HYPERLINK(\"http://x\")" });
        shop.post("/customers", named).header("request-id", "-2-3.cmd").await.created();
        let reply = shop.get("/audit/export?format=csv").await;
        assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert!(reply.header("content-disposition").ends_with(".csv\""));
        let records = csv::read(&reply.text).unwrap();
        let header = ["id", "time", "actor", "action", "subject", "address", "requestId", "changes"];
        assert_eq!(records[0].cells, header);
        let listed = listed(&shop, "").await;
        assert_eq!(records.len(), listed.len() + 1);
        for (record, entry) in records[1..].iter().zip(&listed) {
            assert_eq!(record.cells[0], text(&entry["id"]));
            assert_eq!(serde_json::from_str::<Value>(&record.cells[7]).unwrap(), entry["changes"]);
            assert!(record.cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
        assert_eq!(records.last().unwrap().cells[6], "'-2-3.cmd");
    }

    async fn aud_1_what_cannot_be_exported_is_a_problem(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        shop.get("/audit/export?format=xml").await.invalid("format", "bad_format");
        shop.get("/audit/export?from=2026").await.invalid("from", "bad_format");
        shop.get("/audit/export?limit=5").await.invalid("limit", "unknown_field");
        let key = app.key_for(&["customers:read"]).await;
        app.get(&format!("{ADMIN}/audit/export")).key(&key).await.problem("not_permitted");
    }
}
