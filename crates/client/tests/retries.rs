//! Whatever is lost, what was asked for happens once (SAFE-1…3).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::time::Duration;

use chancery_api_types::Code;
use chancery_client::{Because, Client, Error, Options, StateStore};
use common::faces::{Async, Blocking, Face};
use common::world::{Fault, Seen, busy, page, redirect};
use common::{Scene, request};

both_faces!(
    safe_1_a_lost_activation_is_repeated_with_the_same_key,
    safe_2_each_change_sends_the_last_nonce_and_a_fresh_key,
    safe_2_a_refusal_by_a_rule_gives_the_next_nonce,
    safe_2_what_does_not_turn_the_nonce_is_repeated_after_retry_after,
    safe_3_a_lost_reply_is_asked_for_again_with_the_same_nonce_key_and_body,
    safe_3_after_giving_up_the_same_call_gets_the_lost_reply,
    safe_3_after_giving_up_another_call_settles_the_lost_one_first,
    safe_3_a_refresh_after_a_lost_refresh_gets_a_lease_of_now,
    safe_3_a_lost_call_that_is_refused_when_it_is_settled_holds_up_nothing,
    safe_3_a_call_that_never_arrived_leaves_nothing_behind,
    safe_3_a_page_in_the_servers_place_settles_nothing,
    safe_3_a_token_that_the_server_does_not_know_is_healed_by_activating_again,
    safe_3_a_copy_of_the_state_is_told_to_activate_again,
    seat_2_activating_again_after_a_lost_reply_is_safe,
    seat_9_the_state_is_removed_only_after_the_servers_word,
    seat_9_a_released_seat_leaves_nothing_to_give_back,
);

fn same_call(one: &Seen, other: &Seen) {
    // A proof of possession is of the moment at which it is made; all else is repeated to the letter.
    let letter = |seen: &Seen| {
        let mut seen = seen.clone();
        seen.headers.remove("dpop");
        seen
    };
    assert_eq!(letter(one), letter(other), "to the letter: line, nonce, key, body");
    assert!(one.header("idempotency-key").is_some());
}

fn safe_1_a_lost_activation_is_repeated_with_the_same_key<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.client();
    scene.server.script([Fault::LoseReply]);
    client.activate(&request()).unwrap();
    let seen = scene.server.seen();
    assert_eq!(seen.len(), 2);
    same_call(&seen[0], &seen[1]);
    assert_eq!(scene.server.world().chain, 1);
    client.refresh().unwrap();
}

fn safe_2_each_change_sends_the_last_nonce_and_a_fresh_key<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    client.refresh().unwrap();
    client.checkout("renders", 2).unwrap();
    client.give_back("renders", 1).unwrap();
    client.state().unwrap();
    client.spend("ren/ders", 3).unwrap();
    let seen = scene.server.seen();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "POST /api/v1/activation/refresh",
            "POST /api/v1/activation/features/renders/checkout",
            "POST /api/v1/activation/features/renders/return",
            "GET /api/v1/activation",
            "POST /api/v1/activation/features/ren%2Fders/use",
        ]
    );
    let nonces: Vec<_> = seen.iter().filter_map(|seen| seen.header("chancery-nonce")).collect();
    assert_eq!(nonces, ["nonce-1-0", "nonce-1-1", "nonce-1-2", "nonce-1-3"]);
    let mut keys: Vec<_> = seen.iter().filter_map(|seen| seen.header("idempotency-key")).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 4);
    assert_eq!(scene.server.world().spent, 4);
}

fn safe_2_a_refusal_by_a_rule_gives_the_next_nonce<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let error = client.spend("renders", 1001).unwrap_err();
    assert!(matches!(error, Error::Refused(_)));
    assert_eq!((error.code(), error.is_outcome_unknown()), ("feature_exhausted", false));
    assert!(error.what_to_do().contains("available"), "{}", error.what_to_do());
    assert_eq!(client.status().unwrap().unsettled, None);
    client.spend("renders", 1000).unwrap();
}

fn safe_2_what_does_not_turn_the_nonce_is_repeated_after_retry_after<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    scene.server.script([busy(Code::RateLimited, 3), busy(Code::StorageUnavailable, 5)]);
    client.spend("renders", 1).unwrap();
    let seen = scene.server.seen();
    assert_eq!(seen.len(), 3);
    same_call(&seen[0], &seen[1]);
    same_call(&seen[0], &seen[2]);
    let waits = scene.waits.0.lock().unwrap().clone();
    assert!(waits[0] >= Duration::from_secs(3) && waits[1] >= Duration::from_secs(5), "{waits:?}");

    scene.server.script([busy(Code::RateLimited, 3600)]);
    let error = client.spend("renders", 1).unwrap_err();
    assert_eq!((error.code(), error.is_outcome_unknown()), ("rate_limited", false));
    assert_eq!(client.status().unwrap().unsettled, None);
    assert_eq!(scene.server.world().spent, 1);
}

