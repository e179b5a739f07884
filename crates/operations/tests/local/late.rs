//! EXP-5: tokens of entitlements that share things, carried in another order than they were made in, and together with claims.

use std::sync::Arc;

use chancery_domain::*;
use chancery_operations::activation_code;
use chancery_operations::entitlement as sold;
use chancery_operations::order::{self, NewItem, OrderExtension};
use chancery_operations::product::{self, ProductEdit};

use crate::dark::Dark;
use crate::fixture::{Engine, quantity};
use crate::imports::another_product;
use crate::machine::refusal;
use crate::on_both_engines;
use crate::restored::minute;
use crate::server::Vendor;

on_both_engines!(
    exp_5_an_older_token_that_is_late_brings_no_revoked_code_back,
    exp_5_an_older_token_that_is_late_takes_no_name,
    sec_2_a_first_secret_is_not_lost_to_an_import_at_the_same_time,
    exp_6_denials_of_the_first_hour_are_counted,
);

/// Another entitlement of the order.
async fn more(of: &Vendor) -> EntitlementId {
    let (product, _) = another_product(of).await;
    let order = sold::find(&of.system, &of.admin(), of.entitlement).await.unwrap().entitlement.order;
    let item = NewItem { sku: Some(Sku::new("TWO").unwrap()), offering: None, terms: OrderItem::default() };
    order::extend(&of.system, &of.admin(), order.into(), OrderExtension { items: vec![item] }).await.unwrap();
    let filter = sold::EntitlementFilter { order: Some(order), ..Default::default() };
    let list = sold::list(&of.system, &of.admin(), filter, None, Default::default()).await.unwrap();
    list.items.iter().find(|view| view.entitlement.product == product).unwrap().entitlement.id
}

async fn exp_5_an_older_token_that_is_late_brings_no_revoked_code_back(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let second = more(&of).await;
    let new = sold::NewExport {
        entitlement: second,
        server: dark.id,
        seats: None,
        features: Default::default(),
        delegation: Some(Period::Unlimited),
        give_back: GiveBack::AtOnce,
    };
    let late = sold::export(&of.system, &of.admin(), new).await.unwrap().token;
    of.advance(minute());
    let order = sold::find(&of.system, &of.admin(), second).await.unwrap().entitlement.order;
    let codes = activation_code::list(&of.system, &of.admin(), order.into(), Default::default()).await.unwrap();
    for code in codes.items {
        activation_code::revoke(&of.system, &of.admin(), order.into(), code.id).await.unwrap();
    }
    let newer = dark.exports(&of, None).await.unwrap().token;
    dark.import(&of, &newer).await.unwrap();
    assert!(dark.claim(&of, "pc-1", None).await.is_err(), "the code was revoked");
    let imported = dark.import(&of, &late).await.unwrap();
    assert_eq!(imported.view.view.entitlement.seats, quantity(2), "what is its own counts");
    assert!(dark.claim(&of, "pc-1", None).await.is_err(), "and is so still");
}

/// The vendor gives a product's key to another product. The token of before comes last.
async fn exp_5_an_older_token_that_is_late_takes_no_name(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let (second, entitlement) = another_product(&of).await;
    let late = dark.exports(&of, None).await.unwrap().token;
    of.advance(minute());
    for (id, key) in [(of.product.id, "acme-old"), (second, "acme-cad")] {
        let edit = ProductEdit { key: Some(Key::new(key).unwrap()), ..ProductEdit::default() };
        product::update(&of.system, &of.admin(), id.into(), edit).await.unwrap();
    }
    let new = sold::NewExport {
        entitlement,
        server: dark.id,
        seats: None,
        features: Default::default(),
        delegation: Some(Period::Unlimited),
        give_back: GiveBack::AtOnce,
    };
    let newer = sold::export(&of.system, &of.admin(), new).await.unwrap().token;
    dark.import(&of, &newer).await.unwrap();
    dark.import(&of, &late).await.unwrap();
    let vendor = of.vendor.id;
    let find = move |tx: &mut chancery_store::ReadTx<'_>| {
        chancery_store::product::find(tx, vendor, &Selector::Name("acme-cad".to_owned()))
    };
    assert_eq!(dark.store.read(find).await.unwrap().unwrap().id, second);
    of.advance(minute());
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    assert!(dark.claim(&of, "pc-1", None).await.is_err(), "the code is none for the product of this key");
}

async fn sec_2_a_first_secret_is_not_lost_to_an_import_at_the_same_time(engine: Engine) {
    for _ in 0..3 {
        let of = Arc::new(Vendor::new(engine, 3).await);
        let edit = ProductEdit { secret_mode: Some(SecretMode::Client), ..ProductEdit::default() };
        product::update(&of.system, &of.admin(), of.product.id.into(), edit).await.unwrap();
        let dark = Arc::new(Dark::hosting(engine, &of, None).await);
        let tokens = [dark.token(&of, None).await, dark.token(&of, None).await, dark.token(&of, None).await];
        let claims = {
            let (of, dark) = (Arc::clone(&of), Arc::clone(&dark));
            tokio::spawn(async move { dark.claim_with(&of, "pc-1", Some("first")).await.map(drop) })
        };
        for token in tokens {
            dark.import(&of, &token).await.unwrap();
        }
        claims.await.unwrap().unwrap();
        let wrong = refusal(dark.claim_with(&of, "pc-2", Some("other")).await);
        assert_eq!(wrong, Refusal::LicenseeSecretMismatch);
    }
}

async fn exp_6_denials_of_the_first_hour_are_counted(engine: Engine) {
    let of = Vendor::new(engine, 1).await;
    for _ in 0..25 {
        of.advance(minute());
    }
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    dark.claim(&of, "pc-2", None).await.unwrap_err();
    let session = dark.reports(&of).await.sessions[0].session.clone();
    assert_eq!(session.usage.unwrap().denials, 1);
}
