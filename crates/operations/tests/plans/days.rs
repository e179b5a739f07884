//! What products do all day, and local servers, so that the store is asked all that it is asked then.

use chancery_domain::{Interval, Key};
use chancery_operations::activation::{Extension, checkout, deactivate, give_back, refresh, spend};

use crate::dark::Dark;
use crate::fixture::{Engine, Fixture, Terms, quantity};
use crate::listener::Listener;
use crate::machine::{Machine, shop};
use crate::server::Vendor;

/// Claims on new seats, on own ones, on the last one and on ended ones; refreshes, features, and seats that are given back.
pub(crate) async fn online(listener: &Listener) {
    let fixture = Fixture::new(Engine::SqliteFile, Terms::default()).await;
    listener.hears(true);
    let held = fixture.activate("one", Some("1")).await.unwrap();
    fixture.activate("one", Some("1")).await.unwrap();
    fixture.activate("two", Some("2")).await.unwrap();
    assert!(fixture.activate("three", Some("3")).await.is_err());
    let (context, call) = fixture.holder(&held, &held.nonce, "refresh", "");
    let mut nonce = refresh(&fixture.system, &context, call, Extension::default()).await.unwrap().nonce;
    for (name, key) in [("checkout", "pool"), ("return", "pool"), ("use", "uses")] {
        let (context, call) = fixture.holder(&held, &nonce, name, "");
        let (key, one) = (Key::new(key).unwrap(), quantity(1));
        let called = match name {
            "checkout" => checkout(&fixture.system, &context, call, key, one).await,
            "return" => give_back(&fixture.system, &context, call, key, one).await,
            _ => spend(&fixture.system, &context, call, key, one).await,
        };
        nonce = called.unwrap().nonce;
    }
    fixture.advance(Interval::days(8));
    let third = fixture.activate("three", Some("4")).await.unwrap();
    let (context, call) = fixture.holder(&third, &third.nonce, "deactivate", "");
    deactivate(&fixture.system, &context, call).await.unwrap();
    listener.hears(false);
}

/// Requests, the same again, refreshes and deactivations by carried tokens.
pub(crate) async fn offline(listener: &Listener) {
    let fixture = shop(Engine::SqliteFile, 2).await;
    listener.hears(true);
    let machine = Machine::new(1, "one");
    let request = machine.request(&fixture, "request").await;
    let reply = fixture.answer(&request).await.unwrap();
    fixture.answer(&request).await.unwrap();
    let id = reply.view.activation.id;
    let renewed = machine.opens(&fixture, &fixture.renew(id).await.unwrap()).await;
    fixture.give_up(&machine.gives_up(&fixture, id, renewed.seq).await).await.unwrap();
    assert!(machine.activate(&fixture, "again").await.is_err());
    listener.hears(false);
}

/// Claims and refreshes at a local server, of which some show leases that it has forgotten, its imports and its reports.
pub(crate) async fn hosted(listener: &Listener) {
    let vendor = Vendor::new(Engine::SqliteFile, 3).await;
    let dark = Dark::hosting(Engine::SqliteFile, &vendor, None).await;
    listener.hears(true);
    let held = dark.claim(&vendor, "one", Some("1")).await.unwrap();
    dark.claim(&vendor, "one", Some("1")).await.unwrap();
    dark.refresh(&vendor, &held, &held.nonce, Some(&held.lease)).await.unwrap();
    let (_folder, copy) = dark.copy();
    let late = dark.claim(&vendor, "two", Some("2")).await.unwrap();
    dark.reports(&vendor).await;
    let newer = dark.token(&vendor, None).await;
    dark.import(&vendor, &newer).await.unwrap();
    let dark = dark.restore(&copy).await;
    dark.refresh(&vendor, &late, &late.nonce, Some(&late.lease)).await.unwrap();
    assert!(dark.claim(&vendor, "three", None).await.is_err(), "no new seat until it is confirmed");
    listener.hears(false);
}
