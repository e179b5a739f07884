//! A life without a connection, by carried tokens: request, response, refresh (OFF-3, OFF-5, OFF-7, OFF-10).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs::File;

use chancery_client::{Activate, Mode, Options, Product, Secret, Standing, StateStore};
use chancery_token::{SealingKey, carried};
use common::desk::{Desk, PERIOD, activated_offline};
use common::faces::Face;
use common::vendor::{DAY, Vendor, activation_id, product_id, start};
use common::{Scene, request};
use serde_json::json;

both_faces!(
    off_3_a_request_brings_all_that_an_activation_does_and_asks_nobody,
    off_3_requests_are_repeated_and_one_response_is_accepted,
    off_3_of_more_requests_than_are_remembered_the_oldest_is_forgotten,
    off_3_with_a_running_activation_there_is_no_request,
    off_5_the_product_runs_without_a_connection_until_the_lease_ends,
    off_7_refreshes_bring_what_holds_now_and_only_newer_ones_count,
    off_7_a_refresh_after_the_end_and_a_request_go_together,
    off_7_a_response_that_a_refresh_has_overtaken_takes_nothing_back,
    off_10_what_needs_a_connection_says_so_and_asks_nobody,
    off_12_a_state_in_use_is_waited_for_offline_too,
    tok_6_a_token_is_taken_as_people_bring_it,
);

fn off_3_a_request_brings_all_that_an_activation_does_and_asks_nobody<F: Face>() {
    let mut scene = Scene::new();
    scene.product = scene.product.released("2026-11-21");
    scene.options.licensee_secret = Some(Secret("of all calls".to_owned()));
    let client: F = scene.client();
    let full = Activate::code("7K2M-9QXT")
        .seat_id("host-1")
        .seat_name("Build server")
        .edition("pro")
        .licensee_secret("of this one")
        .device(true, false);
    let token = client.offline_request(&full).unwrap();
    let claims = Desk::new().open(&token);
    assert_eq!(claims.product, product_id());
    assert_eq!(claims.credential, json!({"type": "activationCode", "code": "7K2M-9QXT"}));
    assert_eq!((claims.seat_id.as_str(), claims.seat_name.as_deref()), ("host-1", Some("Build server")));
    assert_eq!(
        (claims.edition.as_deref(), claims.release_date.as_deref()),
        (Some("pro"), Some("2026-11-21T00:00:00Z"))
    );
    assert_eq!(claims.licensee_secret.as_deref(), Some("of this one"));
    assert_eq!((claims.device.container, claims.device.vm), (true, false));
    assert_eq!((claims.issued.at, claims.kid()), (start(), claims.device_keys.sign.thumbprint().as_str()));

    let least = client.offline_request(&request()).unwrap();
    let claims = Desk::new().open(&least);
    assert_eq!(claims.licensee_secret.as_deref(), Some("of all calls"));
    assert_eq!((&claims.seat_name, &claims.edition), (&None, &None));
    // What the caller gave wrongly is said before anything is made.
    assert_eq!(client.offline_request(&request().seat_name("")).unwrap_err().code(), "validation_failed");
    assert_eq!(client.offline_request(&Activate::code("x")).unwrap_err().code(), "no_machine_identity");
    assert!(scene.server.seen().is_empty());
}

fn off_3_requests_are_repeated_and_one_response_is_accepted<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    // Each by a process of its own.
    let requests: Vec<String> = (0..3).map(|_| scene.offline::<F>().offline_request(&request()).unwrap()).collect();
    let opened: Vec<_> = requests.iter().map(|request| desk.open(request)).collect();
    assert!(opened[0].request_id != opened[1].request_id && opened[1].request_id != opened[2].request_id);
    assert!(opened.iter().all(|claims| claims.device_keys == opened[0].device_keys));
    let client: F = scene.offline();
    let status = client.status().unwrap();
    assert_eq!((status.standing, status.requests, status.mode), (Standing::NotActivated, 3, None));

    let responses: Vec<String> = requests.iter().map(|request| desk.respond(request)).collect();
    let standing = client.apply_offline_response(&responses[1]).unwrap();
    assert_eq!(standing, Standing::Allowed { until: Some(start().shifted(PERIOD)) });
    let status = client.status().unwrap();
    assert_eq!((status.requests, status.mode), (0, Some(Mode::Offline)));
    for again in &responses {
        let error = client.apply_offline(again).unwrap_err();
        assert_eq!(error.code(), "token_superseded", "{error}");
        assert!(error.what_to_do().contains("Nothing"), "{}", error.what_to_do());
    }
    assert!(client.check().unwrap().allowed());
}

fn off_3_of_more_requests_than_are_remembered_the_oldest_is_forgotten<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.offline();
    let requests: Vec<String> = (0..65).map(|_| client.offline_request(&request()).unwrap()).collect();
    assert_eq!(client.status().unwrap().requests, 64);
    assert_eq!(client.apply_offline(&desk.respond(&requests[0])).unwrap_err().code(), "token_superseded");
    client.apply_offline(&desk.respond(&requests[1])).unwrap();
}

