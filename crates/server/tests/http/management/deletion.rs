//! Deleting, restoring and purging over HTTP (ENT-10).

use serde_json::{Value, json};

use super::shop::{Seat, Shop, Sold, text};
use crate::common::{TestApp, on_both_engines};

/// The paths of what was sold, from the smallest to the largest.
fn paths(sold: &Sold) -> [(String, &'static str); 3] {
    let order = format!("/orders/{}", text(&sold.order["id"]));
    let customer = format!("/customers/{}", text(&sold.order["customerId"]));
    [(sold.entitlement.clone(), "/entitlements"), (order, "/orders"), (customer, "/customers")]
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

on_both_engines! {
    async fn ent_10_what_is_deleted_is_hidden_shown_by_its_id_and_restored(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        for (path, list) in paths(&sold) {
            let before = shop.get(&path).await.ok();
            assert_eq!((&before["deleted"], &before["purgeAt"]), (&Value::Null, &Value::Null));
            app.clock.advance(60);
            shop.delete(&path).await.done();
            shop.delete(&path).await.done();
            let deleted = shop.get(&path).await.ok();
            assert!(text(&deleted["deleted"]) < text(&deleted["purgeAt"]), "{deleted}");
            assert_eq!(shop.items(list).await, [] as [Value; 0], "{list}");
            assert_eq!(shop.items(&format!("{list}?deleted=true")).await.len(), 1, "{list}");
            let refused = if list == "/customers" { "customer_disabled" } else { "entitlement_disabled" };
            shop.activate(&sold.code, "pc-1").await.problem(refused);
            let restored = shop.call("POST", &format!("{path}/restore")).await.ok();
            assert_eq!((&restored["deleted"], &restored["status"]), (&Value::Null, &before["status"]));
            assert_eq!(shop.items(list).await.len(), 1, "{list}");
            assert_eq!(shop.items(&format!("{list}?deleted=true")).await.len(), 0, "{list}");
            shop.call("POST", &format!("{path}/restore")).await.ok();
        }
        shop.activate(&sold.code, "pc-1").await.created();
    }

    async fn ent_10_what_is_below_something_deleted_says_with_what(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let [(entitlement, _), (order, _), (customer, _)] = paths(&sold);
        shop.delete(&customer).await.done();
        for (path, list) in [(&order, "/orders"), (&entitlement, "/entitlements")] {
            let shown = shop.get(path).await.ok();
            assert_eq!(shown["deletedWith"], id(&customer), "{shown}");
            assert_ne!(shown["deleted"], Value::Null);
            assert_eq!(shop.items(list).await.len(), 0);
        }
        let refused = shop.call("POST", &format!("{entitlement}/renew")).await;
        let problem = refused.problem("deleted");
        assert_eq!((&problem["deletedWith"], problem["purgeAt"].is_string()), (&json!(id(&customer)), true));
        shop.patch(&order, json!({ "metadata": {} })).await.problem("deleted");
        shop.post(&format!("{customer}/disable"), json!({})).await.problem("deleted");
        let order = json!({ "customerId": id(&customer), "items": [{ "sku": "CAD-C" }] });
        shop.post("/orders", order).await.invalid("customerId", "unknown");
        // Its ref stays taken, so that it can be restored.
        let same = json!({ "name": "Initech", "ref": "CRM-1001" });
        assert_eq!(shop.post("/customers", same).await.problem("already_exists")["field"], "ref");
        shop.call("POST", &format!("{customer}/restore")).await.ok();
        assert_eq!(shop.get(&entitlement).await.ok()["deletedWith"], Value::Null);
    }

    async fn ent_10_purging_at_once_needs_the_id_again_and_an_administrator(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let mut seat = Seat::take(&shop, &sold.code, "pc-1").await;
        let [(entitlement, _), (order, _), (customer, _)] = paths(&sold);
        for wrong in ["", "yes", id(&order), "CRM-1001"] {
            shop.delete(&format!("{customer}?purge={wrong}")).await.invalid("purge", "bad_format");
        }
        shop.delete(&format!("/customers/CRM-1001?purge={}", id(&customer))).await.invalid("purge", "bad_format");
        let scopes = ["customers:write", "orders:write", "entitlements:write"];
        let clerk = shop.make("/api-keys", json!({ "name": "clerk", "scopes": scopes })).await;
        for path in [&entitlement, &order, &customer] {
            let denied = shop.delete(&format!("{path}?purge={}", id(path))).key(text(&clerk["key"])).await;
            assert_eq!(denied.problem("not_permitted")["needed"], "admin");
        }
        let purge = format!("{customer}?purge={}", id(&customer));
        let dry = shop.delete(&format!("{purge}&dryRun=true")).await.ok();
        assert_eq!(dry["leaving"][0]["seatId"], "pc-1", "{dry}");
        shop.delete(&purge).once("purge").await.done();
        shop.delete(&purge).once("purge").await.done();
        for path in [&entitlement, &order, &customer] {
            shop.get(path).await.problem("not_found");
            shop.call("POST", &format!("{path}/restore")).await.problem("not_found");
        }
        shop.activate(&sold.code, "pc-1").await.problem("activation_code_unknown");
        seat.post("/refresh", json!({})).await.problem("access_token_invalid");
        shop.make("/customers", json!({ "name": "Initech", "ref": "CRM-1001" })).await;
    }

    async fn ent_10_aud_1_after_a_purge_the_audit_is_whole_and_tells_of_nobody(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        Seat::take(&shop, &sold.code, "pc-of-alice").await;
        let [(entitlement, _), _, (customer, _)] = paths(&sold);
        shop.patch(&entitlement, json!({ "notes": "for Alice" })).await.ok();
        shop.patch(&customer, json!({ "notes": "ask for Alice" })).await.ok();
        let before = shop.items("/audit?limit=100").await;
        shop.delete(&format!("{customer}?purge={}", id(&customer))).await.done();
        let after = shop.items("/audit?limit=100").await;
        let told = Value::from(after.clone()).to_string();
        for gone in ["Alice", "alice", "Initech", "CRM-1001"] {
            assert!(!told.contains(gone), "{gone} in {told}");
        }
        let what = |rows: &[Value]| rows.iter().map(|row| row["action"].clone()).collect::<Vec<_>>();
        assert_eq!(what(&before), what(&after)[..before.len()]);
        assert!(what(&after)[before.len()..].iter().all(|action| action == "customer.purge"));
    }

    async fn ent_10_nothing_is_restored_once_its_time_is_over(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-P").await;
        let [(entitlement, _), ..] = paths(&sold);
        shop.delete(&entitlement).await.done();
        let purge_at = text(&shop.get(&entitlement).await.ok()["purgeAt"]).to_owned();
        shop.move_clock(&purge_at).await;
        let late = shop.call("POST", &format!("{entitlement}/restore")).await;
        assert_eq!(late.problem("not_restorable")["purgeAt"], purge_at);
    }

    async fn man_3_a_dry_run_of_a_deletion_deletes_nothing(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        Seat::take(&shop, &sold.code, "pc-1").await;
        for (path, _) in paths(&sold) {
            let dry = shop.delete(&format!("{path}?dryRun=true")).await.ok();
            assert_eq!((&dry["dryRun"], &dry["leavingCount"]), (&json!(true), &json!(1)), "{dry}");
            assert_eq!(shop.get(&path).await.ok()["deleted"], Value::Null);
        }
        shop.activate(&sold.code, "pc-2").await.created();
    }
}
