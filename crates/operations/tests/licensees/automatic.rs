//! Licensees that come by themselves: AUTO-1.

use std::collections::BTreeSet;
use std::sync::Arc;

use chancery_domain::{DeviceKeys, Interval, Refusal, SecretMode, Selector, Unit};
use chancery_operations::offering::{self, OfferingEdit};
use chancery_operations::product::ProductEdit;
use chancery_operations::{Error, customer, licensee, order};

use crate::on_both_engines;
use crate::shop::{By, Shop, refusal};

on_both_engines! {
    auto_1_an_unknown_number_becomes_customer_licensee_and_order,
    auto_1_a_number_is_never_made_twice_however_many_calls_run_together,
    auto_1_many_numbers_at_once,
    auto_1_without_the_setting_an_unknown_number_is_not_found,
    auto_1_a_question_makes_them_too,
    auto_1_nothing_comes_of_a_newcomer_that_is_refused,
    auto_1_so_many_per_address_and_day,
    auto_1_what_was_counted_is_forgotten_when_its_day_is_over,
    auto_1_predefined_secrets_and_newcomers_exclude_each_other,
    auto_1_the_first_secret_of_a_newcomer_is_stored,
    lic_1_numbers_are_for_products_that_allow_them,
    lic_1_a_number_of_another_product_is_unknown,
}

fn number(text: &str) -> By {
    By::Number(text.to_owned())
}

fn minutes(count: u64) -> Interval {
    Interval::new(Unit::Minute, count).unwrap()
}

async fn auto_1_an_unknown_number_becomes_customer_licensee_and_order(shop: Arc<Shop>) {
    shop.set_auto(true).await;
    let held = shop.activate(&number("HW-0815"), "a", None).await.unwrap();
    assert!(held.created);
    let entitlement = &held.view.entitlement;
    assert_eq!((entitlement.sku.as_str(), entitlement.customer_name.as_str()), ("CAD-TRIAL", "HW-0815"));
    let licensees = shop.licensees().await;
    assert_eq!(licensees.len(), 1);
    assert_eq!(licensees[0].number.as_str(), "HW-0815");
    assert_eq!((licensees[0].customer, licensees[0].product), (entitlement.customer, shop.product));
    let made = order::find(shop.system(0), &shop.admin(), entitlement.order.into()).await.unwrap();
    assert_eq!((made.entitlements.len(), made.codes.len()), (1, 0));
    // All of it is on record, as made by a copy of the product.
    let audit = shop.audit().await;
    for made in [entitlement.customer.to_string(), licensees[0].id.to_string(), made.order.id.to_string()] {
        let row = audit.iter().find(|entry| entry.subject == made).unwrap();
        assert_eq!(
            (row.action.as_str(), row.actor.as_str()),
            ("activation.activate", shop.product.to_string().as_str())
        );
        assert_eq!(row.address.as_deref(), Some("192.0.2.7"));
    }
    // From now on it is an ordinary licensee: also without the setting, if a secret protects it.
    shop.edit(ProductEdit {
        licensee_auto_create: Some(false),
        secret_mode: Some(SecretMode::Client),
        ..ProductEdit::default()
    })
    .await
    .unwrap();
    let again = shop.activate(&number("HW-0815"), "a", Some("x")).await.unwrap();
    assert!(!again.created && again.view.activation.id == held.view.activation.id);
    let row = shop.audit().await.into_iter().rfind(|entry| entry.action == "activation.activate").unwrap();
    assert_eq!(row.actor, licensees[0].id.to_string());
}

