//! What an export says.

use serde_json::json;

use super::{ACME, EXPORT, SMALL, actions, exported};
use crate::common::{TestApp, on_both_engines};

on_both_engines! {
    async fn cat_4_an_export_makes_the_same_catalog_for_another_vendor(app: TestApp) {
        for file in [ACME, SMALL] {
            app.import(file).await.ok();
        }
        let first = app.export().await;
        assert_eq!(app.export().await, first);
        let (_, other) = app.another_vendor("Umbrella", false).await;
        let report = app.import(&first).key(&other).await.ok();
        assert!(actions(&report).iter().all(|action| action.starts_with("create ")), "{report}");
        assert_eq!(exported(&app.get(EXPORT).key(&other).await), first);
    }

    async fn cat_4_an_export_goes_back_to_what_it_was(app: TestApp) {
        app.import(SMALL).await.ok();
        let first = app.export().await;
        let base = "/api/admin/v1";
        let body = json!({ "gracePeriod": { "unit": "day", "count": 3 }, "metadata": { "a": "b" } });
        app.patch(&format!("{base}/products/cad")).json(body).await.ok();
        let body = json!({ "leasePeriod": "unlimited", "maintenance": { "unit": "year", "count": 1 } });
        app.patch(&format!("{base}/offerings/CAD-PRO")).json(body).await.ok();
        assert_ne!(app.export().await, first);
        app.import(&first).await.ok();
        assert_eq!(app.export().await, first);
    }

    async fn cat_4_licenses_of_local_servers_go_along_without_the_product_that_everybody_has(app: TestApp) {
        let file = "[[plans]]\nname = \"For good\"\nlicenseType = \"perpetual\"\n\n[[offerings]]\nsku = \"LOCAL\"\n\
                    name = \"A local server\"\nproduct = \"local-server\"\nedition = \"standard\"\nplan = \"For good\"\nseats = 1\n";
        app.import(file).await.ok();
        let first = app.export().await;
        assert!(first.contains("sku = \"LOCAL\"") && !first.contains("[[products]]"), "{first}");
        let (_, other) = app.another_vendor("Umbrella", false).await;
        app.import(&first).key(&other).await.ok();
        assert_eq!(exported(&app.get(EXPORT).key(&other).await), first);
    }

    async fn cat_4_a_long_catalog_is_exported_whole(app: TestApp) {
        let plan = |n: usize| format!("[[plans]]\nname = \"Plan {n}\"\nlicenseType = \"perpetual\"\n");
        let file: String = (0..250).map(plan).collect();
        app.import(&file).await.ok();
        let text = app.export().await;
        let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("name = ")).collect();
        let expected: Vec<String> = (0..250).map(|n| format!("\"Plan {n}\"")).collect();
        assert_eq!(names, expected, "all of them, in the order of the file");
    }
}

#[tokio::test]
async fn cat_4_an_export_is_readable() {
    let app = TestApp::sqlite().await;
    app.import(SMALL).await.ok();
    let text = app.export().await;
    assert!(text.starts_with("# A catalog"), "{text}");
    insta::assert_snapshot!(text);
}
