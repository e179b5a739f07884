//! Which entitlement serves an offline claim, and what else decides it: OFF-1, ENT-5, SEC-1, SEC-2.

use chancery_domain::{
    Action, Actor, Concurrency, DeviceKeys, EntitlementEdit, EntitlementId, FeatureKind, FeatureValue, GrantedFeature,
    Id, Interval, Key, Level, Mode, Name, Overdraft, Quantity, Refusal, SecretMode, Selector, Standing,
};
use chancery_operations::product::{self, ProductEdit};
use chancery_operations::{Error, entitlement};
use chancery_store::{Aggregate, Outcome, WriteTx};

use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::machine::{Machine, refusal, shop, terms};
use crate::on_both_engines;

on_both_engines! {
    off_1_without_a_period_it_is_denied_and_recorded,
    off_1_of_several_the_one_that_permits_it_serves,
    off_1_what_is_left_behind_is_held_while_the_device_may_run_by_it,
    tok_3_what_is_granted_offline_fits_into_a_token,
    ent_5_a_release_after_the_maintenance_is_refused,
    sec_1_the_sealed_request_brings_the_licensee_secret,
    sec_5_seat_12_the_devices_key_is_proved_by_the_request,
}

impl Fixture {
    /// Sells another entitlement of the same order, which permits no offline activation.
    async fn sells_online_only(&self, concurrency: Concurrency) -> EntitlementId {
        let (vendor, sold) = (self.vendor.id, self.entitlement);
        let id = EntitlementId::new("2026-11-21T10:00:00Z".parse().unwrap(), [1; 10]);
        let permit = Actor::Operator { vendor }.permit(Action::CreateOrder).unwrap();
        let work = move |tx: &mut WriteTx<'_>| {
            let mut other = chancery_store::entitlement::find(tx, vendor, sold)?.unwrap();
            (other.id, other.concurrency) = (id, concurrency);
            other.policy.offline_lease_period = None;
            chancery_store::entitlement::insert(tx, &permit, &other)?;
            Ok::<_, Error>(Outcome::Done(()))
        };
        self.store.write(Aggregate::Vendor(vendor), work).await.unwrap();
        id
    }

    async fn edits(&self, edit: ProductEdit) {
        product::update(&self.system, &self.admin(), Selector::Id(self.product.id), edit).await.unwrap();
    }
}

async fn off_1_without_a_period_it_is_denied_and_recorded(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    assert_eq!(
        refusal(Machine::new(1, "pc").activate(&fixture, "r1").await),
        Refusal::OfflineNotPermitted { too_large: false }
    );
    assert_eq!(fixture.logged().await, ["offline deny offline_not_permitted"]);
    assert_eq!(fixture.used().await, (0, 0, 0));
    fixture.activate("pc", None).await.unwrap();
}

async fn off_1_of_several_the_one_that_permits_it_serves(engine: Engine) {
    let fixture = shop(engine, 1).await;
    fixture.sells_online_only(Concurrency::Concurrent).await;
    let first = Machine::new(1, "one").activate(&fixture, "r1").await.unwrap();
    assert_eq!(first.view.entitlement.id, fixture.entitlement);
    // The other has seats, and none for this.
    let full = refusal(Machine::new(2, "two").activate(&fixture, "r1").await);
    assert!(matches!(full, Refusal::SeatsExhausted { .. }), "{full:?}");
}

async fn off_1_what_is_left_behind_is_held_while_the_device_may_run_by_it(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let online = fixture.sells_online_only(Concurrency::NodeLocked).await;
    Machine::new(2, "two").activate(&fixture, "r1").await.unwrap();
    let seat = fixture.activate("pc", None).await.unwrap().view.activation;
    assert_eq!(seat.entitlement, online);
    fixture.advance(Interval::days(1));
    let machine = Machine::new(1, "pc");
    let full = refusal(machine.activate(&fixture, "r1").await);
    assert!(matches!(full, Refusal::SeatsExhausted { .. }), "{full:?}");
    fixture.advance(Interval::days(1));
    let edit = EntitlementEdit { seats: Some(quantity(2)), ..EntitlementEdit::default() };
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, edit, false).await.unwrap();
    let got = machine.activate(&fixture, "r2").await.unwrap();
    assert_eq!((got.view.entitlement.id, got.view.activation.mode), (fixture.entitlement, Mode::Offline));
    let left = chancery_operations::activation::find(&fixture.system, &fixture.admin(), seat.id).await.unwrap();
    assert!(matches!(left.activation.standing, Standing::Held(_)), "{:?}", left.activation.standing);
    assert_eq!(Some(left.activation.frees_at), seat.lease.expiry);
}

