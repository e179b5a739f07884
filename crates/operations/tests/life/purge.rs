//! ENT-10 and AUD-1: a purge erases all that was deleted, leaves the audit without personal data, and survives being cut off.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chancery_domain::*;
use chancery_operations::activation::{checkout, deactivate, release};
use chancery_operations::purge::Purged;
use chancery_operations::{AuditEntry, Error, customer, entitlement, order};
use chancery_store::{Fault, FaultPoint, Options};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;
use crate::support::refused;

on_both_engines!(
    ent_10_after_30_days_all_is_erased,
    ent_10_before_that_nothing_is_erased,
    ent_10_an_administrator_purges_at_once,
    ent_10_a_purge_that_has_begun_is_not_undone,
    ent_10_a_purge_that_was_cut_off_is_gone_on_with,
    ent_10_more_rows_than_one_step_takes,
    aud_1_a_purge_leaves_the_audit_without_personal_data,
    aud_1_the_seats_of_others_stay_in_the_audit,
);

const LEFT: [&str; 9] = [
    "SELECT COUNT(*) FROM entitlements",
    "SELECT COUNT(*) FROM activations",
    "SELECT COUNT(*) FROM free_seats",
    "SELECT COUNT(*) FROM feature_usage",
    "SELECT COUNT(*) FROM feature_holdings",
    "SELECT COUNT(*) FROM orders",
    "SELECT COUNT(*) FROM activation_codes",
    "SELECT COUNT(*) FROM order_contacts",
    "SELECT COUNT(*) FROM licensees",
];

/// An entitlement that has a row in every table: seats, a free number, an ended activation, a held pool, denials.
async fn used(engine: Engine, options: Options) -> Fixture {
    let fixture = Fixture::with(engine, Terms { seats: 3, ..Terms::default() }, options).await;
    let first = fixture.activate("alice-laptop", None).await.unwrap();
    let second = fixture.activate("bob-laptop", None).await.unwrap();
    let third = fixture.activate("carol-laptop", None).await.unwrap();
    fixture.activate("dave-laptop", None).await.unwrap_err();
    let (context, call) = fixture.holder(&first, &first.nonce, "one", "");
    checkout(&fixture.system, &context, call, Key::new("pool").unwrap(), quantity(2)).await.unwrap();
    let (context, call) = fixture.holder(&second, &second.nonce, "two", "");
    deactivate(&fixture.system, &context, call).await.unwrap();
    let id = third.view.activation.id;
    release(&fixture.system, &fixture.admin(), id, Default::default()).await.unwrap();
    fixture
}

async fn delete_customer(fixture: &Fixture) {
    let which = Selector::Id(fixture.customer_id().await);
    customer::delete(&fixture.system, &fixture.admin(), which).await.unwrap();
}

async fn assert_erased(fixture: &Fixture) {
    for sql in LEFT {
        assert_eq!(fixture.rows(sql).await, 0, "{sql}");
    }
}

async fn ent_10_after_30_days_all_is_erased(engine: Engine) {
    let fixture = used(engine, Options::default()).await;
    let customer = Selector::Id(fixture.customer_id().await);
    delete_customer(&fixture).await;
    fixture.advance(Interval::days(30));
    assert_eq!(fixture.job().await, Purged { done: 1, failed: 0 });
    assert_erased(&fixture).await;
    assert!(matches!(customer::find(&fixture.system, &fixture.admin(), customer).await, Err(Error::NotFound)));
    assert!(matches!(fixture.activate("x", None).await, Err(Error::ActivationCodeUnknown)));
    assert_eq!(fixture.job().await, Purged::default(), "and nothing is left to do");
}

async fn ent_10_before_that_nothing_is_erased(engine: Engine) {
    let fixture = used(engine, Options::default()).await;
    let customer = Selector::Id(fixture.customer_id().await);
    delete_customer(&fixture).await;
    fixture.advance(Interval::days(29));
    assert_eq!(fixture.job().await, Purged::default());
    customer::restore(&fixture.system, &fixture.admin(), customer).await.unwrap();
    fixture.advance(Interval::days(2));
    assert_eq!(fixture.job().await, Purged::default());
    fixture.activate("alice-laptop", None).await.unwrap();
}

