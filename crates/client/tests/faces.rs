//! The two faces: the same results, and errors instead of panics where one of them does not belong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::task::{Context, Poll, Waker};

use chancery_api_types::Code;
use chancery_client::{Activate, Client, Options, StateStore, blocking};
use common::faces::{Async, Blocking, Face};
use common::vendor::DAY;
use common::world::{Fault, busy, page};
use common::{Scene, request};

/// All that can be seen of one script.
fn play<F: Face>() -> Vec<String> {
    let scene = Scene::new();
    let client: F = scene.client();
    let mut log = Vec::new();
    let mut note = |what: &str, result: Result<String, chancery_client::Error>| {
        let text = result.unwrap_or_else(|error| format!("{} {}", error.code(), error.is_outcome_unknown()));
        log.push(format!("{what}: {text}"));
    };
    note("refresh", client.refresh().map(|activation| activation.id.to_string()));
    note("no seat id", client.activate(&Activate::code("x")).map(|activation| activation.id.to_string()));
    note("dummy", client.activate(&Activate::code("x").seat_id("none")).map(|activation| activation.id.to_string()));
    scene.server.script([Fault::LoseReply, busy(Code::Starting, 1)]);
    note("activate", client.activate(&request()).map(|activation| activation.seat_id.to_string()));
    scene.server.script([Fault::LoseRequest, Fault::LoseReply]);
    note("spend", client.spend("renders", 3).map(|feature| format!("{:?}", feature.active)));
    scene.server.script([page(200)]);
    note("portal", client.spend("renders", 3).map(|feature| format!("{:?}", feature.active)));
    note("give back", client.give_back("renders", 1).map(|feature| format!("{:?}", feature.active)));
    note("too much", client.spend("renders", u64::MAX).map(|feature| format!("{:?}", feature.active)));
    note("parent", client.spend("..", 1).map(|feature| format!("{:?}", feature.active)));
    scene.clock.set(scene.server.world().now.shifted(8 * DAY));
    note("check", client.check().map(|standing| format!("{standing:?}")));
    note("clock", client.refresh().map(|activation| activation.id.to_string()));
    note("deactivate", client.deactivate().map(|()| "done".to_owned()));
    note("check", client.check().map(|standing| format!("{standing:?}")));
    // A device proof is another each time.
    let without_proof = |body: &str| body.split(",\"deviceProof\"").next().unwrap().to_owned();
    let lines = scene.server.seen().into_iter().map(|seen| format!("{} {}", seen.line, without_proof(&seen.body)));
    log.into_iter().chain(lines).collect()
}

#[test]
fn both_faces_do_the_same() {
    let (one, other) = (play::<Blocking>(), play::<Async>());
    assert_eq!(one, other);
    assert_eq!(one[0], "refresh: not_activated false");
    assert_eq!(one[1], "no seat id: no_machine_identity false");
    assert_eq!(one[2], "dummy: validation_failed false");
    assert_eq!(one[3], "activate: host-1");
    assert_eq!(one[10], "clock: token_expired false");
    // The refresh by a wrong clock is two calls: the second has a proof by the server's.
    assert_eq!(one.len(), 13 + 3 + 3 + 1 + 2 + 2 + 1, "{one:#?}");
}

#[test]
fn blocking_in_an_async_runtime_is_a_clear_error() {
    let scene = Scene::new();
    let open = || blocking::Client::open(&scene.server.url, scene.product.clone(), StateStore::in_memory());
    let opened = open().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        assert_eq!(open().unwrap_err().code(), "blocking_in_async");
        let error = opened.activate(&request()).unwrap_err();
        assert_eq!(error.code(), "blocking_in_async");
        assert!(error.what_to_do().contains("chancery_client::Client"));
        assert!(!opened.check().unwrap().allowed(), "what asks nobody works everywhere");
        drop(opened);
    });
}

#[test]
fn an_async_call_without_a_runtime_is_a_clear_error() {
    let scene = Scene::new();
    let client = Client::open(&scene.server.url, scene.product.clone(), StateStore::in_memory()).unwrap();
    let call = std::pin::pin!(client.refresh());
    match call.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Err(error)) => assert!(error.to_string().contains("tokio"), "{error}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn calls_can_move_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    let scene = Scene::new();
    let client = Client::open(&scene.server.url, scene.product.clone(), StateStore::in_memory()).unwrap();
    assert_send(client.refresh());
    assert_send(client.activate(&request()));
    assert_send(client.spend("renders", 1));
}

#[test]
fn a_bad_configuration_is_said_at_once() {
    let scene = Scene::new();
    for url in ["", "licences.example:7011", "ftp://licences.example", "https://licences.example/?a=b"] {
        let error = Client::open(url, scene.product.clone(), StateStore::in_memory()).unwrap_err();
        assert_eq!(error.code(), "configuration_invalid", "{url}");
    }
    let open = "http://licences.example:7011";
    let error = Client::open(open, scene.product.clone(), StateStore::in_memory()).unwrap_err();
    assert!(error.code() == "configuration_invalid" && error.to_string().contains("in the open"), "CERT-3: {error}");
    let allowed = Options { allow_plain_http: true, ..Options::default() };
    Client::open_with(open, scene.product.clone(), StateStore::in_memory(), allowed).unwrap();
    let no_file = Options { ca_file: Some("/nowhere/ca.pem".into()), ..Options::default() };
    let empty = tempfile::NamedTempFile::new().unwrap();
    let no_certificate = Options { ca_file: Some(empty.path().to_owned()), ..Options::default() };
    for options in [no_file, no_certificate] {
        let opened = Client::open_with(&scene.server.url, scene.product.clone(), StateStore::in_memory(), options);
        assert_eq!(opened.unwrap_err().code(), "configuration_invalid");
    }
}

#[test]
fn api_7_no_secret_is_in_what_is_printed() {
    let scene = Scene::new();
    let client: Blocking = scene.activated();
    assert!(!format!("{:?}", Activate::code("SECRET").licensee_secret("SECRET")).contains("SECRET"));
    scene.server.script([page(200)]);
    let error = client.spend("renders", 1).unwrap_err();
    let said = format!("{error} {error:?} {:?}", error.to_problem());
    assert!(!said.contains("token-1") && !said.contains("sign in"), "{said}");
    assert_eq!(error.to_problem().code, "reply_not_understood");
}
