//! From online to offline and back (SEAT-2, OFF-10), and what the licensing API says of an offline activation.

use chancery_domain::{Interval, Key, Mode, Refusal};
use chancery_operations::Error;
use chancery_operations::activation::{
    Activated, checkout, checkout_feature, deactivate, give_back, refresh, return_feature, spend, state, use_feature,
};
use chancery_operations::offline::OfflineReply;
use chancery_token::{DeviceProofClaims, Issued};

use crate::fixture::{Engine, Fixture, quantity};
use crate::machine::{Machine, refusal, shop};
use crate::on_both_engines;

on_both_engines! {
    off_10_features_of_an_offline_activation_need_a_connection,
    seat_2_from_online_to_offline_and_back,
    seat_12_an_online_seat_of_another_device_is_in_the_way,
}

impl Machine {
    /// Activates online, with the same key.
    async fn connects(&self, fixture: &Fixture, id: &str) -> Result<Activated, Error> {
        let vendor = fixture.vendor.id;
        let issued = Issued::new(vendor, fixture.now(), id, false);
        let proof = DeviceProofClaims::new(issued, vendor.to_string(), fixture.product.id, "pc".to_owned(), self.key());
        fixture.activate_with("pc", None, Some(proof.sign(self.key()).unwrap())).await
    }
}

fn pool() -> Key {
    Key::new("pool").unwrap()
}

async fn off_10_features_of_an_offline_activation_need_a_connection(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let online = machine.connects(&fixture, "p1").await.unwrap();
    let (context, call) = fixture.holder(&online, &online.nonce, "take", "");
    let taken = checkout(&fixture.system, &context, call, pool(), quantity(3)).await.unwrap();
    let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
    let needed = Refusal::FeatureNeedsConnection;
    // What it had of the pool went back as it went offline: it could not give it back.
    let view = chancery_operations::activation::find(&fixture.system, &fixture.admin(), id).await.unwrap();
    let feature = view.features.iter().find(|feature| feature.key == pool()).unwrap();
    assert_eq!((feature.active, feature.available), (quantity(0), Some(quantity(5))));
    let (system, admin) = (&fixture.system, fixture.admin());
    assert_eq!(refusal(checkout_feature(system, &admin, id, pool(), quantity(1)).await), needed);
    assert_eq!(refusal(return_feature(system, &admin, id, pool(), quantity(1)).await), needed);
    assert_eq!(refusal(use_feature(system, &admin, id, Key::new("uses").unwrap(), quantity(1)).await), needed);
    // The access token of before it went offline.
    let (context, call) = fixture.holder(&online, &taken.nonce, "a", "");
    assert_eq!(refusal(checkout(system, &context, call, pool(), quantity(1)).await), needed);
    let (context, call) = fixture.holder(&online, &taken.nonce, "b", "");
    assert_eq!(refusal(give_back(system, &context, call, pool(), quantity(1)).await), needed);
    let (context, call) = fixture.holder(&online, &taken.nonce, "c", "");
    assert_eq!(refusal(spend(system, &context, call, Key::new("uses").unwrap(), quantity(1)).await), needed);
    let denials =
        fixture.logged().await.iter().filter(|line| *line == "offline featureDeny feature_needs_connection").count();
    assert_eq!(denials, 6);
}

async fn seat_2_from_online_to_offline_and_back(engine: Engine) {
    let fixture = shop(engine, 1).await;
    let machine = Machine::new(1, "pc");
    let online = machine.connects(&fixture, "p1").await.unwrap();
    let request = machine.request(&fixture, "r1").await;
    let offline: OfflineReply = fixture.answer(&request).await.unwrap();
    assert_eq!(offline.view.activation.id, online.view.activation.id);
    assert_eq!((offline.created, offline.view.activation.mode), (false, Mode::Offline));
    // Whoever has the old access token has nothing any more.
    let (context, call) = fixture.holder(&online, &online.nonce, "a", "");
    assert_eq!(
        refusal(refresh(&fixture.system, &context, call.clone(), Default::default()).await),
        Refusal::ActivationSuperseded
    );
    assert_eq!(refusal(state(&fixture.system, &context, call.clone()).await), Refusal::ActivationSuperseded);
    assert_eq!(refusal(deactivate(&fixture.system, &context, call).await), Refusal::ActivationSuperseded);
    fixture.advance(Interval::days(1));
    let back = machine.connects(&fixture, "p2").await.unwrap();
    let seat = &back.view.activation;
    assert_eq!((back.created, seat.mode, seat.id), (false, Mode::Online, offline.view.activation.id));
    // The seat is kept as long as the carried lease lasts, and the request is answered no more.
    assert_eq!(seat.frees_at, offline.view.activation.lease.expiry.unwrap());
    assert_eq!(refusal(fixture.answer(&request).await), Refusal::ActivationSuperseded);
    assert_eq!(refusal(fixture.renew(seat.id).await), Refusal::ActivationOnline);
    let (context, call) = fixture.holder(&back, &back.nonce, "b", "");
    refresh(&fixture.system, &context, call, Default::default()).await.unwrap();
    let again = machine.activate(&fixture, "r2").await.unwrap();
    assert_eq!((again.created, again.view.activation.mode), (false, Mode::Offline));
    let seq = machine.opens(&fixture, &again).await.seq;
    assert!(seq > 1);
    assert!(!fixture.give_up(&machine.gives_up(&fixture, seat.id, seq).await).await.unwrap().already_done);
    assert_eq!(fixture.used().await, (0, 0, 0));
}

async fn seat_12_an_online_seat_of_another_device_is_in_the_way(engine: Engine) {
    let fixture = shop(engine, 2).await;
    let online = Machine::new(1, "pc").connects(&fixture, "p1").await.unwrap();
    let until = online.view.activation.lease.expiry;
    let refused = refusal(Machine::new(2, "pc").activate(&fixture, "r1").await);
    assert_eq!(refused, Refusal::SeatHeldByAnotherDevice { until });
    // A seat that is bound to no key becomes bound.
    let unbound = fixture.activate("other", None).await.unwrap();
    let bound = Machine::new(3, "other").activate(&fixture, "r1").await.unwrap();
    assert_eq!((bound.created, bound.view.activation.id), (false, unbound.view.activation.id));
}
