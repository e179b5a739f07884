//! Plans and offerings: what they are put together from, and what they are in use by.

use chancery_domain::*;
use chancery_operations::offering::{self, OfferingEdit, OfferingQuery};
use chancery_operations::plan::{self, PlanEdit};
use chancery_operations::{Error, PageRequest, edition, product};

use crate::fixture::*;

fn one(path: &str, why: Invalid) -> Vec<(String, Invalid)> {
    vec![(path.to_owned(), why)]
}

#[tokio::test]
async fn a_plans_duration_goes_with_its_license_type_and_its_name_is_given_once() {
    let shop = Shop::open().await;
    let yearly = shop.plan("Yearly", Some("1 year")).await;
    shop.plan("For good", None).await;
    let edit = async |edit| plan::update(&shop.system, &shop.admin(), yearly.id.into(), edit).await;
    let perpetual = PlanEdit { license_type: Some(LicenseType::Perpetual), ..PlanEdit::default() };
    assert_eq!(invalid(edit(perpetual.clone()).await), one("duration", Invalid::NotAllowed));
    let endless = PlanEdit { duration: Some(None), ..PlanEdit::default() };
    assert_eq!(invalid(edit(endless).await), one("duration", Invalid::Required));
    let renamed = PlanEdit { name: Some(parse("For good")), ..PlanEdit::default() };
    assert_eq!(taken(edit(renamed).await), "name");
    let changed = edit(PlanEdit { duration: Some(None), ..perpetual }).await.unwrap();
    assert_eq!(changed.license_type(), LicenseType::Perpetual);
}

#[tokio::test]
async fn an_edition_is_meant_by_its_key_alone_where_only_one_product_has_it() {
    let shop = Shop::open().await;
    let plan = shop.plan("Yearly", Some("1 year")).await.id;
    let pro = shop.edition("pro").await.edition;
    let made = shop.offering("CAD-PRO", "pro", plan).await.unwrap();
    assert_eq!((made.offering.edition, made.product), (pro.id, pro.product));
    assert_eq!(taken(shop.offering("CAD-PRO", "pro", plan).await), "sku");

    shop.product("viewer").await;
    shop.edition_of("viewer", "pro", &[], &[]).await.unwrap();
    assert_eq!(invalid(shop.offering("CAD-PRO-2", "pro", plan).await), one("productId", Invalid::Required));
    let mut new = Shop::new_offering("CAD-PRO-2", named("pro"), plan);
    new.product = Some(named("cad"));
    assert_eq!(offering::create(&shop.system, &shop.admin(), new).await.unwrap().product, pro.product);

    let mut new = Shop::new_offering("CAD-3", pro.id.into(), PlanId::new(now(), [9; 10]));
    new.product = Some(named("viewer"));
    let wrong = invalid(offering::create(&shop.system, &shop.admin(), new).await);
    assert_eq!(wrong, [one("editionId", Invalid::Unknown), one("planId", Invalid::Unknown)].concat());
}

#[tokio::test]
async fn an_offering_stays_with_its_product() {
    let shop = Shop::open().await;
    let plan = shop.plan("Yearly", Some("1 year")).await.id;
    shop.edition("pro").await;
    let basic = shop.edition("basic").await.edition.id;
    shop.product("viewer").await;
    let other = shop.edition_of("viewer", "lite", &[], &[]).await.unwrap().edition.id;
    shop.offering("CAD-PRO", "pro", plan).await.unwrap();
    let edit = async |edition: Selector<EditionId>| {
        let edit = OfferingEdit { edition: Some(edition), ..OfferingEdit::default() };
        offering::update(&shop.system, &shop.admin(), named("CAD-PRO"), edit).await
    };
    assert_eq!(invalid(edit(other.into()).await), one("editionId", Invalid::NotAllowed));
    assert_eq!(invalid(edit(named("lite")).await), one("editionId", Invalid::Unknown));
    assert_eq!(edit(named("basic")).await.unwrap().offering.edition, basic);
}

#[tokio::test]
async fn what_something_refers_to_is_not_deleted() {
    let shop = Shop::open().await;
    let plan = shop.plan("Yearly", Some("1 year")).await.id;
    shop.define(on_product(), pool("parts", 1)).await.unwrap();
    shop.edition_of("cad", "pro", &[("parts", count(2))], &[]).await.unwrap();
    shop.offering("CAD-PRO", "pro", plan).await.unwrap();
    let (system, cad) = (&shop.system, || named::<ProductId>("cad"));
    assert_eq!(in_use(product::delete(system, &shop.admin(), cad()).await), [("edition", 1)]);
    assert_eq!(in_use(edition::delete(system, &shop.admin(), cad(), named("pro")).await), [("offering", 1)]);
    assert_eq!(in_use(plan::delete(system, &shop.admin(), plan.into()).await), [("offering", 1)]);
    offering::delete(system, &shop.admin(), named("CAD-PRO")).await.unwrap();
    plan::delete(system, &shop.admin(), plan.into()).await.unwrap();
    edition::delete(system, &shop.admin(), cad(), named("pro")).await.unwrap();
    let gone = edition::find(system, &shop.admin(), cad(), named("pro")).await;
    assert!(matches!(gone, Err(Error::NotFound)));
    product::delete(system, &shop.admin(), cad()).await.unwrap();
}

#[tokio::test]
async fn offerings_are_listed_by_product_edition_and_plan() {
    let shop = Shop::open().await;
    let (yearly, forever) = (shop.plan("Yearly", Some("1 year")).await.id, shop.plan("For good", None).await.id);
    shop.edition("pro").await;
    shop.edition("basic").await;
    shop.offering("A", "pro", yearly).await.unwrap();
    shop.offering("B", "basic", yearly).await.unwrap();
    shop.offering("C", "basic", forever).await.unwrap();
    let list = async |query| {
        let list = offering::list(&shop.system, &shop.admin(), query, PageRequest::default()).await?;
        let mut skus: Vec<_> = list.items.into_iter().map(|view| view.offering.sku.to_string()).collect();
        skus.sort_unstable();
        Ok::<_, Error>(skus.concat())
    };
    let all = OfferingQuery::default;
    assert_eq!(list(all()).await.unwrap(), "ABC");
    assert_eq!(list(OfferingQuery { product: Some(named("cad")), ..all() }).await.unwrap(), "ABC");
    assert_eq!(list(OfferingQuery { edition: Some(named("basic")), ..all() }).await.unwrap(), "BC");
    assert_eq!(list(OfferingQuery { plan: Some(yearly), ..all() }).await.unwrap(), "AB");
    let unknown = list(OfferingQuery { product: Some(named("cda")), ..all() }).await;
    assert_eq!(invalid(unknown), one("productId", Invalid::Unknown));
}