async fn ent_10_an_administrator_purges_at_once(engine: Engine) {
    let fixture = used(engine, Options::default()).await;
    let scopes = [KeyScope::Group(Group::Entitlements, Access::Write), KeyScope::Group(Group::Orders, Access::Write)];
    let less = fixture.context(scopes.into());
    let denied = entitlement::purge(&fixture.system, &less, fixture.entitlement).await;
    assert!(matches!(denied, Err(Error::NotPermitted(NotPermitted { needed: KeyScope::Admin }))), "{denied:?}");
    entitlement::purge(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    let gone = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await;
    assert!(matches!(gone, Err(Error::NotFound)));
    assert_eq!(refused(fixture.activate("x", None).await.unwrap_err()), Refusal::ProductNotInOrder);
    let which = Selector::Id(fixture.order_id().await);
    order::purge(&fixture.system, &fixture.admin(), which).await.unwrap();
    assert_eq!(fixture.rows("SELECT COUNT(*) FROM customers").await, 1);
}

/// A hook that fails a commit: the n-th from when it was armed.
fn failing() -> (Arc<AtomicI64>, Options) {
    let left = Arc::new(AtomicI64::new(i64::MAX));
    let counter = Arc::clone(&left);
    let hook = move |point| match point {
        FaultPoint::BeforeCommit if counter.fetch_sub(1, Ordering::SeqCst) == 1 => Fault::DiskFull,
        _ => Fault::None,
    };
    (left, Options { fault: Some(Arc::new(hook)), ..Options::default() })
}

async fn ent_10_a_purge_that_has_begun_is_not_undone(engine: Engine) {
    let (commits, options) = failing();
    let fixture = used(engine, options).await;
    commits.store(2, Ordering::SeqCst);
    entitlement::purge(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap_err();
    let late = entitlement::restore(&fixture.system, &fixture.admin(), fixture.entitlement).await.err().unwrap();
    assert!(matches!(refused(late), Refusal::NotRestorable { .. }));
    // Nor by a server whose clock is behind.
    fixture.set_back(Interval::days(1));
    let late = entitlement::restore(&fixture.system, &fixture.admin(), fixture.entitlement).await.err().unwrap();
    assert!(matches!(refused(late), Refusal::NotRestorable { .. }));
}

async fn ent_10_a_purge_that_was_cut_off_is_gone_on_with(engine: Engine) {
    let (commits, options) = failing();
    let fixture = used(engine, options).await;
    let which = Selector::Id(fixture.customer_id().await);
    let mut cuts = 0;
    // Cut at each of its commits in turn: each time a little more is erased.
    loop {
        commits.store(if cuts == 0 { 2 } else { 1 + cuts % 3 }, Ordering::SeqCst);
        let cut = match cuts {
            0 => customer::purge(&fixture.system, &fixture.admin(), which.clone()).await.is_err(),
            _ => fixture.job().await.failed > 0,
        };
        commits.store(i64::MAX, Ordering::SeqCst);
        if !cut {
            break;
        }
        cuts += 1;
        assert!(cuts < 100);
    }
    assert!(cuts > 2, "it was cut off more than once: {cuts}");
    assert_erased(&fixture).await;
    assert_eq!(personal_texts(&fixture).await, [] as [String; 0]);
}

async fn ent_10_more_rows_than_one_step_takes(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 1_100, ..Terms::default() }).await);
    let claims = (0..1_100).map(|i| {
        let fixture = Arc::clone(&fixture);
        tokio::spawn(async move { fixture.activate(&format!("laptop-{i}"), None).await.unwrap() })
    });
    for claim in claims.collect::<Vec<_>>() {
        claim.await.unwrap();
    }
    entitlement::purge(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    assert_eq!(fixture.rows("SELECT COUNT(*) FROM activations").await, 0);
    assert_eq!(personal_texts(&fixture).await, [] as [String; 0]);
}

/// What in the journal still tells of somebody.
async fn personal_texts(fixture: &Fixture) -> Vec<String> {
    let sql = "SELECT COALESCE(seat_id, '') || '|' || COALESCE(seat_name, '') || '|' || COALESCE(address, '') || '|' || changes
               FROM journal";
    let rows: Vec<String> = fixture
        .store
        .read(move |tx| tx.query(sql, &[], |c| c.take()))
        .await
        .unwrap_or_else(|error: chancery_store::StoreError| panic!("{error:?}"));
    let tells = |row: &String| ["laptop", "Eve", "CRM-2", "198.51.100"].iter().any(|text| row.contains(text));
    rows.into_iter().filter(tells).collect()
}

/// What a row says without the personal data.
fn plain(entry: &AuditEntry) -> impl PartialEq + std::fmt::Debug + use<> {
    let changes: Vec<_> = entry
        .changes
        .iter()
        .map(|change| {
            let values = if change.personal { (None, None) } else { (change.from.clone(), change.to.clone()) };
            (change.field.clone(), change.personal, change.from.is_some(), change.to.is_some(), values)
        })
        .collect();
    let AuditEntry { id, time, actor, action, subject, request_id, .. } = entry.clone();
    (id, time, actor, action, subject, request_id, changes)
}

async fn aud_1_a_purge_leaves_the_audit_without_personal_data(engine: Engine) {
    let fixture = used(engine, Options::default()).await;
    let eve = fixture.another_customer().await;
    let which = Selector::Id(fixture.order_id().await);
    let to = order::OrderMove { customer: eve.id.into(), contacts: Some(vec![eve.contacts[0].id]) };
    order::move_to(&fixture.system, &fixture.admin(), which, to).await.unwrap();
    assert!(personal_texts(&fixture).await.len() > 5);
    let before = fixture.audit().await;
    customer::purge(&fixture.system, &fixture.admin(), eve.id.into()).await.unwrap();
    let after = fixture.audit().await;
    assert_eq!(personal_texts(&fixture).await, [] as [String; 0]);
    // Every row is still there, in its place, with all else that it said.
    assert!(after.len() > before.len());
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(plain(was), plain(is));
    }
    let last: Vec<_> =
        after[before.len()..].iter().map(|entry| (entry.action.as_str(), entry.subject.clone())).collect();
    assert!(last.iter().all(|(action, _)| *action == "customer.purge"));
    assert!(last.iter().any(|(_, subject)| *subject == eve.id.to_string()));
    assert!(last.iter().any(|(_, subject)| *subject == fixture.entitlement.to_string()));
    // Seats are still told apart.
    let sql = "SELECT COUNT(DISTINCT seat_id) FROM journal WHERE seat_id IS NOT NULL AND erased IS NOT NULL";
    assert_eq!(fixture.rows(sql).await, 4);
}

async fn aud_1_the_seats_of_others_stay_in_the_audit(engine: Engine) {
    let fixture = used(engine, Options::default()).await;
    let eve = fixture.another_customer().await;
    let before = personal_texts(&fixture).await.len();
    customer::purge(&fixture.system, &fixture.admin(), eve.id.into()).await.unwrap();
    let left = personal_texts(&fixture).await;
    assert!(left.len() < before && left.iter().all(|row| row.contains("laptop")), "{left:?}");
    assert_eq!(fixture.rows("SELECT COUNT(*) FROM activations").await, 3);
}
