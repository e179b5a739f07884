//! The product that every vendor has from the first (LLS-2).

use chancery_domain::{EditionId, Id, Key, Name, Period, ProductId, Refusal};
use chancery_operations::catalog;
use chancery_operations::edition::{self, EditionEdit};
use chancery_operations::product::{self, ProductEdit};

use crate::fixture::{Engine, Fixture, Terms};
use crate::machine::refusal;
use crate::on_both_engines;

on_both_engines! {
    lls_2_every_vendor_has_the_product_that_local_servers_are,
    lls_2_it_is_neither_deleted_nor_called_otherwise,
    cat_4_it_is_in_the_catalog_file_once_the_vendor_made_something_of_it,
}

async fn lls_2_every_vendor_has_the_product_that_local_servers_are(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let id = ProductId::of_local_server(fixture.vendor.id);
    assert_eq!(id.uuid(), fixture.vendor.id.uuid());
    let found = product::find(&fixture.system, &fixture.admin(), "local-server".into()).await.unwrap();
    assert_eq!((found.id, found.policy.offline_lease_period), (id, Some(Period::Unlimited)));
    let edition = edition::find(&fixture.system, &fixture.admin(), id.into(), "standard".into()).await.unwrap();
    assert_eq!(edition.edition.id, EditionId::of_local_server(fixture.vendor.id));
}

async fn lls_2_it_is_neither_deleted_nor_called_otherwise(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (system, admin) = (&fixture.system, fixture.admin());
    let id = ProductId::of_local_server(fixture.vendor.id);
    assert_eq!(refusal(product::delete(system, &admin, id.into()).await), Refusal::BuiltIn);
    let which = EditionId::of_local_server(fixture.vendor.id);
    assert_eq!(refusal(edition::delete(system, &admin, id.into(), which.into()).await), Refusal::BuiltIn);
    let key = Some(Key::new("another").unwrap());
    let edit = ProductEdit { key: key.clone(), ..ProductEdit::default() };
    assert_eq!(refusal(product::update(system, &admin, id.into(), edit).await), Refusal::BuiltIn);
    let edit = EditionEdit { key, ..EditionEdit::default() };
    assert_eq!(refusal(edition::update(system, &admin, id.into(), which.into(), edit).await), Refusal::BuiltIn);
    // How it is sold, and what people read, is the vendor's business.
    let edit = ProductEdit { name: Some(Name::new("Dark server").unwrap()), ..ProductEdit::default() };
    product::update(system, &admin, id.into(), edit).await.unwrap();
}

async fn cat_4_it_is_in_the_catalog_file_once_the_vendor_made_something_of_it(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let keys = async || -> Vec<String> {
        let catalog = catalog::export(&fixture.system, &fixture.admin()).await.unwrap();
        catalog.products.into_iter().map(|one| one.product.key.to_string()).collect()
    };
    assert_eq!(keys().await, ["acme-cad"]);
    let id = ProductId::of_local_server(fixture.vendor.id);
    let edit = ProductEdit { name: Some(Name::new("Dark server").unwrap()), ..ProductEdit::default() };
    product::update(&fixture.system, &fixture.admin(), id.into(), edit).await.unwrap();
    let mut both = keys().await;
    both.sort_unstable();
    assert_eq!(both, ["acme-cad", "local-server"]);
}
