//! Races: several imports, imports against claims on the last seat, and servers that act as one (LLS-7, EXP-5, SEAT-10).

use std::sync::Arc;

use chancery_domain::*;
use chancery_operations::{Error, IdempotencyKey, local, offline};

use crate::dark::Dark;
use crate::fixture::{Engine, quantity};
use crate::machine::refusal;
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    exp_4_of_one_token_many_times_at_once_one_is_applied,
    exp_4_of_two_tokens_at_once_the_newer_one_stays,
    seat_10_imports_and_claims_race_for_the_last_seat,
    exp_9_serials_are_never_given_twice,
    safe_1_an_import_that_is_repeated_is_told_again,
);

async fn exp_4_of_one_token_many_times_at_once_one_is_applied(engine: Engine) {
    let of = Arc::new(Vendor::new(engine, 5).await);
    let dark = Arc::new(Dark::licensed(engine, &of, 1).await);
    let token = Arc::new(dark.exports(&of, Some(2)).await.unwrap().token);
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (of, dark, token) = (Arc::clone(&of), Arc::clone(&dark), Arc::clone(&token));
            tokio::spawn(async move { dark.import(&of, &token).await.map(drop) })
        })
        .collect();
    let mut applied = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => applied += 1,
            refused => assert!(matches!(refusal(refused), Refusal::TokenReplayed { .. })),
        }
    }
    assert_eq!(applied, 1);
}

async fn exp_4_of_two_tokens_at_once_the_newer_one_stays(engine: Engine) {
    let of = Vendor::new(engine, 9).await;
    let dark = Dark::hosting(engine, &of, Some(1)).await;
    for seats in [2, 4, 6] {
        let (older, newer) = (dark.token(&of, Some(seats)).await, dark.token(&of, Some(seats + 1)).await);
        let (one, other) = tokio::join!(dark.import(&of, &older), dark.import(&of, &newer));
        other.unwrap();
        if let Err(error) = one {
            let Error::Refused(refused) = error else { panic!("{error:?}") };
            assert!(matches!(refused.refusal, Refusal::TokenSuperseded { .. }));
        }
        assert_eq!(dark.hosted(&of).await.view.entitlement.seats, quantity(seats + 1));
    }
}

async fn seat_10_imports_and_claims_race_for_the_last_seat(engine: Engine) {
    let of = Arc::new(Vendor::new(engine, 6).await);
    let dark = Arc::new(Dark::hosting(engine, &of, None).await);
    for (round, seats) in [3, 6, 2].into_iter().enumerate() {
        of.sells(seats).await;
        let token = dark.token(&of, None).await;
        let claims: Vec<_> = (0..8)
            .map(|i| {
                let (of, dark) = (Arc::clone(&of), Arc::clone(&dark));
                tokio::spawn(async move { dark.claim(&of, &format!("pc-{round}-{i}"), None).await.map(drop) })
            })
            .collect();
        dark.import(&of, &token).await.unwrap();
        for claim in claims {
            match claim.await.unwrap() {
                Ok(()) => {}
                refused => match refusal(refused) {
                    // Granted a moment before the import took it away: there is no lease for it any more.
                    Refusal::SeatsExhausted { .. } | Refusal::ActivationReleased => {}
                    other => panic!("{other:?}"),
                },
            }
        }
        let view = dark.hosted(&of).await.view;
        let within = view.seats_used - view.seats_held.get();
        assert!(within <= seats, "{within} of {seats}");
        of.advance(Interval::days(8));
    }
}

async fn exp_9_serials_are_never_given_twice(engine: Engine) {
    let of = Arc::new(Vendor::new(engine, 50).await);
    let dark = Arc::new(Dark::hosting(engine, &of, None).await);
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let (of, dark) = (Arc::clone(&of), Arc::clone(&dark));
            tokio::spawn(async move { dark.claim(&of, &format!("pc-{i}"), None).await.unwrap().lease })
        })
        .collect();
    let mut serials = Vec::new();
    for task in tasks {
        let lease = of.believes(&task.await.unwrap()).await.unwrap();
        serials.push(lease.host.as_ref().unwrap().serial);
    }
    serials.sort_unstable();
    assert_eq!(serials, (1..=40).collect::<Vec<u64>>());
}

async fn safe_1_an_import_that_is_repeated_is_told_again(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let token = dark.exports(&of, Some(2)).await.unwrap().token;
    let key = || Some(IdempotencyKey::new(b"admin", "k", "import", token.as_bytes()));
    let import = async || {
        let context = dark.admin(&of).with_idempotency(key());
        local::entitlement::import(&dark.system, &context, &token).await.unwrap()
    };
    let (first, again) = (import().await, import().await);
    assert_eq!((first.created, again.created), (true, true));
    assert_eq!(first.view.delegation, again.view.delegation);

    let delete = async || {
        let key = Some(IdempotencyKey::new(b"admin", "d", "delete", b""));
        let context = dark.admin(&of).with_idempotency(key);
        local::entitlement::delete(&dark.system, &context, of.entitlement).await.unwrap().token
    };
    assert_eq!(delete().await, delete().await);
}

/// LLS-7: two servers on one PostgreSQL database act as one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lls_7_two_servers_on_one_database_act_as_one() {
    let of = Vendor::new(Engine::Postgres, 2).await;
    let one = Dark::new(Engine::Postgres, &of, 1).await;
    let other = one.twin().await;
    // One asks, the other gets the answer.
    let request = one.asks(&of).await;
    let response = of.answers(&of.admin(), &request, &of.code).await.unwrap();
    local::license::activate(&other.system, &other.admin(&of), &response.token).await.unwrap();
    assert!(one.status(&of).await.standing.is_active() && one.serves(&of));
    // One imports, the other serves at once, by the newest delegation.
    let token = one.exports(&of, None).await.unwrap().token;
    one.import(&of, &token).await.unwrap();
    let held = other.claim(&of, "pc-1", None).await.unwrap();
    of.believes(&held.lease).await.unwrap();
    of.advance(Interval::days(25));
    other.import(&of, &one.token(&of, None).await).await.unwrap();
    of.advance(Interval::days(20));
    let later = one.claim(&of, "pc-2", None).await.unwrap();
    of.believes(&later.lease).await.unwrap();
    assert!(matches!(refusal(one.import(&of, &token).await), Refusal::TokenReplayed { .. }));
    // An access token of one is good at the other.
    let own = chancery_operations::credential::access_token(&other.system, &later.access_token, of.now()).await;
    assert_eq!(own.unwrap().activation, later.view.activation.id);

    let (first, second) = tokio::join!(one.delete(&of), other.delete(&of));
    assert_eq!(first.unwrap(), second.unwrap(), "of two deletions at once one is told twice");
    let activation = one.status(&of).await.license.unwrap().activation;
    offline::refresh(&of.system, &of.admin(), activation).await.unwrap();
    local::license::deactivate(&one.system, &one.admin(&of)).await.unwrap();
    other.status(&of).await;
    assert!(!other.serves(&of));
}
