//! Customers by CSV, over HTTP.

use serde_json::{Value, json};

use super::shop::{Shop, text};
use crate::common::{Call, Reply, TestApp, on_both_engines};

fn import(shop: &Shop, csv: &str) -> Call {
    shop.call("POST", "/customers/import").body("text/csv", csv.to_owned())
}

fn preview(shop: &Shop, csv: &str) -> Call {
    shop.call("POST", "/customers/import?dryRun=true").body("text/csv; charset=utf-8", csv.to_owned())
}

/// Created, updated, unchanged.
#[track_caller]
fn counts(reply: &Reply) -> [u64; 3] {
    let told = reply.ok();
    ["created", "updated", "unchanged"].map(|name| told[name].as_u64().unwrap())
}

/// The errors: row, column, code.
#[track_caller]
fn errors(reply: &Reply) -> Vec<(u64, String, String)> {
    let problem = reply.problem("validation_failed");
    let told = problem["errors"].as_array().unwrap().iter().map(|error| {
        assert!(!text(&error["detail"]).is_empty());
        (error["row"].as_u64().unwrap(), text(&error["path"]).to_owned(), text(&error["code"]).to_owned())
    });
    told.collect()
}

fn error(row: u64, column: &str, code: &str) -> (u64, String, String) {
    (row, column.to_owned(), code.to_owned())
}

/// The whole of what is told of customers.
async fn customers(shop: &Shop) -> Vec<Value> {
    shop.items("/customers?limit=100").await
}

const TABLE: &str = "\u{feff}ref;name;notes;contact.name;contact.email;metadata.region\r\n\
    CRM-1001;Initech Inc.;\"first\nsecond; line\";Peter;peter@initech.example;EMEA\r\n\
    C-2;\"The \"\"Umbrella\"\"\";=1+1;Ada;ada@umbrella.example;\r\n\
    C-2;;;Alan;alan@umbrella.example;APAC\r\n\
    ;;;;;\r\n\
    C-3;@Hooli;;;;\r\n";

