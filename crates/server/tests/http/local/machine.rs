//! The machine that a local server is bound to (EXP-10).

use serde_json::json;

use super::site::Site;
use crate::common::{MACHINE, TestApp, on_both_engines};
use crate::management::shop::text;

const OTHER: &str = "board:40:ffffffffffffffffffffffffffffffff";

on_both_engines! {
    async fn exp_10_the_machine_is_shown_and_a_moved_server_serves_nobody(app: TestApp) {
        let site = Site::activated(&app).await;
        let shown = site.get("/machine").await.ok();
        assert_eq!((&shown["same"], &shown["bound"]), (&json!(true), &shown["here"]));
        assert_ne!(shown["here"], "none");
        let moved = site.post("/move", json!({ "machine": OTHER })).await.ok();
        assert_eq!((&moved["status"], &moved["reason"]), (&json!("NotActive"), &json!("moved")));
        assert_eq!((&moved["machine"]["bound"], &moved["machine"]["same"]), (&json!(OTHER), &json!(false)));
        let refused = site.local.get("/api/v1/activation").anonymous().await;
        assert_eq!(refused.problem("local_server_not_active")["reason"], "moved");
    }

    async fn exp_10_what_is_no_machine_is_refused(app: TestApp) {
        let site = Site::activated(&app).await;
        for wrong in ["", "x", "board:40", "board:-1:00", "Board:40:000102030405060708090a0b0c0d0e0f"] {
            site.post("/move", json!({ "machine": wrong })).await.invalid("machine", "bad_format");
        }
        site.post("/move", json!({})).await.invalid("machine", "required");
        assert_eq!(site.get("/license/status").await.ok()["status"], "OfflineActivated");
    }

    async fn exp_10_a_rebind_token_of_the_vendor_binds_it_here(app: TestApp) {
        let site = Site::activated(&app).await;
        let here = text(&site.get("/machine").await.ok()["here"]).to_owned();
        site.post("/move", json!({ "machine": OTHER })).await.ok();
        let rebind = format!("/local-servers/{}/rebind", site.id);
        let elsewhere = site.place.shop.post(&rebind, json!({ "machine": OTHER.replace('f', "e") })).await.ok();
        let refused = site.post("/rebind", json!({ "token": elsewhere["token"] })).await;
        assert!(refused.status.is_client_error(), "{refused:?}");
        let token = site.place.shop.post(&rebind, json!({ "machine": here })).await.ok();
        let back = site.post("/rebind", json!({ "token": token["token"] })).await.ok();
        assert_eq!((&back["status"], &back["machine"]["same"]), (&json!("OfflineActivated"), &json!(true)));
    }
}

#[test]
fn exp_10_the_machine_of_these_tests_is_one() {
    assert!(MACHINE.parse::<chancery_domain::MachineIdentity>().is_ok());
}
