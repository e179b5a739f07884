//! ENT-10: what is deleted is out of use as a verdict, can be restored for 30 days, and is then purged.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

use chancery_domain::*;
use world::{Granting, World, at};

fn sold() -> Entitlement {
    let mut world = World::new();
    world.grant("cad", &Granting::default());
    world.entitlement("cad").clone()
}

#[test]
fn ent_10_a_deletion_can_be_undone_for_30_days() {
    let now = at("2026-01-31T10:00:00Z");
    let deletion = Deletion::new(now);
    assert_eq!(deletion.purge_at, at("2026-03-02T10:00:00Z"));
    assert_eq!(restored(Some(deletion), at("2026-03-02T09:59:59Z")), Ok(None));
    let late = restored(Some(deletion), deletion.purge_at);
    assert_eq!(late, Err(Refusal::NotRestorable { purge_at: deletion.purge_at }));
    assert_eq!(restored(None, now), Ok(None), "what is not deleted stays as it is");
}

#[test]
fn ent_10_a_purge_that_has_begun_is_final_by_every_clock() {
    let now = at("2026-01-31T10:00:00Z");
    let deletion = Deletion::new(now).at_once();
    for instant in [now, now.shifted(-5_000_000), Timestamp::MIN] {
        assert!(deletion.is_due(instant) && restored(Some(deletion), instant).is_err());
    }
}

#[test]
fn ent_10_what_is_deleted_is_to_products_as_if_it_were_disabled() {
    let now = at("2026-06-01T00:00:00Z");
    let deletion = Some(Deletion::new(now));
    let entitlement = sold();
    let before = entitlement.status(now);
    let itself = Entitlement { deletion, ..entitlement.clone() };
    let by_order = Entitlement { order_deletion: deletion, ..entitlement.clone() };
    let by_customer = Entitlement { customer_deletion: deletion, ..entitlement.clone() };
    assert_eq!(itself.status(now), EntitlementStatus::Disabled);
    assert_eq!(by_order.status(now), EntitlementStatus::Disabled);
    assert_eq!(by_customer.status(now), EntitlementStatus::CustomerDisabled);
    assert_eq!(itself.check_usable(now, None), Err(Refusal::EntitlementDisabled { reason: None }));
    assert_eq!(by_customer.check_usable(now, None), Err(Refusal::CustomerDisabled));
    // Restoring restores it as it was: nothing else was changed.
    assert_eq!(Entitlement { deletion: None, ..itself }.status(now), before);
}

#[test]
fn ent_10_of_several_deletions_the_one_that_is_purged_first_is_told() {
    let (first, later) = (at("2026-06-01T00:00:00Z"), at("2026-06-02T00:00:00Z"));
    let (early, late) = (Some(Deletion::new(first)), Some(Deletion::new(later)));
    let told = |deletion, order_deletion, customer_deletion| {
        let entitlement = Entitlement { deletion, order_deletion, customer_deletion, ..sold() };
        entitlement.deleted().map(|deleted| (deleted.with, deleted.deletion.since))
    };
    let (order, customer) = (sold().order, sold().customer);
    assert_eq!(told(None, None, None), None);
    assert_eq!(told(early, early, early), Some((DeletedWith::Itself, first)));
    assert_eq!(told(late, early, None), Some((DeletedWith::Order(order), first)));
    assert_eq!(told(None, late, early), Some((DeletedWith::Customer(customer), first)));
}
