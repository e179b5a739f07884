//! Seats that are enforced elsewhere, or by a delegation: EXP-6, EXP-8, TOK-8, on both engines.

use std::collections::BTreeMap;

use chancery_domain::*;
use chancery_operations::activation::{Extension, refresh};
use chancery_operations::{Error, entitlement};
use chancery_store::{Aggregate, Outcome, WriteTx};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::on_both_engines;
use crate::reductions::refused;

on_both_engines! {
    exp_6_seats_come_back_on_the_instant_when_a_hold_ends,
    exp_6_who_deactivates_while_seats_are_held_elsewhere_gives_one_back,
    exp_8_tok_8_a_delegation_gives_no_overdraft_and_ends,
}

const HOUR: fn(u64) -> Interval = |count| Interval::new(Unit::Hour, count).unwrap();

fn session() -> (LocalServerId, ExportSessionId) {
    let uuid = EntitlementId::new(Timestamp::MIN, [1; 10]).uuid();
    (LocalServerId::from_uuid(uuid), ExportSessionId::from_uuid(uuid))
}

fn hold(seats: u64, until: Option<Timestamp>) -> Hold {
    let (server, session) = session();
    let features = BTreeMap::from([(Key::new("export-step").unwrap(), quantity(2))]);
    Hold { server, session, whole: false, seats: quantity(seats), features, until }
}

/// Writes by whom the seats are enforced.
async fn host(fixture: &Fixture, hosting: Hosting) {
    let (vendor, id, wanted) = (fixture.vendor.id, fixture.entitlement, hosting.clone());
    let permit = Actor::Operator { vendor }.permit(Action::UpdateEntitlement).unwrap();
    let work = move |tx: &mut WriteTx<'_>| {
        let mut found = chancery_store::entitlement::find(tx, vendor, id)?.unwrap();
        found.hosting = wanted.clone();
        chancery_store::entitlement::update(tx, &permit, &found)?;
        Ok::<_, Error>(Outcome::Done(()))
    };
    fixture.store.write(Aggregate::Vendor(vendor), work).await.unwrap();
    let work = move |tx: &mut chancery_store::ReadTx<'_>| {
        Ok::<_, Error>(chancery_store::entitlement::find(tx, vendor, id)?.unwrap().hosting)
    };
    assert_eq!(fixture.store.read(work).await.unwrap(), hosting, "it is read as it was written");
}

async fn claims(fixture: &Fixture, seats: std::ops::RangeInclusive<u64>) {
    for seat in seats {
        fixture.activate(&format!("seat {seat}"), None).await.unwrap();
    }
}

async fn exhausted(fixture: &Fixture, seats: u64) {
    match refused(fixture.activate("one more", None).await.map(drop).unwrap_err()) {
        Refusal::SeatsExhausted { seats: here, .. } => assert_eq!(here, quantity(seats)),
        other => panic!("{other:?}"),
    }
}

async fn exp_6_seats_come_back_on_the_instant_when_a_hold_ends(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 8, ..Terms::default() }).await;
    let (soon, later) = (fixture.now().plus(HOUR(1)), fixture.now().plus(HOUR(2)));
    host(&fixture, Hosting::Here(vec![hold(6, Some(soon)), hold(3, Some(later))])).await;
    claims(&fixture, 1..=2).await;
    exhausted(&fixture, 2).await;
    fixture.advance(HOUR(1));
    claims(&fixture, 3..=5).await;
    exhausted(&fixture, 5).await;
    fixture.advance(HOUR(1));
    claims(&fixture, 6..=8).await;
    exhausted(&fixture, 8).await;
    let view = entitlement::find(&fixture.system, &fixture.admin(), fixture.entitlement).await.unwrap();
    assert!(view.entitlement.hosting.is_plain() && view.seats_used == 8 && view.overdraft_used == Quantity::ZERO);
}

async fn exp_6_who_deactivates_while_seats_are_held_elsewhere_gives_one_back(engine: Engine) {
    let fixture = Fixture::new(engine, Terms { seats: 4, ..Terms::default() }).await;
    host(&fixture, Hosting::Here(vec![hold(2, None)])).await;
    let (first, _) = (fixture.activate("first", None).await.unwrap(), fixture.activate("second", None).await.unwrap());
    exhausted(&fixture, 2).await;
    let how = chancery_operations::activation::Release { free: true, ..Default::default() };
    let (context, id) = (fixture.admin(), first.view.activation.id);
    chancery_operations::activation::release(&fixture.system, &context, id, how).await.unwrap();
    let again = fixture.activate("third", None).await.unwrap();
    assert_eq!(again.view.activation.seat_number(), Some(1));
    exhausted(&fixture, 2).await;
    host(&fixture, Hosting::Here(vec![Hold { whole: true, ..hold(4, None) }])).await;
    let exported = Refusal::EntitlementExported { servers: vec![session().0] };
    assert_eq!(refused(fixture.activate("fourth", None).await.map(drop).unwrap_err()), exported);
}

async fn exp_8_tok_8_a_delegation_gives_no_overdraft_and_ends(engine: Engine) {
    let overdraft = Overdraft::Absolute(quantity(3));
    let fixture = Fixture::new(engine, Terms { seats: 1, overdraft, ..Terms::default() }).await;
    let (server, session) = session();
    let end = fixture.now().plus(HOUR(5));
    let delegation = Delegation { server, session, number: 2, seq: 7, until: Some(end) };
    host(&fixture, Hosting::Delegated(delegation)).await;
    let seat = fixture.activate("seat", None).await.unwrap();
    assert_eq!(seat.view.activation.lease.expiry, Some(end));
    exhausted(&fixture, 1).await;
    fixture.advance(HOUR(5));
    let (context, call) = fixture.holder(&seat, &seat.nonce, "late", "");
    let late = refresh(&fixture.system, &context, call, Extension::default()).await.map(drop).unwrap_err();
    assert_eq!(refused(late), Refusal::DelegationEnded { since: end, seq: 7 });
    host(&fixture, Hosting::Delegated(Delegation { seq: 8, until: None, ..delegation })).await;
    assert!(fixture.activate("seat", None).await.unwrap().view.activation.lease.runs(end));
}
