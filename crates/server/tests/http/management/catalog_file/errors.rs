//! What is wrong in a file: all of it at once, with lines, and nothing changed.

use serde_json::Value;

use super::SMALL;
use crate::common::{TestApp, on_both_engines};

/// The errors that a file announces itself, in comments such as `#! unknown_field products[0].nam`: line, code, path.
fn announced(file: &str) -> Vec<(u64, String, String)> {
    let mut all = Vec::new();
    for (line, text) in (1..).zip(file.lines()) {
        for error in text.split("#! ").skip(1) {
            let (code, path) = error.trim().split_once(' ').unwrap();
            all.push((line, code.to_owned(), path.to_owned()));
        }
    }
    all.sort_by(|one, other| (one.0, &one.2).cmp(&(other.0, &other.2)));
    all
}

fn told(problem: &Value) -> Vec<(u64, String, String)> {
    let each = |error: &Value| {
        assert!(error["detail"].as_str().unwrap().len() > 5, "{error}");
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        (error["line"].as_u64().unwrap_or_else(|| panic!("no line: {error}")), text("code"), text("path"))
    };
    problem["errors"].as_array().unwrap().iter().map(each).collect()
}

async fn refuses(app: &TestApp, file: &str) {
    let expected = announced(file);
    assert!(!expected.is_empty());
    let before = (app.export().await, app.audited().await);
    for call in [app.import(file), app.dry_run(file)] {
        let problem = call.await.problem("validation_failed");
        assert_eq!(told(&problem), expected, "{problem:#}");
    }
    assert_eq!((app.export().await, app.audited().await), before, "nothing was changed");
}

const TEN: &str = r#"
[[products]]
key = "cam"
nam = "CAM"                       #! unknown_field products[0].nam
name = 7                          #! bad_format products[0].name
leasePeriod = "7 fortnights"      #! bad_format products[0].leasePeriod

[[products.features]]
key = "tools"
type = "elementPool"
value = -1                        #! out_of_range products[0].features[0].value

[[products.features]]
key = "tools"                     #! duplicate products[0].features[1].key
type = "bool"
value = true

[[products.features]]             #! required products[0].features[2].type
key = "paths"
value = 3

[[products.editions]]
key = "basic"
name = "Basic"
features = { tools = true }       #! bad_format products[0].editions[0].features.tools

[[plans]]
name = "Weekly"
licenseType = "lifelong"          #! bad_format plans[0].licenseType

[[offerings]]
sku = "CAM-1"
name = "CAM"
product = "cam"
edition = "premium"               #! unknown offerings[0].edition
plan = "Daily"                    #! unknown offerings[0].plan
seats = 1
"#;

