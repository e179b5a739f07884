//! ENT-10: deleting is soft, stops products like disabling does, and is undone as if it had never been.

use chancery_domain::*;
use chancery_operations::order::OrderEdit;
use chancery_operations::{Error, activation_code, contact, customer, entitlement, order};

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;
use crate::support::refused;

on_both_engines!(
    ent_10_a_deleted_entitlement_is_as_if_disabled_and_restoring_restores_it,
    ent_10_a_deleted_order_stops_what_it_granted,
    ent_10_a_deleted_customer_stops_all_that_it_bought,
    ent_10_restoring_one_of_several_deletions_leaves_the_others,
    ent_10_what_is_deleted_is_not_changed,
    ent_10_deleting_again_keeps_the_first_instant,
    ent_10_a_dry_run_names_whose_seats_run_out,
);

fn disabled() -> Refusal {
    Refusal::EntitlementDisabled { reason: None }
}

async fn ent_10_a_deleted_entitlement_is_as_if_disabled_and_restoring_restores_it(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let (system, id) = (&fixture.system, fixture.entitlement);
    fixture.advance(Interval::days(1));
    entitlement::delete(system, &fixture.admin(), id).await.unwrap();

    assert_eq!(refused(fixture.activate("b", None).await.unwrap_err()), disabled());
    assert_eq!(refused(fixture.activate("a", None).await.unwrap_err()), disabled());
    let Err(Error::Refused(turned)) = fixture.refresh(&seat, &seat.nonce, "one").await else { panic!("refused") };
    assert_eq!(turned.refusal, disabled());
    let shown = entitlement::find(system, &fixture.admin(), id).await.unwrap();
    let deletion = shown.entitlement.deletion.unwrap();
    assert_eq!(deletion.since, fixture.now());
    assert_eq!(deletion.purge_at, fixture.now().plus(Interval::days(30)));
    assert_eq!(shown.entitlement.status(fixture.now()), EntitlementStatus::Disabled);
    assert_eq!(shown.seats_used, 1, "the lease that was given runs out");

    fixture.advance(Interval::days(2));
    let restored = entitlement::restore(system, &fixture.admin(), id).await.unwrap();
    assert_eq!(restored.entitlement.status(fixture.now()), EntitlementStatus::Active);
    let (expiry, _) = fixture.refresh(&seat, &turned.nonce.unwrap(), "two").await.unwrap();
    assert_eq!(expiry, Some(fixture.now().plus(Interval::days(7))));
    assert!(!fixture.activate("a", None).await.unwrap().created, "its seat is what it was");
    fixture.activate("b", None).await.unwrap();
}

async fn ent_10_a_deleted_order_stops_what_it_granted(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let which = Selector::Id(fixture.order_id().await);
    order::delete(&fixture.system, &fixture.admin(), which.clone()).await.unwrap();
    assert_eq!(refused(fixture.activate("b", None).await.unwrap_err()), disabled());
    let Err(Error::Refused(turned)) = fixture.refresh(&seat, &seat.nonce, "one").await else { panic!("refused") };
    let shown = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap().entitlement;
    assert_eq!(shown.deletion, None, "only the verdict is another");
    assert_eq!(shown.deleted().unwrap().with, DeletedWith::Order(shown.order));
    order::restore(&fixture.system, &fixture.admin(), which).await.unwrap();
    fixture.refresh(&seat, &turned.nonce.unwrap(), "two").await.unwrap();
}

async fn ent_10_a_deleted_customer_stops_all_that_it_bought(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let which = Selector::Id(fixture.customer_id().await);
    customer::delete(&fixture.system, &fixture.admin(), which.clone()).await.unwrap();
    assert_eq!(refused(fixture.activate("b", None).await.unwrap_err()), Refusal::CustomerDisabled);
    let Err(Error::Refused(turned)) = fixture.refresh(&seat, &seat.nonce, "one").await else { panic!("refused") };
    let order = fixture.order().await.order;
    assert_eq!((order.deletion, order.deleted().unwrap().with), (None, DeletedWith::Customer(order.customer)));
    customer::restore(&fixture.system, &fixture.admin(), which).await.unwrap();
    fixture.refresh(&seat, &turned.nonce.unwrap(), "two").await.unwrap();
}

