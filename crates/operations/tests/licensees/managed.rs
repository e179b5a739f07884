//! Licensees as the vendor manages them.

use std::collections::BTreeSet;
use std::sync::Arc;

use chancery_domain::{LicenseeNumber, Metadata, Selector};
use chancery_operations::licensee::{self, LicenseeEdit, LicenseeFilter};
use chancery_operations::{Error, PageRequest, customer, edition, offering, order, product};

use crate::on_both_engines;
use crate::shop::{Shop, parse};

on_both_engines! {
    a_licensee_comes_with_the_first_entitlement_and_only_once,
    orders_at_once_make_one_licensee,
    a_number_is_given_and_unique,
    ent_10_a_licensee_keeps_its_product_until_its_customer_is_purged,
}

async fn a_licensee_comes_with_the_first_entitlement_and_only_once(shop: Arc<Shop>) {
    let cam = shop.add_product("cam", &[("CAM", false)]).await;
    shop.add_customer("nothing bought").await;
    assert_eq!(shop.licensees().await.len(), 0);
    let (sold, _) = shop.sell("c", &["CAD", "CAD", "CAM"]).await;
    shop.sell("c", &["CAM"]).await;
    let found = shop.licensees().await;
    let products: BTreeSet<_> = found.iter().map(|one| one.product).collect();
    assert_eq!((found.len(), products), (2, BTreeSet::from([shop.product, cam])));
    for one in &found {
        assert_eq!(one.customer, sold.order.customer);
        let number = one.number.as_str();
        assert!(number.starts_with("L-") && number.len() == 10, "{number}");
        assert!(shop.audit().await.iter().any(|row| row.subject == one.id.to_string() && row.action == "order.create"));
    }
    let only = LicenseeFilter { customer: Some(Selector::Name("c".into())), product: Some(cam.into()) };
    let listed = licensee::list(shop.system(0), &shop.admin(), only, PageRequest::default()).await.unwrap().items;
    assert_eq!(listed.iter().map(|one| one.product).collect::<Vec<_>>(), [cam]);
    for unknown in ["nobody", "cust_01m4jx7gd1eb9bvwgxq8w7mmp3"] {
        let filter = LicenseeFilter { customer: Some(unknown.into()), product: None };
        let list = licensee::list(shop.system(0), &shop.admin(), filter, PageRequest::default()).await;
        assert!(matches!(list, Err(Error::Invalid(_))));
    }
}

async fn orders_at_once_make_one_licensee(shop: Arc<Shop>) {
    shop.add_customer("c").await;
    let orders = (0..20).map(|_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.sell("c", &["CAD"]).await.0.order.id })
    });
    let mut made = BTreeSet::new();
    for order in orders.collect::<Vec<_>>() {
        made.insert(order.await.unwrap());
    }
    assert_eq!((made.len(), shop.licensees().await.len()), (20, 1));
}

async fn a_number_is_given_and_unique(shop: Arc<Shop>) {
    shop.sell("one", &["CAD"]).await;
    shop.sell("two", &["CAD"]).await;
    let [one, two] = &shop.licensees().await[..] else { panic!() };
    let give = |number: &str| LicenseeEdit { number: Some(parse(number)), metadata: None };
    let changed = licensee::update(shop.system(0), &shop.admin(), one.id.into(), give("K-1")).await.unwrap();
    assert_eq!(changed.number.as_str(), "K-1");
    let taken = licensee::update(shop.system(0), &shop.admin(), two.id.into(), give("K-1")).await;
    assert!(matches!(taken, Err(Error::AlreadyExists { field: "number" })));
    let by_number = licensee::find(shop.system(0), &shop.admin(), Selector::Name("K-1".into())).await.unwrap();
    assert_eq!(by_number, changed);
    let metadata = Metadata::new([("crm".to_owned(), "7".to_owned())].into()).unwrap();
    let edit = LicenseeEdit { number: None, metadata: Some(metadata.clone()) };
    let changed = licensee::update(shop.system(0), &shop.admin(), Selector::Name("K-1".into()), edit).await.unwrap();
    assert_eq!((changed.metadata, changed.number), (metadata, LicenseeNumber::new("K-1").unwrap()));
    let gone = licensee::find(shop.system(0), &shop.admin(), Selector::Name(one.number.to_string())).await;
    assert!(matches!(gone, Err(Error::NotFound)));
}

/// Else nothing would lead from the customer to what the audit says of the licensee.
async fn ent_10_a_licensee_keeps_its_product_until_its_customer_is_purged(shop: Arc<Shop>) {
    let cam = shop.add_product("cam", &[("CAM", false)]).await;
    let (sold, _) = shop.sell("c", &["CAM"]).await;
    let licensee = shop.licensees().await.remove(0);
    let edit = LicenseeEdit { number: Some(LicenseeNumber::new("ada-lovelace").unwrap()), ..LicenseeEdit::default() };
    licensee::update(shop.system(0), &shop.admin(), licensee.id.into(), edit).await.unwrap();
    order::purge(shop.system(0), &shop.admin(), sold.order.id.into()).await.unwrap();
    offering::delete(shop.system(0), &shop.admin(), Selector::Name("CAM".to_owned())).await.unwrap();
    let pro = Selector::Name("pro".to_owned());
    edition::delete(shop.system(0), &shop.admin(), cam.into(), pro).await.unwrap();
    match product::delete(shop.system(1), &shop.admin(), cam.into()).await {
        Err(Error::InUse { by }) => assert_eq!(by, [("licensee", 1)]),
        other => panic!("{other:?}"),
    }
    customer::purge(shop.system(0), &shop.admin(), sold.order.customer.into()).await.unwrap();
    assert!(shop.audit().await.iter().any(|row| row.subject == licensee.id.to_string()));
    let told = format!("{:?}", shop.audit().await);
    assert!(!told.contains("ada-lovelace") && !told.contains(licensee.number.as_str()), "{told}");
    product::delete(shop.system(1), &shop.admin(), cam.into()).await.unwrap();
}