on_both_engines! {
    async fn cat_4_ten_errors_are_told_at_once_with_their_lines(app: TestApp) {
        assert_eq!(announced(TEN).len(), 10);
        refuses(&app, TEN).await;
        app.import(SMALL).await.ok();
        refuses(&app, TEN).await;
    }

    async fn cat_4_a_feature_s_type_stays(app: TestApp) {
        app.import(SMALL).await.ok();
        let file = r#"
[[products]]
key = "cad"
[[products.features]]
key = "export"
type = "usageCount"   #! not_allowed products[0].features[0].type
[[products.attributes]]
key = "parts"
type = "string"       #! not_allowed products[0].attributes[0].type
"#;
        refuses(&app, file).await;
        let problem = app.import(file).await.problem("validation_failed");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("is of type elementPool, and stays so"), "{problem}");
    }

    async fn cat_4_dangling_references_are_found_in_file_and_catalog(app: TestApp) {
        app.import(SMALL).await.ok();
        refuses(&app, r#"
[[products]]
key = "cad"
featureValues = { none = true, export = 7 }   #! unknown products[0].featureValues.none #! not_allowed products[0].featureValues.export
[[products.editions]]
key = "lite"
name = "Lite"
features = { nothing = 1 }     #! unknown products[0].editions[0].features.nothing
features.beta = 3              #! unknown products[0].editions[0].features.beta
attributes = { nowhere = "x" } #! unknown products[0].editions[0].attributes.nowhere
[[offerings]]
sku = "A"
name = "A"
product = "cam"   #! unknown offerings[0].product
edition = "pro"
plan = "Yearly"
seats = 1
[[offerings]]
sku = "CAD-PRO"
edition = "max"   #! unknown offerings[1].edition
plan = "Hourly"   #! unknown offerings[1].plan
"#.replace("features = { nothing = 1 }     #!", "features.nothing = 1  #!").as_str()).await;
    }

    async fn cat_4_an_offering_stays_with_its_product(app: TestApp) {
        app.import(SMALL).await.ok();
        refuses(&app, r#"
[[products]]
key = "cam"
name = "CAM"
[[products.editions]]
key = "pro"
name = "Pro"
[[offerings]]
sku = "CAD-PRO"
product = "cam"   #! not_allowed offerings[0].product
"#).await;
    }

    async fn cat_2_keys_are_given_once(app: TestApp) {
        app.import(SMALL).await.ok();
        refuses(&app, r#"
[[features]]
key = "export"    #! duplicate features[0].key
type = "bool"
value = true
[[products]]
key = "cad"
[[products.features]]
key = "sso"       #! duplicate products[0].features[0].key
type = "bool"
value = true
[[products.features]]
key = "beta"      #! duplicate products[0].features[1].key
type = "bool"
value = true
[[products.editions]]
key = "pro"
[[products.editions]]
key = "pro"       #! duplicate products[0].editions[1].key
[[products]]
key = "cad"       #! duplicate products[1].key
[[plans]]
name = "Yearly"
[[plans]]
name = "Yearly"   #! duplicate plans[1].name
[[offerings]]
sku = "CAD-PRO"
[[offerings]]
sku = "CAD-PRO"   #! duplicate offerings[1].sku
[[offerings]]
sku = "off_01m4jx7gd1eb9bvwgxq8w7mmp3"   #! not_allowed offerings[2].sku
product = "cad"
edition = "pro"
plan = "Yearly"
name = "x"
seats = 1
"#).await;
    }
}

#[tokio::test]
async fn cat_4_members_that_do_not_go_together_are_refused() {
    let app = TestApp::sqlite().await;
    refuses(
        &app,
        r#"
[[features]]
key = "a"
type = "bool"
value = 3              #! bad_format features[0].value
overdraft = 2          #! not_allowed features[0].overdraft
usageReset = "monthly" #! not_allowed features[0].usageReset
[[attributes]]
key = "n"
type = "number"
value = 2026-01-01     #! bad_format attributes[0].value
[[attributes]]
key = "s"
type = "string"
value = 5              #! bad_format attributes[1].value
[[attributes]]
key = "d"
type = "date"
value = "2026-02-30"   #! bad_format attributes[2].value
[[products]]
key = "p"
name = "P"
deviceKeys = "never"   #! bad_format products[0].deviceKeys
[[plans]]              #! required plans[0].duration
name = "S"
licenseType = "subscription"
[[plans]]
name = "P"
licenseType = "perpetual"
duration = "1 year"    #! not_allowed plans[1].duration
"#,
    )
    .await;
}

#[tokio::test]
async fn cat_4_what_has_no_name_is_judged_all_the_same() {
    let app = TestApp::sqlite().await;
    refuses(
        &app,
        r#"
[[products]]                 #! required products[0].key
name = "CAD"
[[products.features]]        #! required products[0].features[0].key #! required products[0].features[0].type
value = 1
[[products.editions]]        #! required products[0].editions[0].key #! required products[0].editions[0].name
features = { x = 1.5 }       #! bad_format products[0].editions[0].features.x
[[plans]]                    #! required plans[0].licenseType #! required plans[0].name
[[offerings]]                #! required offerings[0].seats
sku = "A"
name = "A"
product = "perhaps-the-one-above"
edition = "x"
plan = "Perhaps"
"#,
    )
    .await;
}

#[tokio::test]
async fn cat_4_wrong_kinds_of_sections_are_refused() {
    let app = TestApp::sqlite().await;
    refuses(&app, r#"
plans = "Yearly"             #! bad_format plans
offerings = [1, {sku = "A", name = "A", product = "p", edition = "e", plan = "y", seats = 1}]   #! bad_format offerings[0]
version = 2                  #! unknown_field version
[products]                   #! bad_format products
key = "cad"
"#.replace("[1, {sku = \"A\", name = \"A\", product = \"p\", edition = \"e\", plan = \"y\", seats = 1}]", "[1]").as_str()).await;
    refuses(&app, r#"
[[products]]
key = "cad"
name = "CAD"
features = "all"             #! bad_format products[0].features
metadata = { a = 1 }         #! bad_format products[0].metadata
featureValues = 5            #! bad_format products[0].featureValues
gracePeriod = { unit = "day", count = 7 }   #! bad_format products[0].gracePeriod
leasePeriod = "0 days"       #! out_of_range products[0].leasePeriod
licenseeAutoCreate = "no"    #! bad_format products[0].licenseeAutoCreate
[[offerings]]                #! required offerings[0].edition #! required offerings[0].name #! required offerings[0].plan #! required offerings[0].product
sku = "A"
seats = 9007199254740992     #! out_of_range offerings[0].seats
overdraft = "some"           #! bad_format offerings[0].overdraft
maintenance = "none"         #! bad_format offerings[0].maintenance
automatic = 1                #! bad_format offerings[0].automatic
"#).await;
}

#[tokio::test]
async fn cat_4_errors_of_syntax_have_lines_and_do_not_hide_the_others() {
    let app = TestApp::sqlite().await;
    refuses(&app, "[[products]]\nkey = \"cad\"\nname = CAD #! bad_format line 3\ncolour = 1 #! unknown_field products[0].colour\n").await;
    refuses(&app, "[[products]]\nkey = \"cad\"\nkey = \"cam\" #! duplicate line 3\nname = \"CAD\"\n").await;
    refuses(
        &app,
        "[[products]]\nkey = \"cad\"\nname = \"CAD\"\nmetadata.a = \"b\nx = 1 #! unknown_field products[0].x\n"
            .replace("\"b\n", "\"b #! bad_format line 4\n")
            .as_str(),
    )
    .await;
    for file in [
        "key",
        "= 1",
        "[[products]",
        "a = [1, 2",
        "a = {b = 1",
        "\u{feff}\u{feff}a = 1",
        "a = 1 b = 2",
        "[a]\n[a]",
        "a.b.c = 1\na.b = 2",
    ] {
        let problem = app.import(file).await.problem("validation_failed");
        assert!(problem["errors"].as_array().unwrap().iter().all(|error| error["line"].is_u64()), "{problem}");
    }
}

#[tokio::test]
async fn cat_4_a_file_of_errors_is_answered_shortly() {
    let app = TestApp::sqlite().await;
    let file = "[[plans]]\n".repeat(3_000);
    let problem = app.import(&file).await.problem("validation_failed");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1_000);
    assert_eq!(problem["moreErrors"], 5_000);
    for deep in
        ["a.".repeat(500_000), "[".repeat(500_000), format!("a = {}", "[".repeat(500_000)), "a={a=".repeat(200_000)]
    {
        app.import(&deep).await.problem("validation_failed");
    }
}
