//! A licensee's several orders: SEAT-1 over all of them, and what is locked.

use std::collections::BTreeSet;
use std::sync::Arc;

use chancery_domain::{Refusal, SecretMode};

use crate::on_both_engines;
use crate::shop::{By, Shop, refusal};

on_both_engines! {
    seat_1_a_licensee_claims_of_all_its_orders,
    seat_1_claims_by_number_and_by_codes_race_for_the_same_seats,
    seat_1_orders_that_come_while_it_claims_are_seen,
    seat_2_one_seat_id_of_several_orders_has_one_seat,
}

async fn licensee(shop: &Shop) -> By {
    By::Number(shop.licensees().await[0].number.to_string())
}

async fn seat_1_a_licensee_claims_of_all_its_orders(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    let (one, _) = shop.sell("c", &["CAD"]).await;
    let (two, code) = shop.sell("c", &["CAD"]).await;
    let by = licensee(&shop).await;
    shop.sell("other", &["CAD"]).await;
    // Who holds a seat already keeps it, whichever order it is of.
    let held = shop.activate(&code, "pc-0", Some("x")).await.unwrap();
    let again = shop.activate(&by, "pc-0", Some("x")).await.unwrap();
    assert_eq!(again.view.activation.id, held.view.activation.id);
    let mut orders = BTreeSet::from([again.view.activation.order]);
    for seat in ["pc-1", "pc-2", "pc-3"] {
        let taken = shop.activate(&by, seat, Some("x")).await.unwrap();
        orders.insert(taken.view.activation.order);
        // The token carries the order: later calls lock that one.
        shop.refresh(&taken, &taken.nonce, seat, Some("x")).await.unwrap();
    }
    assert_eq!(orders, BTreeSet::from([one.order.id, two.order.id]));
    assert!(matches!(refusal(shop.activate(&by, "pc-4", Some("x")).await), Refusal::SeatsExhausted { .. }));
}

async fn seat_1_claims_by_number_and_by_codes_race_for_the_same_seats(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    let mut by = Vec::new();
    for _ in 0..3 {
        by.push(shop.sell("c", &["CAD"]).await.1);
    }
    by.push(licensee(&shop).await);
    let calls = (0..60).map(|i| {
        let (shop, by) = (Arc::clone(&shop), by[i % by.len()].clone());
        tokio::spawn(async move {
            match shop.activate_at(i / 4, &by, &format!("pc-{i}"), Some("x")).await {
                Ok(held) => Some((held.view.activation.entitlement, held.view.activation.seat_number())),
                refused => {
                    assert!(matches!(refusal(refused), Refusal::SeatsExhausted { .. }));
                    None
                }
            }
        })
    });
    let mut seats = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        seats.extend(call.await.unwrap());
    }
    assert_eq!((seats.len(), seats.iter().collect::<BTreeSet<_>>().len()), (6, 6), "each seat once");
}

async fn seat_1_orders_that_come_while_it_claims_are_seen(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    shop.sell("c", &["CAD"]).await;
    let by = licensee(&shop).await;
    let selling = {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move {
            for _ in 0..4 {
                shop.sell("c", &["CAD"]).await;
            }
        })
    };
    for i in 0..10 {
        let _ = shop.activate_at(i, &by, &format!("pc-{i}"), Some("x")).await;
    }
    selling.await.unwrap();
    for i in 0..10 {
        shop.activate_at(i, &by, &format!("pc-{i}"), Some("x")).await.unwrap();
    }
    assert_eq!(shop.seats().await, 10);
}

async fn seat_2_one_seat_id_of_several_orders_has_one_seat(shop: Arc<Shop>) {
    shop.set_mode(SecretMode::Client).await;
    for _ in 0..3 {
        shop.sell("c", &["CAD"]).await;
    }
    let by = licensee(&shop).await;
    let calls = (0..30).map(|i| {
        let (shop, by) = (Arc::clone(&shop), by.clone());
        tokio::spawn(async move { shop.activate_at(i, &by, "pc", Some("x")).await.unwrap().view.activation.id })
    });
    let mut activations = BTreeSet::new();
    for call in calls.collect::<Vec<_>>() {
        activations.insert(call.await.unwrap());
    }
    assert_eq!((activations.len(), shop.seats().await), (1, 1));
}
