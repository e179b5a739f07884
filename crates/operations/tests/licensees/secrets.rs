//! The licensee secret in calls: SEC-1, SEC-2, SEC-3, SEC-4.

use std::sync::Arc;

use chancery_domain::{Entitlement, Interval, Refusal, SecretMode, Selector};
use chancery_operations::LogFilter;
use chancery_operations::activation::log;
use chancery_operations::licensee::{reset_secret, set_secret};

use crate::on_both_engines;
use crate::shop::{Shop, nonce_of, refusal, secret};

on_both_engines! {
    sec_1_disabled_ignores_what_is_brought_and_keeps_what_is_stored,
    sec_1_predefined_asks_every_validating_call,
    sec_1_a_refused_call_changes_nothing_but_its_denial_is_recorded,
    sec_1_a_refused_refresh_turns_no_nonce,
    sec_2_the_first_secret_is_stored_by_whichever_call_brings_it,
    sec_2_of_many_first_calls_on_several_orders_and_servers_one_secret_wins,
    sec_2_nothing_is_stored_by_a_call_that_is_refused_for_another_reason,
    sec_2_a_first_call_and_the_vendor_at_once,
    sec_3_nothing_of_a_secret_is_in_the_audit_or_the_log,
    sec_4_a_reset_is_recorded_and_leases_run_out,
}

async fn set(shop: &Shop, text: &str) {
    let id = shop.licensees().await[0].id;
    set_secret(shop.system(0), &shop.admin(), id.into(), secret(text)).await.unwrap();
}

async fn sec_1_disabled_ignores_what_is_brought_and_keeps_what_is_stored(shop: Arc<Shop>) {
    let (_, code) = shop.sell("c", &["CAD"]).await;
    set(&shop, "right").await;
    shop.activate(&code, "a", Some("wrong")).await.unwrap();
    shop.activate(&code, "a", None).await.unwrap();
    assert!(shop.validate(&code, Some("wrong")).await.unwrap().refusal.is_none());
    shop.set_mode(SecretMode::Predefined).await;
    assert_eq!(refusal(shop.activate(&code, "a", Some("wrong")).await), Refusal::LicenseeSecretMismatch);
    shop.activate(&code, "a", Some("right")).await.unwrap();
}

async fn sec_1_predefined_asks_every_validating_call(shop: Arc<Shop>) {
    let (_, code) = shop.sell("c", &["CAD"]).await;
    shop.set_mode(SecretMode::Predefined).await;
    for brought in [None, Some("s3cret")] {
        assert_eq!(refusal(shop.activate(&code, "a", brought).await), Refusal::LicenseeSecretNotSet);
        let answer = shop.validate(&code, brought).await.unwrap();
        assert_eq!(answer.refusal, Some(Refusal::LicenseeSecretNotSet));
        assert!(answer.entitlement.is_none() && answer.verdict.is_none(), "who does not know it learns nothing");
    }
    set(&shop, "s3cret").await;
    assert_eq!(refusal(shop.activate(&code, "a", None).await), Refusal::LicenseeSecretRequired);
    assert_eq!(refusal(shop.activate(&code, "a", Some("S3cret")).await), Refusal::LicenseeSecretMismatch);
    assert_eq!(shop.validate(&code, None).await.unwrap().refusal, Some(Refusal::LicenseeSecretRequired));
    assert_eq!(shop.validate(&code, Some("s3cre")).await.unwrap().refusal, Some(Refusal::LicenseeSecretMismatch));
    let held = shop.activate(&code, "a", Some("s3cret")).await.unwrap();
    assert!(shop.validate(&code, Some("s3cret")).await.unwrap().verdict.is_some());
    assert_eq!(refusal(shop.refresh(&held, &held.nonce, "k1", None).await), Refusal::LicenseeSecretRequired);
    assert_eq!(refusal(shop.refresh(&held, &held.nonce, "k2", Some("x")).await), Refusal::LicenseeSecretMismatch);
    shop.refresh(&held, &held.nonce, "k3", Some("s3cret")).await.unwrap();
}

