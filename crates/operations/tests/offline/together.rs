//! What happens at once: SEAT-7, SEAT-10, SEAT-12, OFF-4, OFF-9.

use std::sync::Arc;

use chancery_domain::{Action, Actor, Interval, Refusal};
use chancery_operations::Error;
use chancery_operations::offline::OfflineReply;
use chancery_store::offline_request::{self, OfflineAnswer};
use chancery_store::{Outcome, WriteTx};
use tokio::task::JoinSet;

use crate::fixture::{Engine, Fixture};
use crate::machine::{Machine, shop};
use crate::on_both_engines;

on_both_engines! {
    seat_10_of_many_requests_at_once_for_the_last_seat_one_is_granted,
    seat_10_online_and_offline_claims_race_for_the_last_seat,
    off_4_one_request_many_times_at_once_is_answered_alike,
    seat_12_of_many_devices_that_ask_for_one_seat_id_one_gets_it,
    off_6_a_refresh_and_a_claim_race_for_an_ended_lease,
    off_9_a_refresh_and_a_deactivation_race,
}

async fn answered(fixture: &Arc<Fixture>, requests: Vec<String>) -> Vec<Result<OfflineReply, Error>> {
    let mut tasks = JoinSet::new();
    for request in requests {
        let fixture = Arc::clone(fixture);
        tasks.spawn(async move { fixture.answer(&request).await });
    }
    tasks.join_all().await
}

fn granted<T>(results: &[Result<T, Error>]) -> usize {
    let (good, bad): (Vec<_>, Vec<_>) = results.iter().partition(|result| result.is_ok());
    for result in bad {
        assert!(matches!(result, Err(Error::Refused(_))), "{:?}", result.as_ref().err());
    }
    good.len()
}

