//! Another offering, and the catalog again: ENT-8, ENT-9, on both engines.

use std::sync::Arc;

use chancery_domain::{
    Action, Actor, Concurrency, EntitlementEdit, FeatureValue, Id, Interval, Invalid, Key, Offering, OfferingId,
    Overridable, Plan, PlanId, Quantity, Refusal, Reset, Selector, Sku, Unit,
};
use chancery_operations::activation::{Extension, checkout, refresh, spend};
use chancery_operations::entitlement::{EntitlementView, change_offering, reset_overrides};
use chancery_operations::{Error, entitlement};
use chancery_store::{Aggregate, Outcome, offering, plan};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;
use crate::reductions::refused;

on_both_engines! {
    ent_8_another_offering_keeps_overrides_and_begins_anew,
    ent_8_counters_begin_anew_and_pools_stay_taken,
    ent_8_fewer_seats_need_force_and_a_refusal_changes_nothing,
    ent_8_node_locked_seats_become_borrowed_at_once_and_back,
    ent_8_a_change_of_offering_and_refreshes_race,
    ent_9_what_is_chosen_returns_to_the_catalog_of_now,
}

/// Puts another offering of the fixture's edition into the catalog, with a plan of its own.
async fn offer(fixture: &Fixture, sku: &str, change: impl FnOnce(&mut Offering, &mut Plan)) -> Selector<OfferingId> {
    let permit = Actor::Operator { vendor: fixture.vendor.id }.permit(Action::CreateOffering).unwrap();
    let vendor = fixture.vendor.id;
    let sold = Selector::Name("CAD-PRO".to_owned());
    let sold = fixture.store.read(move |tx| Ok::<_, Error>(offering::find(tx, vendor, &sold)?.unwrap())).await.unwrap();
    let of = sold.plan;
    let known =
        fixture.store.read(move |tx| Ok::<_, Error>(plan::find(tx, vendor, &of.into())?.unwrap())).await.unwrap();
    let number = u8::try_from(sku.len()).unwrap();
    let (now, name) = (fixture.now(), chancery_domain::Name::new(sku).unwrap());
    let mut plan = Plan { id: PlanId::new(now, [number + 100; 10]), name, ..known };
    let sku = Sku::new(sku).unwrap();
    let mut other = Offering { id: OfferingId::new(now, [number + 100; 10]), sku, plan: plan.id, ..sold };
    change(&mut other, &mut plan);
    let id = other.id;
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        chancery_store::plan::insert(tx, &permit, &plan)?;
        chancery_store::offering::insert(tx, &permit, &other)?;
        Ok::<_, Error>(Outcome::Done(()))
    };
    fixture.store.write(Aggregate::Vendor(vendor), work).await.unwrap();
    Selector::Id(id)
}

async fn change(fixture: &Fixture, to: &Selector<OfferingId>, force: bool) -> Result<EntitlementView, Error> {
    change_offering(&fixture.system, &fixture.admin(), fixture.entitlement, to.clone(), force).await
}

async fn edit(fixture: &Fixture, edit: EntitlementEdit) {
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, edit, false).await.unwrap();
}

async fn ent_8_another_offering_keeps_overrides_and_begins_anew(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let month = Interval::new(Unit::Month, 1).unwrap();
    let bigger = offer(&fixture, "BIGGER", |offering, plan| {
        offering.seats = quantity(9);
        offering.maintenance = Some(month);
        plan.duration = Some(month);
    });
    let bigger = bigger.await;
    fixture.activate("a", None).await.unwrap();
    let start = fixture.now();
    edit(&fixture, EntitlementEdit { seats: Some(quantity(4)), ..EntitlementEdit::default() }).await;
    fixture.advance(Interval::days(3));
    let view = change(&fixture, &bigger, false).await.unwrap();
    let read = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    assert_eq!(view.entitlement, read.entitlement, "all of it was written");
    let after = read.entitlement;
    assert_eq!((after.sku.as_str(), after.seats, after.start), ("BIGGER", quantity(4), Some(start)));
    assert_eq!(after.expiry, Some(fixture.now().plus(month)));
    assert_eq!(after.maintenance_end, Some(fixture.now().plus(month)));
    assert_eq!(after.overrides, [Overridable::Seats].into());
    // By its name, and to one that is not there.
    let back = Selector::Name("CAD-PRO".to_owned());
    assert_eq!(change(&fixture, &back, false).await.unwrap().entitlement.sku.as_str(), "CAD-PRO");
    let error = change(&fixture, &Selector::Name("NO-SUCH".to_owned()), false).await.unwrap_err();
    assert!(matches!(&error, Error::Invalid(faults) if faults[0].invalid == Invalid::Unknown), "{error:?}");
}