async fn sec_1_a_refused_call_changes_nothing_but_its_denial_is_recorded(shop: Arc<Shop>) {
    let (sold, code) = shop.sell("c", &["CAD"]).await;
    shop.set_mode(SecretMode::Predefined).await;
    set(&shop, "right").await;
    let before = shop.audit().await.len();
    refusal(shop.activate(&code, "a", Some("wrong")).await);
    assert_eq!(shop.seats().await, 0);
    let entitlement = &sold.entitlements[0];
    let now = chancery_operations::entitlement::find(shop.system(0), &shop.admin(), entitlement.id).await.unwrap();
    assert_eq!(now.entitlement, Entitlement { secret_mode: SecretMode::Predefined, ..entitlement.clone() });
    let after = shop.audit().await;
    assert_eq!(after.len(), before + 1);
    assert!(after.iter().any(|entry| entry.action == "activation.deny"));
    let page = chancery_operations::PageRequest::default();
    let log = log(shop.system(0), &shop.admin(), entitlement.id, LogFilter::default(), page).await.unwrap().items;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].note.code.as_deref(), Some("licensee_secret_mismatch"));
}

async fn sec_1_a_refused_refresh_turns_no_nonce(shop: Arc<Shop>) {
    let (_, code) = shop.sell("c", &["CAD"]).await;
    shop.set_mode(SecretMode::Client).await;
    let held = shop.activate(&code, "a", Some("right")).await.unwrap();
    // A thief has the state, but not the secret: the holder is not cut off by what the thief tries.
    for (key, brought) in [("t1", None), ("t2", Some("wrong")), ("t1", None)] {
        let refused = shop.refresh(&held, &held.nonce, key, brought).await;
        assert_eq!(nonce_of(refused), None);
    }
    let refreshed = shop.refresh(&held, &held.nonce, "h1", Some("right")).await.unwrap();
    let again = shop.refresh(&held, &held.nonce, "h1", Some("right")).await.unwrap();
    assert_eq!(again.nonce, refreshed.nonce, "a lost reply");
    let copy = shop.refresh(&held, &held.nonce, "t3", Some("right")).await;
    assert_eq!(refusal(copy), Refusal::CloneDetected);
}

async fn sec_2_the_first_secret_is_stored_by_whichever_call_brings_it(shop: Arc<Shop>) {
    let (_, by_refresh) = shop.sell("r", &["CAD"]).await;
    let held = shop.activate(&by_refresh, "a", None).await.unwrap();
    shop.set_mode(SecretMode::Client).await;
    for (customer, first) in [("a", 0), ("v", 1), ("r", 2)] {
        let (_, code) = shop.sell(customer, &["CAD"]).await;
        assert_eq!(refusal(shop.activate(&code, "a", None).await), Refusal::LicenseeSecretRequired, "{customer}");
        match first {
            0 => drop(shop.activate(&code, "a", Some("one")).await.unwrap()),
            1 => assert!(shop.validate(&code, Some("one")).await.unwrap().verdict.is_some()),
            _ => drop(shop.refresh(&held, &held.nonce, "k", Some("one")).await.unwrap()),
        }
        assert_eq!(refusal(shop.activate(&code, "a", Some("two")).await), Refusal::LicenseeSecretMismatch);
        shop.activate(&code, "a", Some("one")).await.unwrap();
    }
    // It is on record that a secret came, and who brought it.
    let stored = shop.audit().await.into_iter().filter(|entry| entry.subject.starts_with("lic_"));
    let actions: Vec<String> =
        stored.map(|entry| entry.action).filter(|action| action.starts_with("activation")).collect();
    assert_eq!(actions.len(), 3, "{actions:?}");
}

async fn sec_2_of_many_first_calls_on_several_orders_and_servers_one_secret_wins(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    let mut codes = Vec::new();
    for _ in 0..8 {
        codes.push(shop.sell("c", &["CAD", "CAD", "CAD"]).await.1);
    }
    assert_eq!(shop.licensees().await.len(), 1, "all of them are one licensee's");
    let calls = (0..40).map(|i| {
        let (shop, code) = (Arc::clone(&shop), codes[i % codes.len()].clone());
        tokio::spawn(async move {
            let brought = format!("secret {}", i % 5);
            match shop.activate_at(i, &code, &format!("pc-{i}"), Some(&brought)).await {
                Ok(_) => Some(brought),
                refused => {
                    assert_eq!(refusal(refused), Refusal::LicenseeSecretMismatch);
                    None
                }
            }
        })
    });
    let mut winners = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        winners.extend(call.await.unwrap());
    }
    let first = winners[0].clone();
    assert!(winners.iter().all(|winner| *winner == first), "one secret won: {winners:?}");
    assert_eq!(winners.len(), 8, "all calls with that one were served");
    assert_eq!(shop.seats().await, 8);
}

