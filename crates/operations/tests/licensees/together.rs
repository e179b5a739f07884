//! Two calls at once, on PostgreSQL by two servers: one idempotency key, and a catalog that changes while it is sold from.

use std::collections::BTreeSet;
use std::sync::Arc;

use chancery_domain::*;
use chancery_operations::activation_code::Codes;
use chancery_operations::offering::{self, NewOffering};
use chancery_operations::order::{self, NewItem, NewOrder, OrderView};
use chancery_operations::{AuditEntry, Context, Error, IdempotencyKey, entitlement};

use crate::on_both_engines;
use crate::shop::{Shop, parse};

on_both_engines! {
    safe_1_of_two_equal_calls_at_once_under_one_key_one_is_done,
    safe_1_of_two_different_calls_at_once_under_one_key_one_is_done,
    cat_3_an_offering_is_sold_or_deleted,
    ent_8_an_offering_is_taken_up_or_deleted,
}

const ROUNDS: usize = 8;

fn keyed(context: Context, key: &str, body: &str) -> Context {
    context.with_idempotency(Some(IdempotencyKey::new(b"the same credential", key, "an operation", body.as_bytes())))
}

fn order_of(customer: CustomerId, sku: &str) -> NewOrder {
    NewOrder {
        customer: customer.into(),
        reference: None,
        items: vec![NewItem { sku: Some(parse(sku)), ..NewItem::default() }],
        codes: Codes::Make(1),
        contacts: Vec::new(),
        metadata: Metadata::default(),
    }
}

async fn safe_1_of_two_equal_calls_at_once_under_one_key_one_is_done(shop: Arc<Shop>) {
    let customer = shop.add_customer("C-1").await;
    for round in 0..ROUNDS {
        let key = format!("round {round}");
        let make = async |server| {
            let context = keyed(shop.admin(), &key, "the same body");
            order::create(shop.system(server), &context, order_of(customer, "CAD")).await.unwrap()
        };
        let (one, two) = tokio::join!(make(0), make(1));
        assert_eq!(one.order.id, two.order.id);
        let plain = |made: &OrderView| made.codes[0].plain.clone().unwrap();
        assert_eq!(plain(&one), plain(&two), "the same secret is shown to both");
    }
    let orders = |entry: AuditEntry| entry.subject.starts_with("ord_").then_some(entry.subject);
    let made = shop.audit().await.into_iter().filter_map(orders).collect::<BTreeSet<String>>().len();
    assert_eq!(made, ROUNDS);
}

async fn safe_1_of_two_different_calls_at_once_under_one_key_one_is_done(shop: Arc<Shop>) {
    // They hold different locks: only the receipt itself tells that the key is taken.
    let (one, two) = (shop.sell("C-1", &["CAD"]).await.0, shop.sell("C-2", &["CAD"]).await.0);
    let (one, two) = (one.entitlements[0].id, two.entitlements[0].id);
    for round in 0..ROUNDS {
        let key = format!("round {round}");
        let seats = Quantity::new(10 + round as u64).unwrap();
        let set = async |server, id: EntitlementId| {
            let context = keyed(shop.admin(), &key, &id.to_string());
            let edit = EntitlementEdit { seats: Some(seats), ..EntitlementEdit::default() };
            entitlement::update(shop.system(server), &context, id, edit, false).await.map(|_| ())
        };
        let results = tokio::join!(set(0, one), set(1, two));
        for (id, result) in [(one, results.0.clone()), (two, results.1.clone())] {
            let now = entitlement::find(shop.system(0), &shop.admin(), id).await.unwrap().entitlement.seats;
            match result {
                Ok(()) => assert_eq!(now, seats),
                Err(Error::IdempotencyKeyReused) => assert_ne!(now, seats, "what was refused was undone"),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(results.0.is_ok() != results.1.is_ok(), "{results:?}");
    }
}

/// Another offering like the first.
async fn another(shop: &Shop, sku: &str) -> OfferingId {
    let like = offering::find(shop.system(0), &shop.admin(), Selector::Name("CAD".to_owned())).await.unwrap().offering;
    let new = NewOffering {
        sku: parse(sku),
        name: parse(sku),
        product: None,
        edition: like.edition.into(),
        plan: like.plan.into(),
        seats: like.seats,
        overdraft: like.overdraft,
        concurrency: like.concurrency,
        automatic: false,
        maintenance: None,
        policy: like.policy,
        metadata: Metadata::default(),
    };
    offering::create(shop.system(0), &shop.admin(), new).await.unwrap().offering.id
}

async fn cat_3_an_offering_is_sold_or_deleted(shop: Arc<Shop>) {
    let customer = shop.add_customer("C-1").await;
    for round in 0..ROUNDS {
        let sku = format!("SHORT-{round}");
        let id = another(&shop, &sku).await;
        let (buyer, remover) = (shop.admin(), shop.admin());
        let bought = order::create(shop.system(0), &buyer, order_of(customer, &sku));
        let (bought, deleted) = tokio::join!(bought, offering::delete(shop.system(1), &remover, id.into()));
        match (bought.map(|_| ()), deleted) {
            (Ok(()), Err(Error::InUse { by })) => assert_eq!(by, [("entitlement", 1)]),
            (Err(Error::Invalid(errors)), Ok(())) => assert_eq!(errors[0].invalid, Invalid::Unknown),
            other => panic!("{other:?}"),
        }
    }
}

async fn ent_8_an_offering_is_taken_up_or_deleted(shop: Arc<Shop>) {
    let sold = shop.sell("C-1", &["CAD"]).await.0.entitlements[0].id;
    for round in 0..ROUNDS {
        let id = another(&shop, &format!("SHORT-{round}")).await;
        let (seller, remover) = (shop.admin(), shop.admin());
        let taken = entitlement::change_offering(shop.system(0), &seller, sold, id.into(), false);
        let (taken, deleted) = tokio::join!(taken, offering::delete(shop.system(1), &remover, id.into()));
        match (taken.map(|_| ()), deleted) {
            (Ok(()), Err(Error::InUse { by })) => assert_eq!(by, [("entitlement", 1)]),
            (Err(Error::Invalid(errors)), Ok(())) => assert_eq!(errors[0].invalid, Invalid::Unknown),
            other => panic!("{other:?}"),
        }
    }
}