on_both_engines! {
    async fn api_1_a_table_is_previewed_then_imported_and_twice_changes_nothing(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let before = (customers(&shop).await, shop.items("/audit?limit=100").await);
        let told = preview(&shop, TABLE).await;
        assert_eq!(counts(&told), [2, 1, 0]);
        let told = told.ok();
        assert_eq!(told["dryRun"], true);
        let rows: Vec<_> = told["customers"].as_array().unwrap().iter()
            .map(|one| (one["row"].as_u64().unwrap(), text(&one["ref"]), text(&one["action"])))
            .collect();
        assert_eq!(rows, [(2, "CRM-1001", "update"), (3, "C-2", "create"), (6, "C-3", "create")]);
        let first = told["customers"][0]["changes"].as_array().unwrap();
        let of = |field: &str| first.iter().find(|change| change["field"] == field).unwrap();
        assert_eq!((&of("name")["from"], &of("name")["to"]), (&json!("Initech"), &json!("Initech Inc.")));
        assert_eq!(of("contact")["to"], "Peter <peter@initech.example>");
        assert_eq!((customers(&shop).await, shop.items("/audit?limit=100").await), before, "nothing was changed");

        let done = import(&shop, TABLE).await;
        assert_eq!((counts(&done), &done.ok()["customers"]), ([2, 1, 0], &json!([])));
        let initech = shop.get("/customers/CRM-1001").await.ok();
        assert_eq!((&initech["name"], &initech["notes"]), (&json!("Initech Inc."), &json!("first\nsecond; line")));
        assert_eq!((initech["contacts"].as_array().unwrap().len(), &initech["metadata"]), (2, &json!({ "region": "EMEA" })));
        let umbrella = shop.get("/customers/C-2").await.ok();
        assert_eq!((&umbrella["name"], &umbrella["notes"]), (&json!("The \"Umbrella\""), &json!("=1+1")), "texts");
        let people: Vec<&str> = umbrella["contacts"].as_array().unwrap().iter().map(|one| text(&one["name"])).collect();
        assert_eq!((people, &umbrella["metadata"]["region"]), (vec!["Ada", "Alan"], &json!("APAC")));
        assert_eq!(shop.get("/customers/C-3").await.ok()["name"], "@Hooli");

        let after = (customers(&shop).await, shop.items("/audit?limit=100").await);
        assert_eq!(counts(&import(&shop, TABLE).await), [0, 0, 3]);
        assert_eq!(counts(&preview(&shop, TABLE).await), [0, 0, 3]);
        assert_eq!((customers(&shop).await, shop.items("/audit?limit=100").await), after, "no trace either");
    }

    async fn aud_1_an_import_is_recorded_customer_by_customer_without_people(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        assert_eq!(counts(&import(&shop, TABLE).await), [2, 1, 0]);
        let renamed = "ref,contact.name,contact.email\nC-2,Ada Lovelace,ADA@umbrella.example\n";
        assert_eq!(counts(&import(&shop, renamed).await), [0, 1, 0]);
        let umbrella = shop.get("/customers/C-2").await.ok();
        assert_eq!(umbrella["contacts"][0]["name"], "Ada Lovelace");
        let recorded = shop.items("/audit?action=customer.import&limit=100").await;
        let of = |id: &Value| recorded.iter().filter(|entry| entry["subject"] == *id).count();
        let initech = shop.get("/customers/CRM-1001").await.ok();
        assert_eq!((of(&umbrella["id"]), of(&initech["id"])), (2, 2), "made and renamed; changed and a contact added");
        let told = Value::from(recorded).to_string();
        for person in ["Peter", "peter@", "Lovelace", "Alan"] {
            assert!(!told.contains(person), "{person}: {told}");
        }
    }

    async fn api_1_what_a_table_leaves_out_stays(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        import(&shop, TABLE).await.ok();
        let before = shop.get("/customers/CRM-1001").await.ok();
        assert_eq!(counts(&import(&shop, "ref,name,notes,metadata.tier\nCRM-1001,,,gold\n").await), [0, 1, 0]);
        let mut after = shop.get("/customers/CRM-1001").await.ok();
        assert_eq!(after["metadata"], json!({ "region": "EMEA", "tier": "gold" }));
        for member in ["metadata", "updated"] {
            after[member] = before[member].clone();
        }
        assert_eq!(after, before);
    }

    async fn api_2_all_errors_of_a_table_are_told_and_nothing_is_changed(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let before = (customers(&shop).await, shop.items("/audit?limit=100").await);
        let long = "x".repeat(501);
        let table = format!(
            "ref,name,contact.name,contact.email,metadata.k\n\
             ok,Fine,,,\n\
             ,Nameless,,,\n\
             new,,,,\n\
             new,Later,,,{long}\n\
             a,A,Bob,,\n\
             b,B,Bob,no-address,\n\
             c,C,,c@c.example,\n\
             d,D,,,,too many\n\
             e,E,Eve,eve@e.example,1\n\
             e,Other,Eva,EVE@e.example,2\n\
             {},F,,,\n",
            "f".repeat(101)
        );
        let told = [
            error(3, "ref", "required"),
            error(5, "metadata.k", "too_long"),
            error(6, "contact.email", "required"),
            error(7, "contact.email", "bad_format"),
            error(8, "contact.name", "required"),
            error(9, "", "bad_format"),
            error(11, "contact.name", "duplicate"),
            error(11, "metadata.k", "duplicate"),
            error(11, "name", "duplicate"),
            error(12, "ref", "too_long"),
        ];
        assert_eq!(errors(&import(&shop, &table).await), told);
        assert_eq!(errors(&preview(&shop, &table).await), told, "a dry run tells the same");
        assert_eq!(errors(&import(&shop, "ref,notes\nnew,x\n").await), [error(2, "name", "required")]);
        assert_eq!((customers(&shop).await, shop.items("/audit?limit=100").await), before);
    }

    async fn api_2_a_header_decides_and_unknown_columns_are_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let of = async |header: &str| errors(&import(&shop, &format!("{header}\nx,y,z\n")).await);
        assert_eq!(of("ref,Name,metadata.").await, [error(1, "Name", "unknown_field"), error(1, "metadata.", "unknown_field")]);
        assert_eq!(of("ref,name,name").await, [error(1, "name", "duplicate")]);
        assert_eq!(of("name,notes,metadata.k").await, [error(1, "ref", "required")]);
        assert_eq!(of("ref,name,contact.name").await, [error(1, "contact.email", "required")]);
        assert_eq!(errors(&import(&shop, "").await), [error(1, "ref", "required")]);
        assert_eq!(errors(&import(&shop, "ref,name\nx,\"y\n").await), [error(2, "", "bad_format")]);
        assert_eq!(counts(&import(&shop, "ref,name\n").await), [0, 0, 0]);
        import(&shop, "ref\n\0\n").await.invalid("", "bad_format");
        let latin = shop.call("POST", "/customers/import").body("text/csv", vec![b'r', b'e', b'f', b'\n', 0xfc]);
        latin.await.problem("malformed_request");
        shop.post("/customers/import", json!({})).await.problem("media_type_unsupported");
        let rows: String = (0..1_001).map(|row| format!("R{row},N\n")).collect();
        assert_eq!(errors(&import(&shop, &format!("ref,name\n{rows}")).await), [error(1_002, "", "out_of_range")]);
    }

    async fn api_1_a_table_that_is_a_bomb_is_refused_at_once(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let blank = format!("ref,name\n{}", "\n".repeat(2_000_000));
        assert_eq!(counts(&import(&shop, &blank).await), [0, 0, 0]);
        for bomb in [",".repeat(1_000_000), format!("ref,name\n{}", ",".repeat(1_000_000))] {
            let row = if bomb.starts_with("ref") { 2 } else { 1 };
            assert_eq!(errors(&import(&shop, &bomb).await), [error(row, "", "bad_format")]);
        }
        let columns: String = (0..100_000).map(|i| format!(",metadata.k{i}")).collect();
        assert_eq!(errors(&import(&shop, &format!("ref{columns}\n")).await), [error(1, "", "bad_format")]);
        for cell in ["\"".repeat(1_000_000), format!("metadata.{}", "k".repeat(1_000_000))] {
            let reply = import(&shop, &format!("ref,{cell}\nA,x")).await;
            assert!(!errors(&reply).is_empty() && reply.text.len() < 2_000, "{}", reply.text.len());
        }
    }

    async fn safe_1_an_import_is_done_once_and_told_again(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let first = import(&shop, "ref,name\nA,One\n").once("k").await.ok();
        shop.patch("/customers/A", json!({ "name": "Two" })).await.ok();
        assert_eq!(import(&shop, "ref,name\nA,One\n").once("k").await.ok(), first);
        assert_eq!(shop.get("/customers/A").await.ok()["name"], "Two", "it was not done again");
        import(&shop, "ref,name\nB,One\n").once("k").await.problem("idempotency_key_reused");
    }

    async fn api_2_other_vendors_customers_are_not_matched(app: TestApp) {
        let (shop, other) = (Shop::open(&app, "Acme").await, Shop::open(&app, "Umbrella").await);
        let before = customers(&other).await;
        assert_eq!(counts(&import(&shop, "ref,name\nCRM-1001,Mine\nnew,New\n").await), [1, 1, 0]);
        assert_eq!(customers(&other).await, before);
    }
}