fn off_3_with_a_running_activation_there_is_no_request<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let error = client.offline_request(&request().seat_id("host-2")).unwrap_err();
    assert_eq!(error.code(), "already_activated");
    let facts = serde_json::to_value(error.to_problem().facts).unwrap();
    let end = start().shifted(PERIOD).to_string();
    assert_eq!(facts, json!({"activationId": activation_id().to_string(), "mode": "offline", "leaseExpiry": end}));
    desk.wait(&scene, PERIOD - 1);
    client.offline_request(&request()).unwrap_err();

    // From the lease's end on; with the keys of the same cycle.
    desk.wait(&scene, 1);
    let keys = desk.device.clone().unwrap();
    let token = client.offline_request(&request()).unwrap();
    let claims = desk.open(&token);
    assert_eq!((claims.device_keys.seal.thumbprint().as_str(), claims.kid()), (keys.seal.kid(), keys.jkt.as_str()));
    assert!(matches!(client.status().unwrap().standing, Standing::LeaseExpired { .. }));
    assert!(client.apply_offline(&desk.respond(&token)).unwrap().allowed());
}

fn off_5_the_product_runs_without_a_connection_until_the_lease_ends<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let ended = start().shifted(PERIOD);
    let lease = client.status().unwrap().lease.unwrap();
    assert_eq!((lease.activation, lease.mode.as_str(), lease.expiry), (Some(activation_id()), "offline", Some(ended)));
    desk.wait(&scene, PERIOD - 1);
    assert!(scene.offline::<F>().check().unwrap().allowed());
    desk.wait(&scene, 1);
    assert!(matches!(client.check().unwrap(), Standing::LeaseExpired { ended: at, .. } if at == ended));
    assert!(scene.server.seen().is_empty());
}

fn off_7_refreshes_bring_what_holds_now_and_only_newer_ones_count<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    desk.wait(&scene, DAY);
    let older = desk.refresh();
    desk.wait(&scene, DAY);
    desk.spoil = Some(|mut lease| {
        lease.enforcement = "stop".to_owned();
        lease
    });
    let newer = desk.refresh();
    let standing = client.apply_offline_refresh(&newer).unwrap();
    assert_eq!(standing, Standing::Allowed { until: Some(desk.now.shifted(PERIOD)) });
    assert_eq!(client.status().unwrap().lease.unwrap().enforcement, "stop");
    for (token, seq) in [(older, 2), (newer, 3)] {
        let error = client.apply_offline(&token).unwrap_err();
        assert_eq!(error.code(), "token_superseded");
        assert_eq!(serde_json::to_value(error.to_problem().facts).unwrap(), json!({"seq": seq, "applied": 3}));
    }
    assert_eq!(client.check().unwrap(), standing);
    // Another activation's number says nothing, whichever of the two tokens says that it is another's.
    let other = desk.refresh_of(9, common::vendor::id(9));
    assert_eq!(client.apply_offline(&other).unwrap_err().code(), "token_wrong_recipient");
    desk.activation = common::vendor::id(9);
    for other in [desk.refresh(), desk.refresh_of(9, activation_id())] {
        assert_eq!(client.apply_offline(&other).unwrap_err().code(), "token_wrong_recipient");
    }
    assert_eq!(client.check().unwrap(), standing);
}

fn off_7_a_refresh_after_the_end_and_a_request_go_together<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    desk.wait(&scene, PERIOD + DAY);
    let request = client.offline_request(&request()).unwrap();
    assert!(client.apply_offline_refresh(&desk.refresh()).unwrap().allowed());
    assert_eq!(client.status().unwrap().requests, 1, "it is still waited for");
    client.apply_offline_response(&desk.respond(&request)).unwrap();
    assert_eq!(client.status().unwrap().requests, 0);

    let never: F = F::open_offline(scene.product.clone(), StateStore::in_memory(), scene.options.clone());
    assert_eq!(never.apply_offline(&desk.refresh()).unwrap_err().code(), "token_wrong_recipient");
    // It was answered, and the answer was never brought.
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.offline();
    desk.respond(&client.offline_request(&common::request()).unwrap());
    let error = client.apply_offline_refresh(&desk.refresh()).unwrap_err();
    assert_eq!(error.code(), "not_activated");
}

fn off_7_a_response_that_a_refresh_has_overtaken_takes_nothing_back<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    desk.wait(&scene, PERIOD + DAY);
    let asked = client.offline_request(&request()).unwrap();
    let overtaken = desk.respond(&asked);
    desk.wait(&scene, DAY);
    let refresh = desk.refresh();
    let standing = client.apply_offline(&refresh).unwrap();
    let error = client.apply_offline(&overtaken).unwrap_err();
    assert_eq!(error.code(), "token_superseded");
    assert_eq!(serde_json::to_value(error.to_problem().facts).unwrap(), json!({"seq": 2, "applied": 3}));
    assert_eq!((client.check().unwrap(), client.status().unwrap().requests), (standing, 1));
    assert_eq!(client.apply_offline(&refresh).unwrap_err().code(), "token_superseded");
    // The keys were lost, and the seat was given to others: they are numbered from the first.
    std::fs::write(scene.folder.path().join("keys.json"), "lost").unwrap();
    let asked = client.offline_request(&request()).unwrap();
    desk.seq = 0;
    assert!(client.apply_offline(&desk.respond(&asked)).unwrap().allowed());
}