/// As many features as a carried lease holds, with the longest keys and numbers, and one more.
async fn tok_3_what_is_granted_offline_fits_into_a_token(engine: Engine) {
    let fixture = shop(engine, 2).await;
    let longest = |n: usize| GrantedFeature {
        key: Key::new(&format!("{n:050}")).unwrap(),
        name: Name::new("Sample").unwrap(),
        kind: FeatureKind::ElementPool(Overdraft::Unlimited),
        level: Level::Product,
        catalog: (Level::Edition, FeatureValue::Count(Some(Quantity::MAX))),
        overriding: None,
    };
    for (count, fits) in [(64, true), (65, false)] {
        let (vendor, sold) = (fixture.vendor.id, fixture.entitlement);
        let permit = Actor::Operator { vendor }.permit(Action::UpdateEntitlement).unwrap();
        let work = move |tx: &mut WriteTx<'_>| {
            let mut sold = chancery_store::entitlement::find(tx, vendor, sold)?.unwrap();
            sold.features = (0..count).map(longest).collect();
            chancery_store::entitlement::update(tx, &permit, &sold)?;
            Ok::<_, Error>(Outcome::Done(()))
        };
        fixture.store.write(Aggregate::Vendor(vendor), work).await.unwrap();
        let machine = Machine::new(count as u8, &format!("{}{count}", "\"".repeat(120)));
        let answered = machine.activate(&fixture, "r1").await;
        if fits {
            machine.opens(&fixture, &answered.unwrap()).await;
        } else {
            assert_eq!(refusal(answered), Refusal::OfflineNotPermitted { too_large: true });
        }
    }
}

async fn ent_5_a_release_after_the_maintenance_is_refused(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let maintenance_end = Some(Some(fixture.now().plus(Interval::days(10))));
    let edit = EntitlementEdit { maintenance_end, ..EntitlementEdit::default() };
    entitlement::update(&fixture.system, &fixture.admin(), fixture.entitlement, edit, false).await.unwrap();
    let machine = Machine::new(1, "pc");
    let mut claims = machine.asks(&fixture, "r1").await;
    claims.release_date = Some("2027-01-01".to_owned());
    let late = refusal(fixture.answer(&machine.seals(&fixture, &claims).await).await);
    assert!(matches!(late, Refusal::MaintenanceEnded { .. }), "{late:?}");
    claims.release_date = Some("2026-11-30T12:00:00Z".to_owned());
    fixture.answer(&machine.seals(&fixture, &claims).await).await.unwrap();
}

async fn sec_1_the_sealed_request_brings_the_licensee_secret(engine: Engine) {
    let fixture = Fixture::new(engine, terms(2)).await;
    fixture.edits(ProductEdit { secret_mode: Some(SecretMode::Client), ..ProductEdit::default() }).await;
    let (one, other) = (Machine::new(1, "one"), Machine::new(2, "other"));
    assert_eq!(refusal(one.activate(&fixture, "r1").await), Refusal::LicenseeSecretRequired);
    let mut claims = one.asks(&fixture, "r2").await;
    claims.licensee_secret = Some("first".to_owned());
    // A request that is refused for something else stores nothing (SEC-1).
    claims.edition = Some("none".to_owned());
    assert!(fixture.answer(&one.seals(&fixture, &claims).await).await.is_err());
    claims.edition = None;
    fixture.answer(&one.seals(&fixture, &claims).await).await.unwrap();
    let mut claims = other.asks(&fixture, "r1").await;
    claims.licensee_secret = Some("another".to_owned());
    assert_eq!(refusal(fixture.answer(&other.seals(&fixture, &claims).await).await), Refusal::LicenseeSecretMismatch);
    claims.licensee_secret = Some("first".to_owned());
    let got = fixture.answer(&other.seals(&fixture, &claims).await).await.unwrap();
    // Refreshing is the vendor's own: no product asks.
    fixture.renew(got.view.activation.id).await.unwrap();
}

async fn sec_5_seat_12_the_devices_key_is_proved_by_the_request(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let (device_keys, secret_mode) = (Some(DeviceKeys::Required), Some(SecretMode::Key));
    fixture.edits(ProductEdit { device_keys, secret_mode, ..ProductEdit::default() }).await;
    let machine = Machine::new(1, "pc");
    let got = machine.activate(&fixture, "r1").await.unwrap();
    machine.opens(&fixture, &got).await;
}