async fn seat_10_of_many_requests_at_once_for_the_last_seat_one_is_granted(engine: Engine) {
    let fixture = Arc::new(shop(engine, 1).await);
    let mut requests = Vec::new();
    for seed in 1..=20 {
        requests.push(Machine::new(seed, &format!("pc {seed}")).request(&fixture, "r1").await);
    }
    assert_eq!(granted(&answered(&fixture, requests).await), 1);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn seat_10_online_and_offline_claims_race_for_the_last_seat(engine: Engine) {
    for round in 0..5 {
        let fixture = Arc::new(shop(engine, 1).await);
        let request = Machine::new(1, "offline").request(&fixture, "r1").await;
        let (one, other) = (Arc::clone(&fixture), Arc::clone(&fixture));
        let offline = tokio::spawn(async move { one.answer(&request).await.map(|reply| reply.view) });
        let online = tokio::spawn(async move { other.activate("online", None).await.map(|seat| seat.view) });
        let results = [offline.await.unwrap(), online.await.unwrap()];
        assert_eq!(granted(&results), 1, "round {round}");
        assert_eq!(fixture.used().await, (1, 0, 1));
    }
}

async fn off_4_one_request_many_times_at_once_is_answered_alike(engine: Engine) {
    let fixture = Arc::new(shop(engine, 2).await);
    let machine = Machine::new(1, "pc");
    let request = machine.request(&fixture, "r1").await;
    let replies = answered(&fixture, vec![request; 20]).await;
    let mut first = None;
    for reply in &replies {
        let got = machine.opens(&fixture, reply.as_ref().unwrap()).await;
        assert_eq!(got.seq, 1);
        assert_eq!(*first.get_or_insert_with(|| got.lease.clone()), got.lease);
    }
    assert_eq!(replies.iter().filter(|reply| reply.as_ref().unwrap().created).count(), 1);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn seat_12_of_many_devices_that_ask_for_one_seat_id_one_gets_it(engine: Engine) {
    let fixture = Arc::new(shop(engine, 5).await);
    let mut requests = Vec::new();
    for seed in 1..=10 {
        requests.push(Machine::new(seed, "pc").request(&fixture, "r1").await);
    }
    assert_eq!(granted(&answered(&fixture, requests).await), 1);
    assert_eq!(fixture.used().await, (1, 0, 1));
}

async fn off_6_a_refresh_and_a_claim_race_for_an_ended_lease(engine: Engine) {
    for round in 0..5 {
        let fixture = Arc::new(shop(engine, 1).await);
        let id = Machine::new(1, "one").activate(&fixture, "r1").await.unwrap().view.activation.id;
        fixture.advance(Interval::days(30));
        let request = Machine::new(2, "other").request(&fixture, "r1").await;
        let (one, other) = (Arc::clone(&fixture), Arc::clone(&fixture));
        let refresh = tokio::spawn(async move { one.renew(id).await });
        let claim = tokio::spawn(async move { other.answer(&request).await });
        let results = [refresh.await.unwrap(), claim.await.unwrap()];
        assert_eq!(granted(&results), 1, "round {round}");
        assert_eq!(fixture.used().await, (1, 0, 1));
    }
}

async fn off_9_a_refresh_and_a_deactivation_race(engine: Engine) {
    for _ in 0..5 {
        let fixture = Arc::new(shop(engine, 1).await);
        let machine = Machine::new(1, "one");
        let id = machine.activate(&fixture, "r1").await.unwrap().view.activation.id;
        let token = machine.gives_up(&fixture, id, 1).await;
        let (one, other) = (Arc::clone(&fixture), Arc::clone(&fixture));
        let refresh = tokio::spawn(async move { one.renew(id).await });
        let give_up = tokio::spawn(async move { other.give_up(&token).await });
        assert!(!give_up.await.unwrap().unwrap().already_done);
        if let Err(error) = refresh.await.unwrap() {
            let Error::Refused(refused) = error else { panic!("{error:?}") };
            assert_eq!(refused.refusal, Refusal::ActivationDeactivated);
        }
        assert_eq!(fixture.used().await, (0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn off_4_seat_10_two_servers_answer_as_one() {
    let fixture = Arc::new(shop(Engine::Postgres, 1).await);
    let twin = Arc::new(fixture.twin().await);
    let (one, other) = (Machine::new(1, "one"), Machine::new(2, "other"));
    let (last, race) = (one.request(&fixture, "r1").await, other.request(&fixture, "r1").await);
    let mut tasks = JoinSet::new();
    for server in [&fixture, &twin, &fixture, &twin] {
        for request in [&last, &race] {
            let (server, request) = (Arc::clone(server), request.clone());
            tasks.spawn(async move { server.answer(&request).await.map(|reply| reply.view.activation.seat_id) });
        }
    }
    let results = tasks.join_all().await;
    // One device has the seat, each time that it asked.
    assert_eq!(granted(&results), 4);
    let seats: std::collections::BTreeSet<_> = results.iter().flatten().collect();
    assert_eq!((seats.len(), fixture.used().await), (1, (1, 0, 1)));
}

/// With other orders locked by each: only the row itself tells that the request is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn off_4_a_request_that_another_server_has_just_answered_is_answered_as_it_was() {
    const HASH: [u8; 32] = [7; 32];
    let fixture = shop(Engine::Postgres, 1).await;
    let (twin, vendor) = (fixture.twin().await, fixture.vendor.id);
    let seat = Machine::new(1, "pc").activate(&fixture, "r1").await.unwrap().view.activation;
    let both_have_looked = Arc::new(std::sync::Barrier::new(2));
    let answer = |jti: &str| {
        let permit = Actor::Operator { vendor }.permit(Action::ActivateOffline).unwrap();
        let answer = OfflineAnswer { activation: seat.id, seq: 2, lease: seat.lease, jti: jti.to_owned() };
        let (meeting, mut looked) = (Arc::clone(&both_have_looked), false);
        move |tx: &mut WriteTx<'_>| {
            if let Some(known) = offline_request::find(tx, vendor, &HASH)? {
                return Ok(Outcome::Done(known.jti));
            }
            if !std::mem::replace(&mut looked, true) {
                meeting.wait();
            }
            offline_request::insert(tx, &permit, &HASH, &answer)?;
            Ok::<_, Error>(Outcome::Done(answer.jti.clone()))
        }
    };
    let (one, other) =
        tokio::join!(fixture.store.write_unlocked(answer("one")), twin.store.write_unlocked(answer("other")));
    assert_eq!(one.unwrap(), other.unwrap());
}