async fn sec_2_nothing_is_stored_by_a_call_that_is_refused_for_another_reason(shop: Arc<Shop>) {
    let (_, code) = shop.sell("c", &["CAD"]).await;
    for seat in ["a", "b"] {
        shop.activate(&code, seat, None).await.unwrap();
    }
    shop.set_mode(SecretMode::Client).await;
    assert!(matches!(refusal(shop.activate(&code, "x", Some("one")).await), Refusal::SeatsExhausted { .. }));
    let answer = shop.validate(&code, Some("one")).await.unwrap();
    assert!(matches!(answer.refusal, Some(Refusal::SeatsExhausted { .. })) && answer.entitlement.is_some());
    assert!(shop.licensees().await[0].secret.is_none());
    shop.activate(&code, "a", Some("two")).await.unwrap();
}

async fn sec_2_a_first_call_and_the_vendor_at_once(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    let (_, code) = shop.sell("c", &["CAD"]).await;
    let id = shop.licensees().await[0].id;
    let product = {
        let (shop, code) = (Arc::clone(&shop), code.clone());
        tokio::spawn(async move { shop.activate_at(1, &code, "a", Some("theirs")).await.map(drop) })
    };
    set_secret(shop.system(0), &shop.admin(), id.into(), secret("vendor's")).await.unwrap();
    let won = product.await.unwrap();
    // Whoever came second knew of the first: the vendor's holds in any case.
    if won.is_err() {
        assert_eq!(refusal(won), Refusal::LicenseeSecretMismatch);
    }
    assert_eq!(refusal(shop.activate(&code, "b", Some("theirs")).await), Refusal::LicenseeSecretMismatch);
    shop.activate(&code, "b", Some("vendor's")).await.unwrap();
}

async fn sec_3_nothing_of_a_secret_is_in_the_audit_or_the_log(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    let (_, code) = shop.sell("c", &["CAD"]).await;
    shop.activate(&code, "a", Some("hush-hush")).await.unwrap();
    set(&shop, "quiet-quiet").await;
    refusal(shop.activate(&code, "a", Some("whisper-whisper")).await);
    let found = shop.licensee(shop.licensees().await[0].id).await;
    let stored = found.secret.clone().unwrap();
    let mut texts = format!("{:?} {found:?}", shop.audit().await);
    texts.push_str(&format!("{:?}", refusal(shop.activate(&code, "a", Some("whisper-whisper")).await)));
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let bytes = |bytes: &[u8]| format!("{bytes:?}");
    for hidden in ["hush-hush", "quiet-quiet", "whisper-whisper"] {
        assert!(!texts.contains(hidden), "{hidden}");
    }
    for hidden in [&stored.key, &stored.mac] {
        assert!(!texts.contains(&hex(hidden)) && !texts.contains(&bytes(hidden)));
    }
    // Each secret has a key of its own: the same one twice looks different.
    set(&shop, "quiet-quiet").await;
    let other = shop.licensee(found.id).await.secret.unwrap();
    assert!(other.key != stored.key && other.mac != stored.mac);
}

async fn sec_4_a_reset_is_recorded_and_leases_run_out(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    let (_, code) = shop.sell("c", &["CAD"]).await;
    let held = shop.activate(&code, "a", Some("old")).await.unwrap();
    let number = shop.licensees().await[0].number.to_string();
    reset_secret(shop.system(0), &shop.admin(), Selector::Name(number.clone())).await.unwrap();
    // Where no product could have set one since, a second reset changes nothing, and says so by not being in the audit.
    shop.set_mode(SecretMode::Predefined).await;
    shop.advance(Interval::days(1));
    reset_secret(shop.system(0), &shop.admin(), Selector::Name(number)).await.unwrap();
    let resets = shop.audit().await.into_iter().filter(|entry| entry.action == "licensee.reset-secret");
    assert_eq!(resets.count(), 1);
    shop.set_mode(SecretMode::Client).await;
    assert_eq!(shop.seats().await, 1);
    shop.advance(Interval::days(1));
    let refreshed = shop.refresh(&held, &held.nonce, "k1", Some("new")).await.unwrap();
    set(&shop, "newest").await;
    let refused = shop.refresh(&held, &refreshed.nonce, "k2", Some("new")).await;
    assert_eq!(refusal(refused), Refusal::LicenseeSecretMismatch);
    let lease_end = refreshed.view.activation.lease.expiry.unwrap();
    assert_eq!(lease_end, shop.now().plus(Interval::days(7)), "it runs out, and is not cut");
    shop.refresh(&held, &refreshed.nonce, "k3", Some("newest")).await.unwrap();
}