async fn ent_8_counters_begin_anew_and_pools_stay_taken(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    // The catalog that the fixture's entitlement was granted from has no features any more.
    let empty = offer(&fixture, "EMPTY", |_, _| {}).await;
    let a = fixture.activate("a", None).await.unwrap();
    let key = |key: &str| Key::new(key).unwrap();
    let (context, call) = fixture.holder(&a, &a.nonce, "one", "");
    let called = checkout(&fixture.system, &context, call, key("pool"), quantity(2)).await.unwrap();
    let (context, call) = fixture.holder(&a, &called.nonce, "two", "");
    spend(&fixture.system, &context, call, key("uses"), quantity(7)).await.unwrap();
    let view = change(&fixture, &empty, false).await.unwrap();
    assert_eq!(view.features.len(), 0);
    // Nothing of what is gone haunts its seat: it can end.
    let release = chancery_operations::activation::Release { free: true, reason: None };
    let id = a.view.activation.id;
    chancery_operations::activation::release(&fixture.system, &fixture.admin(), id, release).await.unwrap();
    let usage = fixture.entitlement;
    let counters = fixture.store.read(move |tx| Ok::<_, Error>(chancery_store::usage::of_entitlement(tx, usage)?));
    assert!(counters.await.unwrap().values().all(|usage| usage.used == Quantity::ZERO));
}

