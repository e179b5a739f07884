//! What was sold stays as it was sold (CAT-3).

use chancery_domain::*;
use chancery_operations::customer::NewCustomer;
use chancery_operations::edition::EditionEdit;
use chancery_operations::feature::{self, FeatureEdit};
use chancery_operations::offering::{OfferingEdit, PolicyEdit};
use chancery_operations::order::{NewItem, NewOrder};
use chancery_operations::plan::PlanEdit;
use chancery_operations::{activation_code, customer, edition, entitlement, offering, order, plan};

use crate::fixture::*;

#[tokio::test]
async fn cat_3_changing_the_catalog_changes_nothing_that_was_sold() {
    let shop = Shop::open().await;
    let (system, cad) = (&shop.system, || named::<ProductId>("cad"));
    let yearly = shop.plan("Yearly", Some("1 year")).await.id;
    shop.define(on_product(), pool("parts", 1)).await.unwrap();
    shop.define(on_product(), pool("layers", 9)).await.unwrap();
    shop.define_attribute(on_product(), number("zoom", Some("1"))).await.unwrap();
    shop.edition_of("cad", "pro", &[("parts", count(2))], &[]).await.unwrap();
    shop.offering("CAD-PRO", "pro", yearly).await.unwrap();
    let id = sell(&shop, "CAD-PRO").await;
    let before = entitlement::find(system, &shop.admin(), id).await.unwrap().entitlement;
    assert_eq!((before.seats.get(), before.features.len()), (5, 2));

    let edit = EditionEdit {
        features: [(parse("parts"), count(50))].into(),
        attributes: [(parse("zoom"), Some(parse("8")))].into(),
        ..EditionEdit::default()
    };
    edition::update(system, &shop.admin(), cad(), named("pro"), edit).await.unwrap();
    let edit = PlanEdit { duration: Some(Some(parse("1 month"))), ..PlanEdit::default() };
    plan::update(system, &shop.admin(), yearly.into(), edit).await.unwrap();
    let policy = PolicyEdit { lease_period: Some(Some(Period::Unlimited)), ..PolicyEdit::default() };
    let edit =
        OfferingEdit { seats: Some(Quantity::ONE), sku: Some(parse("CAD-2")), policy, ..OfferingEdit::default() };
    offering::update(system, &shop.admin(), named("CAD-PRO"), edit).await.unwrap();
    let edit = FeatureEdit { value: Some(count(99)), overdraft: Some(Overdraft::Unlimited), ..FeatureEdit::default() };
    feature::update(system, &shop.admin(), on_product(), named("layers"), edit).await.unwrap();
    feature::remove(system, &shop.admin(), on_product(), named("parts")).await.unwrap();

    let after = entitlement::find(system, &shop.admin(), id).await.unwrap().entitlement;
    assert_eq!(after, before);
    assert_eq!(in_use(offering::delete(system, &shop.admin(), named("CAD-2")).await), [("entitlement", 1)]);
    let by = in_use(edition::delete(system, &shop.admin(), cad(), named("pro")).await);
    assert_eq!(by, [("offering", 1), ("entitlement", 1)]);
}

async fn sell(shop: &Shop, sku: &str) -> EntitlementId {
    let new = NewCustomer {
        name: parse("Initech"),
        reference: None,
        contacts: Vec::new(),
        notes: String::new(),
        metadata: Metadata::default(),
    };
    let customer = customer::create(&shop.system, &shop.admin(), new).await.unwrap();
    let new = NewOrder {
        customer: customer.id.into(),
        reference: None,
        items: vec![NewItem { sku: Some(parse(sku)), ..NewItem::default() }],
        codes: activation_code::Codes::Make(0),
        contacts: Vec::new(),
        metadata: Metadata::default(),
    };
    order::create(&shop.system, &shop.admin(), new).await.unwrap().entitlements[0].id
}