fn safe_3_a_lost_reply_is_asked_for_again_with_the_same_nonce_key_and_body<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    scene.server.script([Fault::LoseReply, Fault::LoseReply, Fault::LoseRequest]);
    let feature = client.spend("renders", 2).unwrap();
    assert_eq!(feature.active.0.get(), 2);
    let seen = scene.server.seen();
    assert_eq!(seen.len(), 4);
    seen.iter().for_each(|again| same_call(&seen[0], again));
    let waits = scene.waits.0.lock().unwrap().clone();
    assert!(waits.len() == 3 && waits[0] < waits[2], "{waits:?}");
    client.refresh().unwrap();
}

fn safe_3_after_giving_up_the_same_call_gets_the_lost_reply<F: Face>() {
    let scene = Scene::new();
    scene.activated::<F>();
    scene.server.script([Fault::LoseReply]);
    let error = scene.impatient::<F>().spend("renders", 1).unwrap_err();
    assert_eq!((error.code(), error.is_outcome_unknown()), ("server_unreachable", true));
    let reopened: F = scene.client();
    assert_eq!(reopened.status().unwrap().unsettled.as_deref(), Some("use renders"));
    assert_eq!(reopened.spend("renders", 1).unwrap().active.0.get(), 1);
    let seen = scene.server.seen();
    assert_eq!(seen.len(), 2);
    same_call(&seen[0], &seen[1]);
    assert_eq!(reopened.spend("renders", 1).unwrap().active.0.get(), 2, "this one is a new one");
}

fn safe_3_after_giving_up_another_call_settles_the_lost_one_first<F: Face>() {
    let scene = Scene::new();
    scene.activated::<F>();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().spend("renders", 1).unwrap_err();
    assert_eq!(scene.client::<F>().spend("renders", 5).unwrap().active.0.get(), 6);
    let seen = scene.server.seen();
    same_call(&seen[0], &seen[1]);
    assert_eq!((seen.len(), seen[2].header("chancery-nonce")), (3, Some("nonce-1-1")));
    assert_eq!(scene.client::<F>().status().unwrap().unsettled, None);
}

fn safe_3_a_refresh_after_a_lost_refresh_gets_a_lease_of_now<F: Face>() {
    let scene = Scene::new();
    scene.activated::<F>();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().refresh().unwrap_err();
    scene.client::<F>().refresh().unwrap();
    assert_eq!((scene.server.seen().len(), scene.server.world().refreshed), (3, 2));
}

fn safe_3_a_lost_call_that_is_refused_when_it_is_settled_holds_up_nothing<F: Face>() {
    let scene = Scene::new();
    scene.activated::<F>();
    scene.server.script([Fault::LoseRequest]);
    scene.impatient::<F>().spend("renders", 5).unwrap_err();
    scene.server.world().capacity = 3;
    assert_eq!(scene.client::<F>().spend("renders", 3).unwrap().active.0.get(), 3);
}

fn safe_3_a_call_that_never_arrived_leaves_nothing_behind<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = F::open(&format!("http://{nobody}"), scene.product.clone(), scene.state(), scene.options.clone());
    let error = away.spend("renders", 1).unwrap_err();
    assert_eq!((error.code(), error.is_outcome_unknown()), ("server_unreachable", false));
    assert!(scene.waits.0.lock().unwrap().len() > 3, "it was tried for a while");
    assert_eq!(client.status().unwrap().unsettled, None);
}

fn safe_3_a_page_in_the_servers_place_settles_nothing<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    for status in [200, 302, 403, 404] {
        scene.server.script([page(status)]);
        let error = client.spend("renders", 1).unwrap_err();
        assert_eq!((error.code(), error.is_outcome_unknown()), ("reply_not_understood", true), "{status}");
    }
    scene.server.script([redirect("https://elsewhere.example/a")]);
    let error = client.spend("renders", 1).unwrap_err();
    assert!(error.to_string().contains("redirect to https://elsewhere.example/a"), "{error}");
    client.spend("renders", 1).unwrap();
    let seen = scene.server.seen();
    seen.iter().for_each(|again| same_call(&seen[0], again));
    assert_eq!(scene.server.world().spent, 1);
}

fn safe_3_a_token_that_the_server_does_not_know_is_healed_by_activating_again<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().spend("renders", 1).unwrap_err();
    scene.server.world().fate = Some(Code::AccessTokenInvalid);
    let refused = [
        client.refresh().unwrap_err(),
        client.state().unwrap_err(),
        client.spend("renders", 1).unwrap_err(),
        client.deactivate().unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, Error::ActivateAgain { because: Because::TokenInvalid, .. }), "{error:?}");
        assert!(error.what_to_do().contains("Activate again"), "{}", error.what_to_do());
    }
    assert!(client.check().unwrap().allowed(), "its lease runs on");
    client.activate(&request()).unwrap();
    client.spend("renders", 1).unwrap();
}

