//! What is recorded, and what is done once (AUD-1, SAFE-1).

use chancery_operations::edition::{self, EditionEdit};
use chancery_operations::{Error, IdempotencyKey, PageRequest, Place, feature};

use crate::fixture::*;

#[tokio::test]
async fn aud_1_a_value_is_recorded_with_its_place_before_and_after() {
    let shop = Shop::open().await;
    let pro = shop.edition("pro").await.edition.id.to_string();
    let parts = shop.define(Place::Global, pool("parts", 1)).await.unwrap();
    let some = |text: &str| Some(text.to_owned());
    for (value, from, to) in [(2, None, some("parts=2")), (3, some("parts=2"), some("parts=3"))] {
        feature::set_value(&shop.system, &shop.admin(), on_edition("pro"), named("parts"), count(value)).await.unwrap();
        let expected = ("feature.set-value".to_owned(), pro.clone(), [("features".to_owned(), (from, to))].into());
        assert_eq!(shop.last_audit().await, expected);
    }
    let edit = EditionEdit { features: [(parse("parts"), count(4))].into(), ..EditionEdit::default() };
    edition::update(&shop.system, &shop.admin(), named("cad"), named("pro"), edit).await.unwrap();
    let (action, subject, changes) = shop.last_audit().await;
    assert_eq!((action.as_str(), subject), ("edition.update", pro.clone()));
    assert_eq!(changes["features"], (some("parts=3"), some("parts=4")));

    feature::remove(&shop.system, &shop.admin(), on_edition("pro"), named("parts")).await.unwrap();
    let (action, subject, changes) = shop.last_audit().await;
    assert_eq!((action.as_str(), subject), ("feature.remove-value", pro));
    assert_eq!(changes["features"], (some("parts=4"), None));
    feature::set_value(&shop.system, &shop.admin(), on_product(), named("parts"), count(5)).await.unwrap();
    feature::delete(&shop.system, &shop.admin(), Place::Global, named("parts")).await.unwrap();
    let (action, subject, changes) = shop.last_audit().await;
    assert_eq!((action, subject), ("feature.delete".to_owned(), parts.id.to_string()));
    assert!(changes["values"].0.as_ref().is_some_and(|values| values.ends_with("=5")), "the values go with it");
}

#[tokio::test]
async fn safe_1_what_is_asked_again_is_told_again_and_done_once() {
    let shop = Shop::open().await;
    shop.edition("pro").await;
    let keyed = |key: &str| shop.admin().with_idempotency(Some(IdempotencyKey::new(b"credential", key, "op", b"{}")));
    let (system, place) = (&shop.system, || on_edition("pro"));
    let first = feature::create(system, &keyed("1"), place(), pool("parts", 1)).await.unwrap();
    assert_eq!(feature::create(system, &keyed("1"), place(), pool("parts", 1)).await.unwrap(), first);
    let set = feature::set_value(system, &keyed("2"), place(), named("parts"), count(2)).await.unwrap();
    assert_eq!(feature::set_value(system, &keyed("2"), place(), named("parts"), count(2)).await.unwrap(), set);
    for _ in 0..2 {
        feature::remove(system, &keyed("3"), place(), named("parts")).await.unwrap();
    }
    let other = feature::remove(system, &keyed("4"), place(), named("parts")).await;
    assert!(matches!(other, Err(Error::NotFound)));
    let list = feature::effective(system, &shop.admin(), place(), PageRequest::default()).await.unwrap();
    assert_eq!(list.items, []);
}