async fn ent_8_fewer_seats_need_force_and_a_refusal_changes_nothing(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let one = offer(&fixture, "ONE", |offering, _| offering.seats = quantity(1)).await;
    fixture.activate("a", None).await.unwrap();
    fixture.advance(Interval::days(1));
    fixture.activate("b", None).await.unwrap();
    let before = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap().entitlement;
    let refusal = refused(change(&fixture, &one, false).await.unwrap_err());
    assert_eq!(refusal, Refusal::SeatsInUse { used: 2, requested: quantity(1) });
    let after = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap().entitlement;
    assert_eq!(before, after);
    let view = change(&fixture, &one, true).await.unwrap();
    assert_eq!((view.seats_used, view.seats_held.get(), view.seats_over), (2, 1, 1));
    assert!(matches!(refused(fixture.activate("a", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    fixture.activate("b", None).await.unwrap();
}

async fn ent_8_node_locked_seats_become_borrowed_at_once_and_back(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { concurrency: Concurrency::NodeLocked, ..Terms::default() }).await;
    let borrowed = offer(&fixture, "BORROWED", |offering, _| offering.concurrency = Concurrency::Concurrent).await;
    let a = fixture.activate("a", None).await.unwrap();
    fixture.advance(Interval::days(8));
    fixture.activate("b", None).await.unwrap();
    assert!(matches!(refused(fixture.activate("c", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
    change(&fixture, &borrowed, false).await.unwrap();
    assert_eq!(fixture.used().await.0, 1, "whose lease had ended borrows no more");
    fixture.activate("c", None).await.unwrap();
    let (context, call) = fixture.holder(&a, &a.nonce, "one", "");
    let gone = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap_err();
    assert_eq!(refused(gone), Refusal::ActivationReplaced);
    // And back: who uses a seat owns it.
    change(&fixture, &Selector::Name("CAD-PRO".to_owned()), false).await.unwrap();
    fixture.advance(Interval::days(30));
    assert_eq!(fixture.used().await.0, 2);
    assert!(matches!(refused(fixture.activate("d", None).await.unwrap_err()), Refusal::SeatsExhausted { .. }));
}

async fn ent_8_a_change_of_offering_and_refreshes_race(engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine, Terms { seats: 8, ..Terms::default() }).await);
    let fewer = offer(&fixture, "FEWER", |offering, _| {
        offering.seats = quantity(3);
        offering.concurrency = Concurrency::NodeLocked;
    });
    let fewer = fewer.await;
    let mut seats = Vec::new();
    for i in 0..8 {
        seats.push(fixture.activate(&format!("machine-{i}"), None).await.unwrap());
    }
    fixture.advance(Interval::days(1));
    let mut tasks = Vec::new();
    for (i, seat) in seats.into_iter().enumerate() {
        let (fixture, fewer) = (Arc::clone(&fixture), fewer.clone());
        tasks.push(tokio::spawn(async move {
            if i == 4 {
                change(&fixture, &fewer, true).await.unwrap();
            }
            let (context, call) = fixture.holder(&seat, &seat.nonce, "one", "");
            match refresh(&fixture.system, &context, call, Extension::default()).await {
                Ok(_) => true,
                Err(error) => {
                    assert_eq!(refused(error), Refusal::ActivationReleased);
                    false
                }
            }
        }));
    }
    let mut refreshed = 0;
    for task in tasks {
        refreshed += usize::from(task.await.unwrap());
    }
    let view = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    assert_eq!((view.seats_used, view.seats_held.get(), view.seats_over), (8, 5, 5));
    assert!(refreshed >= 3, "those who stay can refresh, and those who came before the change could");
    fixture.advance(Interval::days(8));
    assert_eq!(fixture.used().await, (3, 0, 3), "what stays is nodeLocked, whoever refreshed before or after");
}

async fn ent_9_what_is_chosen_returns_to_the_catalog_of_now(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let week = Interval::days(7);
    let features = [(Key::new("pool").unwrap(), Some(FeatureValue::Count(None)))].into();
    edit(
        &fixture,
        EntitlementEdit {
            seats: Some(quantity(5)),
            grace_period: Some(Some(week)),
            features,
            ..EntitlementEdit::default()
        },
    )
    .await;
    for seat in ["a", "b", "c"] {
        fixture.activate(seat, None).await.unwrap();
    }
    let reset = |what: Reset, force| {
        let context = fixture.admin();
        let (system, id) = (Arc::clone(&fixture.system), fixture.entitlement);
        async move { reset_overrides(&system, &context, id, what, force).await }
    };
    let grace = Reset { fields: vec![Overridable::GracePeriod], ..Reset::default() };
    let view = reset(grace, false).await.unwrap();
    assert_eq!((view.entitlement.policy.grace_period, view.entitlement.seats), (None, quantity(5)));
    let seats = Reset { fields: vec![Overridable::Seats], ..Reset::default() };
    let refusal = refused(reset(seats.clone(), false).await.unwrap_err());
    assert_eq!(refusal, Refusal::SeatsInUse { used: 3, requested: quantity(2) });
    let view = reset(seats, true).await.unwrap();
    assert_eq!((view.entitlement.seats, view.seats_used, view.seats_over), (quantity(2), 3, 1));
    assert_eq!(view.entitlement.overrides, [].into());
    let pool = Reset { features: vec![Key::new("pool").unwrap()], ..Reset::default() };
    let view = reset(pool, false).await.unwrap();
    let pool = view.entitlement.features.iter().find(|feature| feature.key.as_str() == "pool").unwrap();
    assert_eq!((pool.overriding, pool.value()), (None, FeatureValue::Count(Some(quantity(5)))));
    let unknown = Reset { attributes: vec![Key::new("none").unwrap()], ..Reset::default() };
    let error = reset(unknown, false).await.unwrap_err();
    assert!(matches!(&error, Error::Invalid(faults) if faults[0].path == "attributes[0]"), "{error:?}");
}
