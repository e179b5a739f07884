//! Levels and keys (CAT-1, CAT-2).

use chancery_domain::*;
use chancery_operations::attribute::{self, AttributeEdit};
use chancery_operations::edition::{self, EditionEdit};
use chancery_operations::feature::{self, FeatureEdit};
use chancery_operations::{Error, PageRequest, Place};

use crate::fixture::*;

#[tokio::test]
async fn cat_1_a_value_is_that_of_the_nearest_level_and_removing_it_falls_back() {
    let shop = Shop::open().await;
    shop.edition("pro").await;
    shop.define(Place::Global, pool("parts", 1)).await.unwrap();
    let set = async |place, value| {
        let view = feature::set_value(&shop.system, &shop.admin(), place, named("parts"), count(value)).await.unwrap();
        (view.definition.scope.level(), view.value_level, view.value)
    };
    let removed = async |place| feature::remove(&shop.system, &shop.admin(), place, named("parts")).await;
    let row = |level, value| vec![("parts".to_owned(), Level::Global, level, count(value))];

    assert_eq!(shop.holds(on_edition("pro")).await, row(Level::Global, 1));
    assert_eq!(set(on_product(), 2).await, (Level::Global, Level::Product, count(2)));
    assert_eq!(shop.holds(on_edition("pro")).await, row(Level::Product, 2));
    assert_eq!(set(on_edition("pro"), 3).await, (Level::Global, Level::Edition, count(3)));
    assert_eq!(set(on_edition("pro"), 4).await, (Level::Global, Level::Edition, count(4)));
    assert_eq!(shop.holds(on_product()).await, row(Level::Product, 2));
    assert_eq!(shop.holds(on_edition("pro")).await, row(Level::Edition, 4));
    removed(on_edition("pro")).await.unwrap();
    assert_eq!(shop.holds(on_edition("pro")).await, row(Level::Product, 2));
    removed(on_product()).await.unwrap();
    assert_eq!(shop.holds(on_edition("pro")).await, row(Level::Global, 1));
    assert!(matches!(removed(on_product()).await, Err(Error::NotFound)), "there is nothing left to remove");
    assert_eq!(shop.holds(on_product()).await, row(Level::Global, 1), "and the definition stays");
}

#[tokio::test]
async fn cat_1_a_value_set_where_a_feature_is_defined_is_the_definitions_own() {
    let shop = Shop::open().await;
    shop.edition("pro").await;
    shop.define(on_product(), pool("parts", 1)).await.unwrap();
    shop.define(on_edition("pro"), pool("layers", 10)).await.unwrap();
    for (place, key) in [(on_product(), "parts"), (on_edition("pro"), "layers")] {
        let set = feature::set_value(&shop.system, &shop.admin(), place.clone(), named(key), count(7)).await.unwrap();
        assert_eq!((set.value, set.definition.value), (count(7), count(7)));
        feature::remove(&shop.system, &shop.admin(), place.clone(), named(key)).await.unwrap();
        let gone = feature::find(&shop.system, &shop.admin(), place, named(key)).await;
        assert!(matches!(gone, Err(Error::NotFound)), "what is defined there goes as a whole");
    }
}

