//! The OpenAPI documents: complete and served (API-5).

use std::collections::BTreeSet;

use chancery_server::openapi_documents;
use serde_json::Value;

use crate::common::TestApp;
use crate::local::site::Site;

fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

#[tokio::test]
async fn api_5_the_documents_are_served_as_they_are_checked_in() {
    let app = TestApp::sqlite().await;
    let local = Site::set_up(&app).await.local;
    for (file, text) in openapi_documents() {
        let server = if file == "local.json" { &local } else { &app };
        let served = server.get(&format!("/openapi/{file}")).header("host", "localhost").anonymous().await;
        assert!(served.text == text, "{file}");
        assert_eq!(served.json()["openapi"], "3.1.0");
    }
}

#[test]
fn api_5_every_operation_has_a_name_of_its_own_and_says_what_it_does() {
    let mut all = BTreeSet::new();
    for (_, text) in openapi_documents() {
        let document: Value = serde_json::from_str(&text).unwrap();
        let mut names = BTreeSet::new();
        for (place, operation) in operations(&document) {
            let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{place} has no operationId"));
            assert!(names.insert(name.to_owned()), "{name} stands there twice");
            assert!(operation["summary"].as_str().is_some_and(|summary| summary.ends_with('.')), "{place}");
            assert!(operation["tags"].is_array(), "{place}");
        }
        all.append(&mut names);
    }
    assert!(all.contains("createProduct"));
}

#[test]
fn api_2_every_operation_documents_its_problems() {
    for (_, text) in openapi_documents() {
        let document: Value = serde_json::from_str(&text).unwrap();
        for (place, operation) in operations(&document) {
            let responses = operation["responses"].as_object().unwrap();
            for status in ["400", "429", "500", "503"] {
                assert!(responses.contains_key(status), "{place} lacks {status}");
            }
            for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{place} {status}");
                for code in response["description"].as_str().unwrap().split(", ") {
                    let known = chancery_api_types::Code::from_name(code);
                    let documented = known.and_then(chancery_api_types::Code::status).map(|code| code.to_string());
                    assert_eq!(documented.as_deref(), Some(status.as_str()), "{place}: {code}");
                }
            }
        }
    }
}

#[test]
fn tok_10_calls_that_turn_the_nonce_take_a_proof_of_the_device_s_key() {
    let (_, text) = openapi_documents().into_iter().find(|(file, _)| *file == "licensing.json").unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    for (place, operation) in operations(&document) {
        let takes = |name: &str| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.into_iter().any(|parameter| parameter["name"] == name)
        };
        assert_eq!(takes("DPoP"), takes("Chancery-Nonce"), "{place}");
        let says = |status: &str, code: &str| operation["responses"][status]["description"].to_string().contains(code);
        assert_eq!(
            takes("DPoP"),
            says("422", "token_wrong_recipient") && !says("422", "token_wrong_product"),
            "{place}"
        );
    }
}

#[test]
fn api_5_every_reference_leads_somewhere() {
    for (file, text) in openapi_documents() {
        let document: Value = serde_json::from_str(&text).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let references = text.split("\"$ref\": \"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let names = references.map(|reference| reference.strip_prefix("#/components/schemas/").unwrap());
        let lost: BTreeSet<&str> = names.filter(|name| !schemas.contains_key(*name)).collect();
        assert!(lost.is_empty(), "{file}: {lost:?}");
    }
}
