//! Bodies that are no catalog file.

use super::{EXPORT, IMPORT, SMALL};
use crate::common::{TestApp, on_both_engines};

on_both_engines! {
    async fn cat_4_null_characters_never_reach_the_database(app: TestApp) {
        let before = app.export().await;
        app.import("[[products]]\nkey = \"a\0b\"\n").await.invalid("", "bad_format");
        let escaped = "[[products]]\nkey = \"cad\"\nname = \"CAD\"\nmetadata = { note = \"a\\u0000b\" }\n";
        app.import(escaped).await.invalid("products[0].metadata", "bad_format");
        let key = "[[products]]\nkey = \"cad\"\nname = \"CAD\"\nmetadata = { \"a\\u0000b\" = \"x\" }\n";
        app.import(key).await.invalid("products[0].metadata", "bad_format");
        let name = "[[plans]]\nname = \"a\\u0000b\"\nlicenseType = \"perpetual\"\n";
        app.import(name).await.invalid("plans[0].name", "bad_format");
        assert_eq!(app.export().await, before);
    }
}

#[tokio::test]
async fn cat_4_a_file_is_text_of_at_most_16_mib() {
    let app = TestApp::sqlite().await;
    let long = |mib: usize| format!("#{}", "x".repeat(mib << 20));
    app.import(&long(17)).await.problem("body_too_large");
    app.import(&long(15)).await.ok();
    let latin = app.post(IMPORT).body("application/toml", b"# caf\xe9\n".to_vec());
    latin.await.problem("malformed_request");
}

#[tokio::test]
async fn cat_4_another_media_type_is_unsupported() {
    let app = TestApp::sqlite().await;
    for kind in ["application/json", "application/x-toml", "multipart/form-data", "toml"] {
        app.post(IMPORT).body(kind, SMALL).await.problem("media_type_unsupported");
    }
    app.post(IMPORT).body("Application/TOML; charset=utf-8", SMALL).await.ok();
}

#[tokio::test]
async fn cat_4_unknown_parameters_are_refused() {
    let app = TestApp::sqlite().await;
    let call = |query: &str| app.post(&format!("{IMPORT}?{query}")).body("application/toml", SMALL);
    call("dryrun=true").await.invalid("dryrun", "unknown_field");
    call("dryRun=maybe").await.invalid("dryRun", "bad_format");
    app.get(&format!("{EXPORT}?format=json")).await.problem("validation_failed");
    assert!(!app.export().await.contains("[["), "nothing was imported");
}

#[tokio::test]
async fn cat_4_a_reader_may_export_and_not_import() {
    let app = TestApp::sqlite().await;
    let reader = app.key_for(&["catalog:read"]).await;
    app.import(SMALL).key(&reader).await.problem("not_permitted");
    app.dry_run(SMALL).key(&reader).await.problem("not_permitted");
    assert_eq!(app.get(EXPORT).key(&reader).await.status, 200);
    let other = app.key_for(&["orders:write"]).await;
    app.get(EXPORT).key(&other).await.problem("not_permitted");
}