async fn ent_10_restoring_one_of_several_deletions_leaves_the_others(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (order, customer) = (Selector::Id(fixture.order_id().await), Selector::Id(fixture.customer_id().await));
    let (system, id) = (&fixture.system, fixture.entitlement);
    entitlement::disable(system, &fixture.admin(), id, None).await.unwrap();
    entitlement::delete(system, &fixture.admin(), id).await.unwrap();
    order::delete(system, &fixture.admin(), order.clone()).await.unwrap();
    customer::delete(system, &fixture.admin(), customer.clone()).await.unwrap();
    customer::restore(system, &fixture.admin(), customer).await.unwrap();
    let with = || async {
        let shown = entitlement::find(system, &fixture.admin(), id).await.unwrap().entitlement;
        shown.deleted().map(|deleted| deleted.with)
    };
    assert_eq!(with().await, Some(DeletedWith::Itself));
    entitlement::restore(system, &fixture.admin(), id).await.unwrap();
    assert!(matches!(with().await, Some(DeletedWith::Order(_))));
    order::restore(system, &fixture.admin(), order).await.unwrap();
    assert_eq!(with().await, None);
    assert_eq!(refused(fixture.activate("a", None).await.unwrap_err()), disabled(), "it was disabled before");
    entitlement::enable(system, &fixture.admin(), id).await.unwrap();
    fixture.activate("a", None).await.unwrap();
}

async fn ent_10_what_is_deleted_is_not_changed(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (order, customer) = (Selector::Id(fixture.order_id().await), Selector::Id(fixture.customer_id().await));
    let (system, id) = (&fixture.system, fixture.entitlement);
    let is_deleted = |error: Error| assert!(matches!(refused(error), Refusal::Deleted { .. }));
    order::delete(system, &fixture.admin(), order.clone()).await.unwrap();
    is_deleted(order::update(system, &fixture.admin(), order.clone(), OrderEdit::default()).await.err().unwrap());
    is_deleted(entitlement::renew(system, &fixture.admin(), id).await.err().unwrap());
    is_deleted(entitlement::disable(system, &fixture.admin(), id, None).await.err().unwrap());
    let codes = activation_code::Codes::Make(1);
    is_deleted(activation_code::create(system, &fixture.admin(), order.clone(), codes).await.err().unwrap());
    order::restore(system, &fixture.admin(), order).await.unwrap();

    customer::delete(system, &fixture.admin(), customer.clone()).await.unwrap();
    is_deleted(customer::disable(system, &fixture.admin(), customer.clone(), None).await.err().unwrap());
    is_deleted(entitlement::renew(system, &fixture.admin(), id).await.err().unwrap());
    let new = customer::NewContact { name: Name::new("Bob").unwrap(), email: Email::new("bob@x.example").unwrap() };
    is_deleted(contact::create(system, &fixture.admin(), customer.clone(), new).await.err().unwrap());
    // What does not belong to it goes on.
    fixture.another_customer().await;
}

async fn ent_10_deleting_again_keeps_the_first_instant(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let first = fixture.now();
    for _ in 0..2 {
        entitlement::delete(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
        fixture.advance(Interval::days(3));
    }
    let shown = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    assert_eq!(shown.entitlement.deletion.map(|deletion| deletion.since), Some(first));
    let deletions = fixture.audit().await.into_iter().filter(|entry| entry.action == "entitlement.delete");
    assert_eq!(deletions.count(), 1);
}

async fn ent_10_a_dry_run_names_whose_seats_run_out(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    let customer = Selector::Id(fixture.customer_id().await);
    for purges in [false, true] {
        let context = fixture.admin().rehearsing(true);
        let which = customer.clone();
        let done = match purges {
            true => customer::purge(&fixture.system, &context, which).await,
            false => customer::delete(&fixture.system, &context, which).await,
        };
        let Err(Error::Rehearsed(told)) = done else { panic!("{done:?}") };
        assert!(told.changes.iter().any(|(_, change)| change.field == "deleted"));
        let expiry = seat.view.activation.lease.expiry;
        let why = if purges { LeavingWhy::Freed } else { LeavingWhy::RunsOut(expiry) };
        assert_eq!(told.leaving, [Leaving::of(&seat.view.activation, why)]);
    }
    fixture.activate("b", None).await.unwrap();
}