async fn auto_1_a_number_is_never_made_twice_however_many_calls_run_together(shop: Arc<Shop>) {
    shop.set_auto(true).await;
    let calls = (0..50).map(|i| {
        let shop = Arc::clone(&shop);
        // Some of them are one machine's retries.
        tokio::spawn(async move { shop.activate_at(i, &number("N-1"), &format!("pc-{}", i % 5), None).await })
    });
    let (mut seats, mut refused) = (BTreeSet::new(), 0);
    for call in calls.collect::<Vec<_>>() {
        match call.await.unwrap() {
            Ok(held) => drop(seats.insert(held.view.activation.id)),
            Err(Error::Refused(error)) if matches!(error.refusal, Refusal::SeatsExhausted { .. }) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((seats.len(), refused), (2, 30), "two seats, for two of five machines");
    assert_eq!(shop.licensees().await.len(), 1);
    let page = chancery_operations::PageRequest::default;
    let customers = customer::list(shop.system(0), &shop.admin(), Default::default(), page()).await.unwrap();
    assert_eq!(customers.items.len(), 1);
}

async fn auto_1_many_numbers_at_once(shop: Arc<Shop>) {
    shop.set_auto(true).await;
    let calls = (0..50).map(|i| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.activate_at(i, &number(&format!("N-{}", i % 25)), "pc", None).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!((shop.licensees().await.len(), shop.seats().await), (25, 25));
}

async fn auto_1_without_the_setting_an_unknown_number_is_not_found(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    let unknown = shop.activate(&number("N-1"), "a", Some("x")).await;
    assert!(matches!(unknown, Err(Error::NotFound)), "{:?}", unknown.err());
    assert!(matches!(shop.validate(&number("N-1"), Some("x")).await, Err(Error::NotFound)));
    assert_eq!(shop.licensees().await.len(), 0);
    for (wrong, code) in [("", "required"), ("lic_01m4jx7gd1eb9bvwgxq8w7mmp3", "not_allowed"), (" x", "bad_format")] {
        let Err(Error::Invalid(errors)) = shop.activate(&number(wrong), "a", None).await else { panic!("{wrong:?}") };
        assert_eq!((errors[0].path.as_str(), errors[0].invalid.code()), ("credential.number", code));
    }
}

async fn auto_1_a_question_makes_them_too(shop: Arc<Shop>) {
    shop.set_auto(true).await;
    let answer = shop.validate(&number("N-1"), None).await.unwrap();
    assert!(answer.refusal.is_none() && answer.verdict.is_some());
    assert_eq!(answer.seats_available.get(), 2);
    assert_eq!((shop.licensees().await.len(), shop.seats().await), (1, 0));
    shop.validate(&number("N-1"), None).await.unwrap();
    shop.activate(&number("N-1"), "a", None).await.unwrap();
    assert_eq!((shop.licensees().await.len(), shop.seats().await), (1, 1));
}

async fn auto_1_nothing_comes_of_a_newcomer_that_is_refused(shop: Arc<Shop>) {
    shop.edit(ProductEdit {
        licensee_auto_create: Some(true),
        secret_mode: Some(SecretMode::Client),
        ..ProductEdit::default()
    })
    .await
    .unwrap();
    let before = shop.audit().await.len();
    assert_eq!(refusal(shop.activate(&number("N-1"), "a", None).await), Refusal::LicenseeSecretRequired);
    let answer = shop.validate(&number("N-1"), None).await.unwrap();
    assert_eq!(answer.refusal, Some(Refusal::LicenseeSecretRequired));
    shop.edit(ProductEdit { device_keys: Some(DeviceKeys::Required), ..ProductEdit::default() }).await.unwrap();
    refusal(shop.activate(&number("N-1"), "a", Some("x")).await);
    let edit = OfferingEdit { automatic: Some(false), ..OfferingEdit::default() };
    let trial = Selector::Name("CAD-TRIAL".to_owned());
    offering::update(shop.system(0), &shop.admin(), trial, edit).await.unwrap();
    assert_eq!(refusal(shop.activate(&number("N-1"), "a", Some("x")).await), Refusal::NoAutomaticOffering);
    assert_eq!(shop.validate(&number("N-1"), Some("x")).await.unwrap().refusal, Some(Refusal::NoAutomaticOffering));
    assert_eq!(shop.licensees().await.len(), 0);
    assert_eq!(shop.audit().await.len(), before + 2, "the vendor's two changes and nothing else");
}

async fn auto_1_so_many_per_address_and_day(shop: Arc<Shop>) {
    shop.set_auto(true).await;
    for i in 0..60 {
        shop.validate(&number(&format!("N-{i}")), None).await.unwrap();
    }
    let Err(Error::RateLimited { retry_after }) = shop.activate_at(1, &number("N-60"), "a", None).await else {
        panic!()
    };
    // It is ten o'clock: the day ends in fourteen hours.
    assert_eq!(retry_after, 14 * 3600 + 1);
    assert!(matches!(shop.validate(&number("N-61"), None).await, Err(Error::RateLimited { .. })));
    shop.activate(&number("N-7"), "a", None).await.unwrap();
    shop.advance(Interval::days(1));
    shop.activate_at(1, &number("N-60"), "a", None).await.unwrap();
}

async fn auto_1_what_was_counted_is_forgotten_when_its_day_is_over(shop: Arc<Shop>) {
    shop.set_auto(true).await;
    for i in 0..60 {
        shop.validate(&number(&format!("N-{i}")), None).await.unwrap();
    }
    // Today it counts, and half an hour after the day another server may still think that it is not over.
    assert_eq!(licensee::prune(shop.system(0), shop.now()).await.unwrap(), 0);
    assert!(matches!(shop.validate(&number("N-60"), None).await, Err(Error::RateLimited { .. })));
    shop.advance(minutes(14 * 60 + 30));
    assert_eq!(licensee::prune(shop.system(0), shop.now()).await.unwrap(), 0);
    shop.validate(&number("N-60"), None).await.unwrap();
    shop.advance(minutes(60));
    assert_eq!(licensee::prune(shop.system(0), shop.now()).await.unwrap(), 1, "the one address of the day before");
    assert_eq!(licensee::prune(shop.system(0), shop.now()).await.unwrap(), 0);
    for i in 0..59 {
        shop.validate(&number(&format!("M-{i}")), None).await.unwrap();
    }
    assert!(matches!(shop.validate(&number("M-59"), None).await, Err(Error::RateLimited { .. })), "today still counts");
}

async fn auto_1_predefined_secrets_and_newcomers_exclude_each_other(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Predefined).await;
    let auto = ProductEdit { licensee_auto_create: Some(true), ..ProductEdit::default() };
    assert_eq!(refusal(shop.edit(auto).await), Refusal::AutoCreateNeedsOtherSecretMode);
    shop.set_mode(SecretMode::Client).await;
    shop.set_auto(true).await;
    let mode = ProductEdit { secret_mode: Some(SecretMode::Predefined), ..ProductEdit::default() };
    assert_eq!(refusal(shop.edit(mode).await), Refusal::AutoCreateNeedsOtherSecretMode);
    let both = ProductEdit {
        licensee_auto_create: Some(false),
        secret_mode: Some(SecretMode::Predefined),
        ..ProductEdit::default()
    };
    shop.edit(both).await.unwrap();
}

async fn auto_1_the_first_secret_of_a_newcomer_is_stored(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    shop.set_auto(true).await;
    let calls = (0..10).map(|i| {
        let shop = Arc::clone(&shop);
        tokio::spawn(
            async move { shop.activate_at(i, &number("N-1"), "pc", Some(&format!("s{}", i % 2))).await.is_ok() },
        )
    });
    let mut served = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        served.push(call.await.unwrap());
    }
    let of = |secret: usize| served.iter().skip(secret).step_by(2).filter(|served| **served).count();
    assert!([(5, 0), (0, 5)].contains(&(of(0), of(1))), "one of the two secrets: {served:?}");
    assert_eq!(shop.licensees().await.len(), 1);
}

async fn lic_1_numbers_are_for_products_that_allow_them(shop: Arc<Shop>) {
    shop.sell("c", &["CAD"]).await;
    let known = number(shop.licensees().await[0].number.as_str());
    for by in [&known, &number("N-1")] {
        let refused = shop.activate(by, "a", None).await;
        assert!(matches!(refused, Err(Error::CredentialNotAvailableHere)), "a number alone is no secret");
    }
    shop.set_mode(SecretMode::Predefined).await;
    assert_eq!(refusal(shop.activate(&known, "a", None).await), Refusal::LicenseeSecretNotSet);
    shop.set_mode(SecretMode::Client).await;
    shop.activate(&known, "a", Some("x")).await.unwrap();
}

async fn lic_1_a_number_of_another_product_is_unknown(shop: Arc<Shop>) {
    shop.add_product("cam", &[("CAM", false)]).await;
    shop.sell("c", &["CAM"]).await;
    let other = number(shop.licensees().await[0].number.as_str());
    shop.set_auto(true).await;
    assert!(matches!(shop.activate(&other, "a", None).await, Err(Error::NotFound)));
}
