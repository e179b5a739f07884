//! What an import does.

use serde_json::json;

use super::{ACME, SMALL, actions, differences};
use crate::common::{TestApp, on_both_engines};

const BASE: &str = "/api/admin/v1";

on_both_engines! {
    async fn cat_4_import_makes_all_that_the_file_says(app: TestApp) {
        let report = app.import(SMALL).await.ok();
        assert_eq!(report["dryRun"], false);
        let all = [
            "create feature sso", "create attribute region", "create product cad", "create feature cad/export",
            "create attribute cad/parts", "create edition cad/pro", "create feature cad/pro/beta", "create plan Yearly",
            "create offering CAD-PRO",
        ];
        assert_eq!(actions(&report), all);
        let edition = app.get(&format!("{BASE}/products/cad/editions/pro")).await.ok();
        assert_eq!(edition["features"], json!({ "export": 10, "beta": null }));
        assert_eq!(edition["attributes"], json!({ "parts": "2000", "region": "eu" }));
        let offering = app.get(&format!("{BASE}/offerings/CAD-PRO")).await.ok();
        assert_eq!((&offering["seats"], &offering["editionId"]), (&json!(10), &edition["id"]));
        assert_eq!((&offering["overdraft"], &offering["concurrency"]), (&json!({"type":"none"}), &json!("concurrent")));
        let sso = app.get(&format!("{BASE}/products/cad/editions/pro/features/sso")).await.ok();
        assert_eq!((&sso["value"], &sso["valueLevel"], &sso["level"]), (&json!(true), &json!("product"), &json!("global")));
    }

    async fn cat_4_importing_twice_changes_nothing(app: TestApp) {
        app.import(ACME).await.ok();
        let (before, audited) = (app.export().await, app.audited().await);
        app.clock.advance(3_600);
        let report = app.import(ACME).await.ok();
        assert!(actions(&report).iter().all(|action| action.starts_with("unchanged ")), "{report}");
        assert_eq!(differences(&report), [""; 0]);
        assert_eq!((app.export().await, app.audited().await), (before, audited));
        let product = app.get(&format!("{BASE}/products/acme-cad")).await.ok();
        assert_eq!(product["updated"], product["created"]);
    }

    async fn cat_4_what_differs_is_changed_and_recorded(app: TestApp) {
        app.import(SMALL).await.ok();
        app.clock.advance(60);
        let audited = app.audited().await;
        let file = SMALL
            .replace("name = \"Professional\"", "name = \"Pro\"")
            .replace("export = 10", "export = \"unlimited\"")
            .replace("seats = 10", "seats = 12\noverdraft = \"10%\"");
        let report = app.import(&file).await.ok();
        let expected = [
            "cad/pro name: \"Professional\" -> \"Pro\"", "cad/pro features.export: \"10\" -> \"unlimited\"",
            "CAD-PRO seats: 10 -> 12", "CAD-PRO overdraft: \"none\" -> \"percentage 10\"",
        ];
        assert_eq!(differences(&report), expected);
        assert_eq!(actions(&report).iter().filter(|action| action.starts_with("update")).count(), 2);
        assert_eq!(app.audited().await, audited + 2);
        let entries = app.get(&format!("{BASE}/audit?action=catalog.import&sort=-created&limit=1")).await.ok();
        let offering = app.get(&format!("{BASE}/offerings/CAD-PRO")).await.ok();
        assert_eq!(entries["items"][0]["subject"], offering["id"]);
        assert_eq!(entries["items"][0]["changes"][0], json!({ "field": "seats", "from": 10, "to": 12 }));
        let edition = app.get(&format!("{BASE}/products/cad/editions/pro")).await.ok();
        assert_eq!((&edition["features"]["export"], &edition["name"]), (&json!(null), &json!("Pro")));
        assert_ne!(edition["updated"], edition["created"]);
    }

    async fn cat_4_what_the_file_leaves_out_stays(app: TestApp) {
        app.import(ACME).await.ok();
        let before = app.export().await;
        let part = "[[products]]\nkey = \"acme-cad\"\n[[products.editions]]\nkey = \"pro\"\n\
                    [[products.features]]\nkey = \"export-step\"\n[[plans]]\nname = \"Yearly\"\n\
                    [[offerings]]\nsku = \"CAD-PRO-Y\"\nseats = 11\n";
        let report = app.import(part).await.ok();
        assert_eq!(differences(&report), ["CAD-PRO-Y seats: 10 -> 11"]);
        // An editor's view: exactly one line of the whole catalog differs.
        let after = app.export().await;
        let differing: Vec<_> = before.lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
        assert_eq!(differing, [("seats = 10", "seats = 11")]);
        assert_eq!(app.import("").await.ok()["changes"], json!([]));
        assert_eq!(app.export().await, after);
    }

    async fn cat_4_a_dry_run_says_the_same_and_changes_nothing(app: TestApp) {
        let (empty, audited) = (app.export().await, app.audited().await);
        let would = app.dry_run(SMALL).await.ok();
        assert_eq!(would["dryRun"], true);
        assert_eq!((app.export().await, app.audited().await), (empty, audited));
        let done = app.import(SMALL).await.ok();
        assert_eq!(would["changes"], done["changes"]);
        let file = SMALL.replace("\"1 year\"", "\"2 years\"");
        let would = app.dry_run(&file).once("dry").await.ok();
        assert_eq!(differences(&would), ["Yearly duration: \"1 year\" -> \"2 years\""]);
        // Nothing is remembered of a dry run either: what it says is always of now.
        app.import(&file).await.ok();
        assert_eq!(differences(&app.dry_run(&file).once("dry").await.ok()), [""; 0]);
    }

    async fn cat_4_safe_1_the_same_key_repeats_the_report(app: TestApp) {
        let first = app.import(SMALL).once("k").await.ok();
        let audited = app.audited().await;
        assert_eq!(app.import(SMALL).once("k").await.ok(), first);
        assert_eq!(app.audited().await, audited);
        app.import("").once("k").await.problem("idempotency_key_reused");
        let later = app.import(SMALL).once("k2").await.ok();
        assert!(actions(&later).iter().all(|action| action.starts_with("unchanged ")));
    }

    async fn cat_4_a_word_takes_away_what_may_be_absent(app: TestApp) {
        let full = "[[products]]\nkey = \"cad\"\nname = \"CAD\"\ngracePeriod = \"7 days\"\noutageTolerance = \"1 hour\"\n\
                    offlineLeasePeriod = \"unlimited\"\n";
        app.import(full).await.ok();
        let product = app.get(&format!("{BASE}/products/cad")).await.ok();
        assert_eq!(product["gracePeriod"], json!({ "unit": "day", "count": 7 }));
        assert_eq!(product["offlineLeasePeriod"], "unlimited");
        let none = "[[products]]\nkey = \"cad\"\ngracePeriod = \"none\"\noutageTolerance = \"none\"\n\
                    offlineLeasePeriod = \"none\"\n";
        app.import(none).await.ok();
        let product = app.get(&format!("{BASE}/products/cad")).await.ok();
        for member in ["gracePeriod", "outageTolerance", "offlineLeasePeriod"] {
            assert_eq!(product[member], json!(null), "{member}");
        }
    }

    async fn cat_4_what_was_made_by_the_api_is_found_by_its_names(app: TestApp) {
        app.import(SMALL).await.ok();
        let path = format!("{BASE}/products/cad/features");
        app.post(&path).json(json!({ "key": "more", "type": "bool", "value": false })).await.created();
        let file = "[[products]]\nkey = \"cad\"\n[[products.features]]\nkey = \"more\"\nvalue = true\n\
                    [[products.editions]]\nkey = \"lite\"\nname = \"Lite\"\nfeatures = { more = false, sso = false }\n\
                    [[offerings]]\nsku = \"CAD-LITE\"\nname = \"CAD Lite\"\nproduct = \"cad\"\nedition = \"lite\"\n\
                    plan = \"Yearly\"\nseats = 1\n";
        let all = [
            "unchanged product cad", "update feature cad/more", "create edition cad/lite", "create offering CAD-LITE",
        ];
        assert_eq!(actions(&app.import(file).await.ok()), all);
        let edition = app.get(&format!("{BASE}/products/cad/editions/lite")).await.ok();
        assert_eq!(edition["features"], json!({ "more": false, "sso": false }));
    }

    async fn cat_4_another_vendor_s_catalog_is_not_touched(app: TestApp) {
        app.import(SMALL).await.ok();
        let before = app.export().await;
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let report = app.import(&SMALL.replace("\"CAD\"", "\"Theirs\"")).key(&other).await.ok();
        assert!(actions(&report).iter().all(|action| action.starts_with("create ")));
        assert_eq!(app.export().await, before);
        // Their plan is nobody else's: a reference to it dangles.
        let plan = "[[plans]]\nname = \"Theirs\"\nlicenseType = \"perpetual\"\n";
        app.import(plan).key(&other).await.ok();
        app.import("[[offerings]]\nsku = \"CAD-PRO\"\nplan = \"Theirs\"\n").await.invalid("offerings[0].plan", "unknown");
    }
}
