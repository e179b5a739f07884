//! Tokens of the wrong kind at each call, and those of other servers and vendors (TOK-4, EXP-4).

use serde_json::{Value, json};

use super::site::{Site, bundle};
use crate::common::{MACHINE, TestApp, on_both_engines};
use crate::hosting::server::license;
use crate::management::shop::text;

/// Codes that say that a token is not what it must be.
const WRONG: [&str; 8] = [
    "token_malformed",
    "token_wrong_type",
    "token_wrong_recipient",
    "token_key_unknown",
    "token_signature_invalid",
    "token_wrong_product",
    "token_superseded",
    "already_activated",
];

/// A token of each kind that is carried between this server and its vendor.
async fn one_of_each(site: &Site) -> Vec<(&'static str, Value)> {
    let (response, _) = site.activate().await;
    let refresh = site.place.office().refresh(&response["activation"]["id"]).await.ok();
    let (sold, export) = site.exported("CAD-C", json!({})).await;
    site.import(&export).await.ok();
    let returned = site.delete(&sold.entitlement).await.ok();
    let (_, export) = site.exported("CAD-P", json!({})).await;
    let rebind = format!("/local-servers/{}/rebind", site.id);
    let rebind = site.place.shop.post(&rebind, json!({ "machine": MACHINE })).await.ok();
    let report = site.get("/report").await.ok();
    let other = site.place.device(3).await.ask(&license(&site.place.shop).await, "pc-1");
    vec![
        ("request", json!(other)),
        ("response", response["token"].clone()),
        ("refresh", refresh["token"].clone()),
        ("export", export),
        ("return", returned["token"].clone()),
        ("report", report["token"].clone()),
        ("rebind", rebind["token"].clone()),
        ("bundle", json!(bundle(&site.place).await)),
    ]
}

on_both_engines! {
    async fn api_2_each_token_of_the_wrong_kind_is_refused_everywhere(app: TestApp) {
        let site = Site::set_up(&app).await;
        let tokens = one_of_each(&site).await;
        let before = (site.get("/license/status").await.ok(), site.get("/entitlements").await.ok());
        for (path, right) in [
            ("/license/activate", "response"),
            ("/license/refresh", "refresh"),
            ("/entitlement/import", "export"),
            ("/rebind", "rebind"),
            ("/trust-bundle", "bundle"),
        ] {
            for (kind, token) in tokens.iter().filter(|(kind, _)| *kind != right) {
                let reply = site.post(path, json!({ "token": token })).await;
                let code = reply.json()["code"].clone();
                assert!(WRONG.contains(&code.as_str().unwrap_or_default()), "{kind} at {path}: {reply:?}");
                reply.problem(text(&code));
            }
        }
        let after = (site.get("/license/status").await.ok(), site.get("/entitlements").await.ok());
        assert_eq!(after, before, "a refusal changes nothing");
    }

    async fn exp_4_a_token_for_another_server_is_refused(app: TestApp) {
        let one = Site::activated(&app).await;
        app.clock.advance(1);
        let two = one.another(&app).await;
        two.activate().await;
        assert_ne!(one.id, two.id);
        let (_, token) = one.exported("CAD-C", json!({})).await;
        two.import(&token).await.problem("token_wrong_recipient");
        one.import(&token).await.ok();
    }

    async fn exp_4_a_token_of_another_vendor_is_refused(app: TestApp) {
        let site = Site::activated(&app).await;
        let (vendor, _) = app.another_vendor("Umbrella", true).await;
        let path = format!("/vendors/{}/.well-known/trust-bundle", vendor.id);
        let foreign = app.get(&path).anonymous().await.ok();
        let reply = site.post("/trust-bundle", foreign).await;
        let code = reply.json()["code"].clone();
        assert!(WRONG.contains(&text(&code)), "{reply:?}");
    }
}