fn safe_3_a_copy_of_the_state_is_told_to_activate_again<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let elsewhere = tempfile::tempdir().unwrap();
    for file in ["state.json", "keys.json", "machine.json"] {
        std::fs::copy(scene.folder.path().join(file), elsewhere.path().join(file)).unwrap();
    }
    let state = StateStore::from(elsewhere.path());
    let copy = F::open(&scene.server.url, scene.product.clone(), state, scene.options.clone());
    client.spend("renders", 1).unwrap();
    let error = copy.spend("renders", 1).unwrap_err();
    assert!(matches!(error, Error::ActivateAgain { because: Because::CloneDetected, .. }), "{error}");
    assert!(error.what_to_do().contains("Activate again"), "{}", error.what_to_do());
    client.spend("renders", 1).unwrap();

    copy.activate(&request()).unwrap();
    copy.spend("renders", 1).unwrap();
    let error = client.spend("renders", 1).unwrap_err();
    assert!(matches!(error, Error::ActivateAgain { because: Because::Superseded, .. }), "{error}");
    assert!(client.check().unwrap().allowed(), "its lease runs on");
}

fn seat_2_activating_again_after_a_lost_reply_is_safe<F: Face>() {
    let scene = Scene::new();
    scene.server.script([Fault::LoseReply]);
    let error = scene.impatient::<F>().activate(&request()).unwrap_err();
    assert!(error.is_outcome_unknown());
    assert!(!scene.client::<F>().check().unwrap().allowed());
    let client: F = scene.activated();
    client.spend("renders", 1).unwrap();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().spend("renders", 7).unwrap_err();
    client.activate(&request()).unwrap();
    assert_eq!(client.status().unwrap().unsettled, None, "the old chain ended with its lost call");
    assert_eq!(client.spend("renders", 1).unwrap().active.0.get(), 9);
}

fn seat_9_the_state_is_removed_only_after_the_servers_word<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    scene.server.script([Fault::LoseReply]);
    assert!(scene.impatient::<F>().deactivate().unwrap_err().is_outcome_unknown());
    assert!(client.check().unwrap().allowed());
    client.deactivate().unwrap();
    assert!(!scene.folder.path().join("state.json").exists());
    assert_eq!(client.deactivate().unwrap_err().code(), "not_activated");
    assert_eq!(client.check().unwrap().require().unwrap_err().code(), "not_activated");
}

fn seat_9_a_released_seat_leaves_nothing_to_give_back<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    scene.server.world().fate = Some(Code::ActivationReleased);
    let error = client.refresh().unwrap_err();
    assert!(matches!(error, Error::ActivateAgain { because: Because::Released, .. }), "{error}");
    assert!(client.check().unwrap().allowed(), "the lease runs on");
    client.deactivate().unwrap();
    assert!(!client.check().unwrap().allowed());
}

/// A crash between sending and the reply: the call is dropped while the server works on it.
#[tokio::test]
async fn safe_3_a_crash_between_sending_and_the_reply_is_settled_by_the_next_process() {
    let scene = Scene::new();
    let client =
        Client::open_with(&scene.server.url, scene.product.clone(), scene.state(), scene.options.clone()).unwrap();
    client.activate(&request()).await.unwrap();
    scene.server.seen();
    let (told, mut arrived) = tokio::sync::mpsc::unbounded_channel();
    scene.server.script([Fault::Hold(told)]);
    tokio::select! {
        _ = client.spend("renders", 1) => panic!("it is held"),
        _ = arrived.recv() => {}
    }
    drop(client);
    let client =
        Client::open_with(&scene.server.url, scene.product.clone(), scene.state(), scene.options.clone()).unwrap();
    client.refresh().await.unwrap();
    let seen = scene.server.seen();
    same_call(&seen[0], &seen[1]);
    assert_eq!((seen.len(), scene.server.world().spent), (3, 1));
}

#[test]
fn safe_3_threads_and_clients_that_share_a_state_are_no_clones() {
    let scene = Scene::new();
    scene.activated::<Blocking>();
    // The scene's waits take no time, so that any bound would be one on how busy the machine is.
    let options = Options { lock_patience: Duration::MAX, ..scene.options.clone() };
    std::thread::scope(|scope| {
        for nth in 0..6 {
            let (scene, options) = (&scene, options.clone());
            scope.spawn(move || {
                let work = |face: &dyn Fn(u64)| (0..5).for_each(face);
                if nth % 2 == 0 {
                    let client = Blocking::open(&scene.server.url, scene.product.clone(), scene.state(), options);
                    work(&|_| drop(client.spend("renders", 1).unwrap()));
                } else {
                    let client = Async::open(&scene.server.url, scene.product.clone(), scene.state(), options);
                    work(&|_| drop(client.spend("renders", 1).unwrap()));
                }
            });
        }
    });
    assert_eq!(scene.server.world().spent, 30);
}
