//! The page of a local server, `/` (LLS-6), and that no other page gets at what it can do (LLS-5).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chancery_server::openapi_documents;
use serde_json::{Value, json};

use super::site::Site;
use crate::common::{Call, Reply, TestApp};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// As a browser asks that remembers this password of `admin`.
fn browse(site: &Site, path: &str, key: Option<&str>) -> Call {
    let call = site.local.get(path).anonymous().header("host", "localhost:7012").header("accept", BROWSER);
    match key {
        Some(key) => call.header("authorization", &remembered(key)),
        None => call,
    }
}

fn remembered(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("admin:{key}")))
}

/// The addresses in a text that stand after this and before a quotation mark.
fn quoted<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[track_caller]
fn assert_strict(reply: &Reply) {
    let policy = reply.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"),
        "{policy}"
    );
    for part in ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("x-frame-options"), "DENY");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn lls_6_the_page_asks_a_browser_for_the_admin_key() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    let vendors = site.place.shop.key.clone();
    for key in [None, Some("apik_x_y"), Some(""), Some(vendors.as_str())] {
        let asked = browse(&site, "/", key).await;
        assert_eq!(asked.status, 401, "{asked:?}");
        assert!(asked.header("www-authenticate").starts_with("Basic realm="), "{asked:?}");
        assert_eq!(asked.header("content-type"), "text/html; charset=utf-8");
        assert!(asked.text.contains("admin key") && !asked.text.contains("srv_"), "{asked:?}");
        assert_strict(&asked);
    }
    let page = browse(&site, "/", Some(&site.local.admin)).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_strict(&page);
    // What calls by JSON gets no question that a browser asks its user.
    let fetched = browse(&site, "/api/lls/license/status", None).await;
    fetched.problem("credential_missing");
    assert_eq!(fetched.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn net_2_the_root_still_tells_programs_what_this_is() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    let call = || site.local.get("/").anonymous().header("host", "localhost");
    assert_eq!(call().await.ok()["role"], "local-server");
    assert_eq!(call().header("accept", "*/*").header("authorization", "Basic x").await.ok()["role"], "local-server");
}

#[tokio::test]
async fn lls_6_the_page_is_whole_and_nothing_of_it_comes_from_elsewhere() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    let page = browse(&site, "/", Some(&site.local.admin)).await.text;
    let mut files: Vec<String> = quoted(&page, "=\"/page/").into_iter().map(ToOwned::to_owned).collect();
    assert!(files.len() >= 3, "{files:?}");
    let mut seen = 0;
    while let Some(file) = files.get(seen).cloned() {
        seen += 1;
        let reply = browse(&site, &format!("/page/{file}"), None).await;
        assert_eq!(reply.status, 200, "{file}");
        assert_strict(&reply);
        let kind = reply.header("content-type").to_owned();
        assert!(!kind.starts_with("text/html") && !reply.text.is_empty(), "{file} {kind}");
        if !file.ends_with(".js") {
            continue;
        }
        assert_eq!(kind, "text/javascript; charset=utf-8");
        let imported = quoted(&reply.text, "from \"./").into_iter().map(ToOwned::to_owned);
        files.extend(imported.filter(|name| !files.contains(name)).collect::<Vec<_>>());
        for wrong in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "import("] {
            assert!(!reply.text.contains(wrong), "{file} has {wrong}");
        }
        // The name of a language, which nobody loads.
        let text = reply.text.replace("\"http://www.w3.org/2000/svg\"", "");
        assert!(!text.contains("://"), "{file}");
    }
    assert!(files.len() >= 10, "{files:?}");
    for wrong in ["<style", " style=", " onclick=", " onload=", "javascript:", "//cdn"] {
        assert!(!page.contains(wrong), "{wrong}");
    }
    assert_eq!(page.matches("<script").count(), page.matches("<script type=\"module\" src=\"/page/").count());
    for none in ["/page/", "/page/other.js", "/page/..%2fmod.rs", "/page/page.html"] {
        browse(&site, none, Some(&site.local.admin)).await.problem("not_found");
    }
}

/// What the page's scripts call is there.
#[tokio::test]
async fn lls_6_the_page_calls_what_the_api_has() {
    let app = TestApp::sqlite().await;
    let site = Site::set_up(&app).await;
    let (_, document) = openapi_documents().into_iter().find(|(file, _)| *file == "local.json").unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut calls = 0;
    for file in ["main.js", "api.js", "license.js", "entitlements.js"] {
        let script = browse(&site, &format!("/page/{file}"), None).await.text;
        for (begin, method) in
            [("post(\"", "post"), ("get(\"", "get"), ("json(\"POST\", \"", "post"), ("send(\"POST\", \"", "post")]
        {
            for path in quoted(&script, begin).into_iter().filter(|path| path.starts_with('/')) {
                let path = format!("/api/lls{}", path.split('?').next().unwrap());
                assert!(document["paths"][&path][method].is_object(), "{file}: {method} {path}");
                calls += 1;
            }
        }
    }
    assert!(calls >= 12, "{calls}");
}

#[tokio::test]
async fn lls_5_no_other_sites_page_uses_the_key_that_a_browser_remembers() {
    let app = TestApp::sqlite().await;
    let site = Site::activated(&app).await;
    let sold = site.hosted("CAD-C", json!({})).await;
    let key = remembered(&site.local.admin);
    let changes =
        [("POST", "/license/deactivate"), ("DELETE", sold.entitlement.as_str()), ("POST", "/confirm-restore")];
    for (method, path) in changes {
        let call = || site.call(method, path).header("authorization", &key);
        for origin in ["https://evil.example", "http://localhost:3000", "http://localhost", "null"] {
            call().header("origin", origin).await.problem("origin_not_allowed");
        }
        for fetched in ["cross-site", "same-site"] {
            let call = || call().header("sec-fetch-site", fetched);
            call().header("sec-fetch-mode", "no-cors").await.problem("origin_not_allowed");
            call()
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-dest", "document")
                .await
                .problem("origin_not_allowed");
        }
        // A form of a browser that says nothing of whose it is.
        call().body("application/x-www-form-urlencoded", "").await.problem("origin_not_allowed");
        call().body("text/plain", "{}").await.problem("origin_not_allowed");
    }
    let status = site.get("/license/status").await.ok();
    assert_eq!(status["status"], "OfflineActivated");
    assert_eq!(site.get("/entitlements").await.ok()["items"].as_array().unwrap().len(), 1);

    // Nothing that is read is told to another site, in a frame or by itself; a link leads to the page alone.
    let linked = |path: &str, dest: &str| {
        let call = browse(&site, path, Some(&site.local.admin)).header("sec-fetch-site", "cross-site");
        call.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", dest)
    };
    assert_eq!(linked("/", "document").await.status, 200);
    linked("/", "iframe").await.problem("origin_not_allowed");
    linked("/api/lls/report", "document").await.problem("origin_not_allowed");

    // The page itself, and a program by the same key.
    let own = site.call("DELETE", &format!("{}?dryRun=true", sold.entitlement)).header("authorization", &key);
    own.header("origin", "http://localhost:7012").header("sec-fetch-site", "same-origin").await.ok();
    let program = site.post("/license/deactivate", json!({})).header("authorization", &key);
    program.await.ok();
}