#[tokio::test]
async fn cat_1_an_editions_definition_holds_for_no_other_edition() {
    let shop = Shop::open().await;
    shop.edition("pro").await;
    shop.edition("basic").await;
    let layers = shop.define(on_edition("pro"), pool("layers", 10)).await.unwrap();
    let row = ("layers".to_owned(), Level::Edition, Level::Edition, count(10));
    assert_eq!(shop.holds(on_edition("pro")).await, [row]);
    assert_eq!(shop.holds(on_edition("basic")).await, []);
    assert_eq!(shop.holds(on_product()).await, []);
    for place in [on_edition("basic"), on_product(), Place::Global] {
        let set = feature::set_value(&shop.system, &shop.admin(), place, layers.id.into(), count(1)).await;
        assert!(matches!(set, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn cat_1_what_holds_is_listed_in_pages_by_time_of_making_whatever_defines_it() {
    let shop = Shop::open().await;
    shop.edition("pro").await;
    let places = [on_edition("pro"), Place::Global, on_product(), Place::Global, on_edition("pro")];
    let mut made = Vec::new();
    for (n, place) in places.into_iter().enumerate() {
        made.push(shop.define(place, pool(&format!("feature {n}"), 1)).await.unwrap().id);
    }
    made.sort_unstable();
    for descending in [false, true] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = PageRequest { limit: 2, after, descending, ..PageRequest::default() };
            let list = feature::effective(&shop.system, &shop.admin(), on_edition("pro"), page).await.unwrap();
            assert!(list.items.len() <= 2);
            seen.extend(list.items.into_iter().map(|view| view.definition.id));
            after = list.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, made);
        made.reverse();
    }
}

#[tokio::test]
async fn cat_2_a_key_is_given_once_in_a_product_its_editions_and_globally() {
    let shop = Shop::open().await;
    shop.product("viewer").await;
    shop.edition("pro").await;
    shop.edition("basic").await;
    shop.define(Place::Global, pool("parts", 1)).await.unwrap();
    for place in [Place::Global, on_product(), on_edition("pro")] {
        assert_eq!(taken(shop.define(place, pool("parts", 1)).await), "key", "it is global");
    }
    shop.define(on_edition("pro"), pool("layers", 1)).await.unwrap();
    for place in [Place::Global, on_product(), on_edition("pro"), on_edition("basic")] {
        assert_eq!(taken(shop.define(place, pool("layers", 1)).await), "key", "it is the product's");
    }
    let elsewhere = Place::Product(named("viewer"));
    shop.define(elsewhere, pool("layers", 1)).await.expect("another product's keys are its own");
    shop.define_attribute(on_product(), number("parts", None)).await.expect("attributes' keys are no features'");
    assert_eq!(taken(shop.define_attribute(Place::Global, number("parts", None)).await), "key");
    assert_eq!(taken(shop.edition_of("cad", "pro", &[], &[]).await), "key");
    shop.edition_of("viewer", "pro", &[], &[]).await.expect("another product's keys are its own");
}

#[tokio::test]
async fn cat_1_attributes_fall_back_too_and_an_explicit_null_takes_a_value_away() {
    let shop = Shop::open().await;
    shop.define_attribute(Place::Global, number("max-parts", Some("100"))).await.unwrap();
    shop.define_attribute(on_product(), number("zoom", None)).await.unwrap();
    let made = shop.edition_of("cad", "pro", &[], &[("max-parts", "5000"), ("zoom", "2.5")]).await.unwrap();
    assert_eq!(made.attributes.len(), 2);
    let edit = EditionEdit { attributes: [(parse("max-parts"), None)].into(), ..EditionEdit::default() };
    let edited = edition::update(&shop.system, &shop.admin(), named("cad"), named("pro"), edit).await.unwrap();
    assert_eq!(edited.attributes.into_iter().collect::<Vec<_>>(), [(parse("zoom"), parse("2.5"))]);
    let find = async |key| attribute::find(&shop.system, &shop.admin(), on_edition("pro"), named(key)).await.unwrap();
    let view = find("max-parts").await;
    assert_eq!((view.value, view.value_level), (Some(parse("100")), Level::Global));
    attribute::remove(&shop.system, &shop.admin(), on_edition("pro"), named("zoom")).await.unwrap();
    let view = find("zoom").await;
    assert_eq!((view.value, view.value_level), (None, Level::Product), "no level gives one");
}

#[tokio::test]
async fn what_is_wrong_with_an_edition_is_said_at_once_and_nothing_is_made() {
    let shop = Shop::open().await;
    shop.define(on_product(), pool("parts", 1)).await.unwrap();
    shop.define_attribute(on_product(), number("max-parts", None)).await.unwrap();
    let features = [("parts", FeatureValue::Bool(true)), ("nonsense", count(1))];
    let refused = shop.edition_of("cad", "pro", &features, &[("max-parts", "many"), ("theme", "dark")]).await;
    let expected = [
        ("features.nonsense", Invalid::Unknown),
        ("features.parts", Invalid::BadFormat),
        ("attributes.max-parts", Invalid::BadFormat),
        ("attributes.theme", Invalid::Unknown),
    ];
    assert_eq!(invalid(refused), expected.map(|(path, why)| (path.to_owned(), why)));
    let list = edition::list(&shop.system, &shop.admin(), named("cad"), PageRequest::default()).await.unwrap();
    assert_eq!(list.items, []);
}

#[tokio::test]
async fn a_features_members_go_with_its_type_which_stays() {
    let shop = Shop::open().await;
    let mut wrong = pool("parts", 1);
    (wrong.feature_type, wrong.overdraft) = (FeatureType::Bool, Overdraft::Unlimited);
    wrong.usage_reset = UsageReset::Monthly;
    let expected =
        [("overdraft", Invalid::NotAllowed), ("usageReset", Invalid::NotAllowed), ("value", Invalid::BadFormat)];
    let expected = expected.map(|(path, why)| (path.to_owned(), why));
    assert_eq!(invalid(shop.define(Place::Global, wrong).await), expected);

    shop.define(Place::Global, pool("parts", 1)).await.unwrap();
    let edit = async |edit| feature::update(&shop.system, &shop.admin(), Place::Global, named("parts"), edit).await;
    let other = FeatureEdit { feature_type: Some(FeatureType::Bool), ..FeatureEdit::default() };
    assert_eq!(invalid(edit(other).await), [("type".to_owned(), Invalid::NotAllowed)]);
    let resetting = FeatureEdit { usage_reset: Some(UsageReset::Monthly), ..FeatureEdit::default() };
    assert_eq!(invalid(edit(resetting).await), [("usageReset".to_owned(), Invalid::NotAllowed)]);
    let unlimited = FeatureEdit { value: Some(FeatureValue::Count(None)), ..FeatureEdit::default() };
    assert_eq!(edit(unlimited).await.unwrap().value, FeatureValue::Count(None));

    shop.define_attribute(Place::Global, number("zoom", Some("1"))).await.unwrap();
    let text = AttributeEdit { attribute_type: Some(AttributeType::String), ..AttributeEdit::default() };
    let refused = attribute::update(&shop.system, &shop.admin(), Place::Global, named("zoom"), text).await;
    assert_eq!(invalid(refused), [("type".to_owned(), Invalid::NotAllowed)]);
}
