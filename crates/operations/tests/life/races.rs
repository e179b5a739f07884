//! ENT-10: what happens at the same moment as a purge or a restoration.

use std::sync::Arc;

use chancery_domain::*;
use chancery_operations::{Error, customer, entitlement};

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;

on_both_engines!(
    ent_10_claims_and_refreshes_race_with_a_purge,
    ent_10_a_restoration_races_with_a_purge,
    ent_10_two_servers_purge_the_same,
);

async fn ent_10_claims_and_refreshes_race_with_a_purge(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 200, ..Terms::default() }).await);
    let mut seats = Vec::new();
    for i in 0..20 {
        seats.push(fixture.activate(&format!("early-{i}"), None).await.unwrap());
    }
    fixture.advance(Interval::days(1));
    let which = Selector::Id(fixture.customer_id().await);
    let mut tasks = Vec::new();
    for (i, seat) in seats.into_iter().enumerate() {
        let fixture = Arc::clone(&fixture);
        tasks.push(tokio::spawn(async move {
            for round in 0..5 {
                let claimed = fixture.activate(&format!("late-{i}-{round}"), None).await;
                assert!(claimed.as_ref().err().is_none_or(is_expected), "{claimed:?}");
            }
            let refreshed = fixture.refresh(&seat, &seat.nonce, "one").await;
            assert!(refreshed.as_ref().err().is_none_or(is_expected), "{refreshed:?}");
        }));
    }
    customer::purge(&fixture.system, &fixture.admin(), which).await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    for sql in ["SELECT COUNT(*) FROM activations", "SELECT COUNT(*) FROM orders", "SELECT COUNT(*) FROM customers"] {
        assert_eq!(fixture.rows(sql).await, 0, "{sql}");
    }
    let left = "SELECT COUNT(*) FROM journal WHERE seat_id LIKE 'early%' OR seat_id LIKE 'late%'";
    assert_eq!(fixture.rows(left).await, 0, "nothing was recorded behind the purge's back");
}

/// What a product may be told while everything goes away under it.
fn is_expected(error: &Error) -> bool {
    match error {
        Error::ActivationCodeUnknown | Error::Unauthenticated(_) => true,
        Error::Refused(refused) => matches!(
            refused.refusal,
            Refusal::EntitlementDisabled { .. } | Refusal::CustomerDisabled | Refusal::ProductNotInOrder
        ),
        _ => false,
    }
}

async fn ent_10_a_restoration_races_with_a_purge(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms::default()).await);
    fixture.activate("a", None).await.unwrap();
    entitlement::delete(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    let restoring: Vec<_> = (0..10)
        .map(|_| {
            let fixture = Arc::clone(&fixture);
            tokio::spawn(async move {
                match entitlement::restore(&fixture.system, &fixture.admin(), fixture.entitlement).await {
                    Ok(_) | Err(Error::NotFound) => true,
                    Err(Error::Refused(refused)) => matches!(refused.refusal, Refusal::NotRestorable { .. }),
                    Err(_) => false,
                }
            })
        })
        .collect();
    entitlement::purge(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    for restored in restoring {
        assert!(restored.await.unwrap());
    }
    assert_eq!(fixture.rows("SELECT COUNT(*) FROM entitlements").await, 0);
    assert_eq!(fixture.rows("SELECT COUNT(*) FROM activations").await, 0);
}

async fn ent_10_two_servers_purge_the_same(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms::default()).await);
    fixture.activate("a", None).await.unwrap();
    let which = Selector::Id(fixture.customer_id().await);
    customer::delete(&fixture.system, &fixture.admin(), which).await.unwrap();
    fixture.advance(Interval::days(31));
    let (one, two) = tokio::join!(fixture.job(), fixture.job());
    assert_eq!((one.failed, two.failed), (0, 0));
    assert!((1..=2).contains(&(one.done + two.done)), "{one:?} {two:?}");
    assert_eq!(fixture.rows("SELECT COUNT(*) FROM customers").await, 0);
}
