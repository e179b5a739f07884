//! What is sold fits into a lease, which is at most 64 KiB (TOK-3, TOK-7).

use std::sync::Arc;

use chancery_domain::*;
use chancery_operations::activation_code::Codes;
use chancery_operations::attribute::{self, NewAttribute};
use chancery_operations::order::{self, NewItem, NewOrder};
use chancery_operations::{Error, Place, entitlement};

use crate::on_both_engines;
use crate::shop::{Shop, parse};

on_both_engines!(tok_3_the_largest_that_is_sold_has_a_lease_that_is_taken);

async fn define(shop: &Shop, key: &str, value: &str) {
    let new = NewAttribute {
        key: parse(key),
        name: None,
        attribute_type: AttributeType::String,
        value: Some(parse(value)),
        metadata: Metadata::default(),
    };
    attribute::create(shop.system(0), &shop.admin(), Place::Product(shop.product.into()), new).await.unwrap();
}

async fn tok_3_the_largest_that_is_sold_has_a_lease_that_is_taken(shop: Arc<Shop>) {
    // Each of these characters needs an escape in JSON.
    let longest = "\"".repeat(1_000);
    for n in 0..19 {
        define(&shop, &format!("attribute-{n:02}"), &longest).await;
    }
    let (sold, code) = shop.sell("C-1", &["CAD"]).await;
    let seat = shop.activate(&code, &"s".repeat(128), None).await.unwrap();
    assert!((40_000..=64 * 1024).contains(&seat.lease.len()), "{}", seat.lease.len());
    define(&shop, "one-too-many", &longest).await;
    let too_long = |result: Result<(), Error>| match result {
        Err(Error::Invalid(errors)) => errors.iter().all(|error| error.invalid == Invalid::TooLong),
        _ => false,
    };
    let new = NewOrder {
        customer: Selector::Name("C-1".to_owned()),
        reference: None,
        items: vec![NewItem { sku: Some(parse("CAD")), ..NewItem::default() }],
        codes: Codes::Make(1),
        contacts: Vec::new(),
        metadata: Metadata::default(),
    };
    assert!(too_long(order::create(shop.system(0), &shop.admin(), new).await.map(|_| ())));
    // Nor does what was sold grow too large by another offering.
    let (id, other) = (sold.entitlements[0].id, Selector::Name("CAD-TRIAL".to_owned()));
    let changed = entitlement::change_offering(shop.system(0), &shop.admin(), id, other, false).await;
    assert!(too_long(changed.map(|_| ())));
}