fn off_10_what_needs_a_connection_says_so_and_asks_nobody<F: Face>() {
    let scene = Scene::new();
    let (offline, _): (F, _) = activated_offline(&scene);
    for client in [offline, scene.client()] {
        let refused = [client.checkout("renders", 1), client.give_back("renders", 1), client.spend("renders", 1)];
        for error in refused.map(Result::unwrap_err) {
            assert_eq!((error.code(), error.is_outcome_unknown()), ("feature_needs_connection", false));
        }
        let instead = |error: chancery_client::Error| {
            assert_eq!(error.code(), "wrong_mode", "{error}");
            error.to_problem().facts["instead"].as_str().unwrap().to_owned()
        };
        assert_eq!(instead(client.refresh().unwrap_err()), "apply_offline_refresh");
        assert_eq!(instead(client.deactivate().unwrap_err()), "deactivate_offline");
        assert_eq!(instead(client.state().unwrap_err()), "lease");
        assert_eq!(instead(client.entitlement().unwrap_err()), "lease");
        assert_eq!(client.status().unwrap().unsettled, None);
        assert!(client.check().unwrap().allowed());
    }
    assert!(scene.server.seen().is_empty());

    // Who has no server's address can ask none.
    let scene = Scene::new();
    let client: F = scene.offline();
    assert_eq!(client.refresh().unwrap_err().code(), "not_activated");
    for error in [client.activate(&request()).unwrap_err(), client.validate(&request()).unwrap_err()] {
        assert_eq!(error.code(), "configuration_invalid");
    }
    let _: F = scene.activated();
    assert_eq!(client.refresh().unwrap_err().code(), "configuration_invalid");
    assert_eq!(client.status().unwrap().unsettled, None, "nothing was begun");
}

fn off_12_a_state_in_use_is_waited_for_offline_too<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let refresh = desk.refresh();
    let lock = File::open(scene.folder.path().join("state.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(client.apply_offline(&refresh).unwrap_err().code(), "state_locked");
    assert_eq!(client.deactivate_offline().unwrap_err().code(), "state_locked");
    assert!(client.check().unwrap().allowed() && client.offline_deactivation().unwrap().is_none());
    lock.unlock().unwrap();
    client.apply_offline(&refresh).unwrap();
}

fn tok_6_a_token_is_taken_as_people_bring_it<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let file = carried::write_file("offline refresh for Build server", &desk.refresh());
    client.apply_offline(&file).unwrap();
    let mut codes = carried::parts(&desk.refresh(), 300);
    assert!(codes.len() > 2);
    codes.reverse();
    client.apply_offline_refresh(&codes.join("\n")).unwrap();
    let mailed: String =
        desk.refresh().chars().map(|char| if char == '.' { ".\r\n  ".into() } else { char.to_string() }).collect();
    client.apply_offline(&format!("\n  {mailed}\n\n")).unwrap();
    codes.pop();
    assert_eq!(client.apply_offline(&codes.join("\n")).unwrap_err().code(), "token_malformed");
}

#[test]
fn a_bundle_without_a_receiving_key_says_what_to_embed() {
    use common::faces::Blocking;
    let (scene, vendor) = (Scene::new(), Vendor::new(1, false));
    let product = Product::new(&product_id().to_string(), &vendor.bundle_of(vec![vendor.certificate()])).unwrap();
    let client = Blocking::open_offline(product, scene.state(), Options { ..scene.options.clone() });
    let error = client.offline_request(&request()).unwrap_err();
    assert_eq!(error.code(), "configuration_invalid");
    assert!(error.to_string().contains("newer"), "{error}");
    assert_eq!(client.status().unwrap().requests, 0);
}

#[test]
fn clk_1_a_sandbox_and_the_live_vendor_take_nothing_of_each_other() {
    use common::faces::Blocking;
    let scene = Scene::of(Vendor::new(1, true));
    let (client, mut sandbox): (Blocking, _) = (scene.offline(), Desk::of(Vendor::new(1, true)));
    let token = client.offline_request(&request()).unwrap();
    let claims = sandbox.open(&token);
    assert!(claims.issued.sandbox);
    let mut live = Desk::new();
    live.device = Some(common::desk::Device {
        seat_id: "host-1".to_owned(),
        seal: SealingKey::new(claims.device_keys.seal.clone()).unwrap(),
        jkt: claims.kid().to_owned(),
    });
    assert_eq!(client.apply_offline(&live.refresh()).unwrap_err().code(), "token_wrong_recipient");
    client.apply_offline(&sandbox.respond(&token)).unwrap();
    let given_up = client.deactivate_offline().unwrap();
    assert!(sandbox.open_deactivation(&given_up).issued.sandbox);
}
