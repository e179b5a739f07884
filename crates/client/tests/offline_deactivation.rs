//! Giving an offline activation up: at once, for good, and with a token to show, whatever happens meanwhile (OFF-8).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use chancery_client::Standing;
use common::desk::{Desk, Files, PERIOD, activated_offline};
use common::faces::Face;
use common::vendor::activation_id;
use common::{Scene, request};

both_faces!(
    off_8_the_activation_ends_as_the_token_is_made,
    off_8_nothing_old_can_be_applied_again,
    off_8_an_ended_activation_can_be_given_up_too,
    off_8_what_was_never_activated_cannot_be_given_up,
    off_8_a_crash_at_any_point_leaves_the_activation_or_the_token,
    off_8_a_disk_that_fails_leaves_the_activation_or_the_token,
    off_5_a_crash_at_any_point_of_applying_leaves_the_request_or_the_activation,
    off_3_a_disk_that_fails_makes_no_request_that_is_not_remembered,
    off_3_requests_can_be_forgotten_with_their_keys,
);

fn off_8_the_activation_ends_as_the_token_is_made<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    client.apply_offline(&desk.refresh()).unwrap();
    assert_eq!(client.offline_deactivation().unwrap(), None);
    // What a crash left half written has the keys in it too.
    std::fs::copy(scene.folder.path().join("keys.json"), scene.folder.path().join("keys.json.new")).unwrap();
    let token = client.deactivate_offline().unwrap();
    let claims = desk.open_deactivation(&token);
    assert_eq!((claims.activation, claims.seq), (activation_id(), 2));
    assert_eq!((claims.kid(), claims.jwk.thumbprint().as_str()), (&*desk.device.unwrap().jkt, claims.kid()));
    assert_eq!(client.check().unwrap(), Standing::NotActivated);
    assert!(!scene.files().keys().any(|name| name.starts_with("keys.json")), "the keys are gone");
    // It is shown again, also by another process, and also by asking for it as before.
    for shown in [client.offline_deactivation(), scene.offline::<F>().offline_deactivation()] {
        assert_eq!(shown.unwrap().as_ref(), Some(&token));
    }
    assert_eq!(scene.offline::<F>().deactivate_offline().unwrap(), token);
    assert!(scene.server.seen().is_empty());
}

fn off_8_nothing_old_can_be_applied_again<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.offline();
    let first = client.offline_request(&request()).unwrap();
    let unused = client.offline_request(&request()).unwrap();
    let (response, other) = (desk.respond(&first), desk.respond(&unused));
    client.apply_offline(&response).unwrap();
    let refresh = desk.refresh();
    let token = client.deactivate_offline().unwrap();
    let old = [response, other, refresh];
    for old in &old {
        assert_eq!(client.apply_offline(old).unwrap_err().code(), "token_wrong_recipient");
    }
    // The next cycle has other keys, and the token is shown until it has begun.
    let again = client.offline_request(&request()).unwrap();
    assert_ne!(desk.open(&again).device_keys, desk.open(&first).device_keys);
    assert_eq!(client.offline_deactivation().unwrap(), Some(token));
    for old in &old {
        assert_eq!(client.apply_offline(old).unwrap_err().code(), "token_wrong_recipient");
    }
    client.apply_offline(&desk.respond(&again)).unwrap();
    assert_eq!(client.offline_deactivation().unwrap(), None);
    assert!(client.check().unwrap().allowed());
}

fn off_8_an_ended_activation_can_be_given_up_too<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    desk.wait(&scene, PERIOD);
    let asked = client.offline_request(&request()).unwrap();
    let response = desk.respond(&asked);
    desk.open_deactivation(&client.deactivate_offline().unwrap());
    // The requests that were made meanwhile had the keys that are gone.
    assert_eq!(client.status().unwrap().requests, 0);
    assert_eq!(client.apply_offline(&response).unwrap_err().code(), "token_wrong_recipient");
}

fn off_8_what_was_never_activated_cannot_be_given_up<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.offline();
    assert_eq!(client.deactivate_offline().unwrap_err().code(), "not_activated");
    let request = client.offline_request(&request()).unwrap();
    assert_eq!(client.deactivate_offline().unwrap_err().code(), "not_activated");
    client.apply_offline(&desk.respond(&request)).unwrap();
}

/// The states that a crash can leave, where these files are written in this order.
fn crashes(before: &Files, after: &Files, order: &[&str]) -> Vec<Files> {
    let changed = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name));
    assert!(changed.clone().all(|name| order.contains(&name.as_str())), "{:?}", changed.collect::<Vec<_>>());
    let left = |written: usize| {
        let mut files = before.clone();
        for name in &order[..written] {
            match after.get(*name) {
                Some(bytes) => files.insert((*name).to_owned(), bytes.clone()),
                None => files.remove(*name),
            };
        }
        files
    };
    (0..=order.len()).map(left).collect()
}

fn off_8_a_crash_at_any_point_leaves_the_activation_or_the_token<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let old_keys = desk.device.clone().unwrap().jkt;
    let before = scene.files();
    let token = client.deactivate_offline().unwrap();
    let after = scene.files();
    let left = crashes(&before, &after, &["state.json", "keys.json"]);
    assert_eq!(left.len(), 3);
    for (written, files) in left.iter().enumerate() {
        for name in ["state.json", "keys.json"] {
            scene.put(files, name);
        }
        let client: F = scene.offline();
        let active = client.check().unwrap().allowed();
        assert_eq!(
            (active, client.offline_deactivation().unwrap()),
            (written == 0, (written > 0).then(|| token.clone()))
        );
        let shown = client.deactivate_offline().unwrap();
        assert_eq!(desk.open_deactivation(&shown).activation, activation_id());
        assert_eq!(shown == token, written > 0);
        // Whatever was left undone is done by then.
        assert!(!scene.files().contains_key("keys.json"));
        assert_eq!(client.apply_offline(&desk.refresh()).unwrap_err().code(), "token_wrong_recipient");
    }
    // Also if the next that happens is another activation.
    for name in ["state.json", "keys.json"] {
        scene.put(&left[1], name);
    }
    let again = client.offline_request(&request()).unwrap();
    assert_ne!(desk.open(&again).kid(), old_keys);
    client.apply_offline(&desk.respond(&again)).unwrap();
}

fn off_8_a_disk_that_fails_leaves_the_activation_or_the_token<F: Face>() {
    let scene = Scene::new();
    // Another seat's keys stand in the same file, so that it is written anew.
    scene.offline::<F>().offline_request(&request().seat_id("host-2")).unwrap();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let keys = scene.files()["keys.json"].clone();
    let error = scene.unwritable("state.json", || client.deactivate_offline()).unwrap_err();
    assert_eq!(error.code(), "state_unavailable");
    assert!(client.check().unwrap().allowed() && client.offline_deactivation().unwrap().is_none());
    assert_eq!(scene.files()["keys.json"], keys, "the keys go last");
    client.apply_offline(&desk.refresh()).unwrap();

    let error = scene.unwritable("keys.json", || client.deactivate_offline()).unwrap_err();
    assert_eq!(error.code(), "state_unavailable");
    assert_eq!(client.check().unwrap(), Standing::NotActivated);
    let token = client.offline_deactivation().unwrap().unwrap();
    assert_eq!(client.deactivate_offline().unwrap(), token);
    assert_ne!(scene.files()["keys.json"], keys);
    assert_eq!(client.apply_offline(&desk.refresh()).unwrap_err().code(), "token_wrong_recipient");
}

fn off_5_a_crash_at_any_point_of_applying_leaves_the_request_or_the_activation<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.offline();
    desk.revocations = Some(desk.vendor.revocations(2, &[]));
    let response = desk.respond(&client.offline_request(&request()).unwrap());
    let before = scene.files();
    client.apply_offline(&response).unwrap();
    let (applied, refresh) = (scene.files(), desk.refresh());
    client.apply_offline(&refresh).unwrap();
    let refreshed = scene.files();
    for (written, files) in crashes(&before, &applied, &["revocations.json", "state.json"]).iter().enumerate() {
        ["revocations.json", "state.json"].into_iter().for_each(|name| scene.put(files, name));
        let client: F = scene.offline();
        assert_eq!(client.check().unwrap().allowed(), written == 2);
        let again = client.apply_offline(&response).map_or_else(|error| error.code().to_owned(), |_| "done".to_owned());
        assert_eq!(again, if written == 2 { "token_superseded" } else { "done" });
        assert!(client.check().unwrap().allowed());
    }
    for (written, files) in crashes(&applied, &refreshed, &["state.json"]).iter().enumerate() {
        scene.put(files, "state.json");
        let again = client.apply_offline(&refresh).map_or_else(|error| error.code().to_owned(), |_| "done".to_owned());
        assert_eq!(again, if written == 1 { "token_superseded" } else { "done" });
    }
    let refresh = desk.refresh();
    let error = scene.unwritable("state.json", || client.apply_offline(&refresh)).unwrap_err();
    assert_eq!(error.code(), "state_unavailable");
    client.apply_offline(&refresh).unwrap();
}

fn off_3_a_disk_that_fails_makes_no_request_that_is_not_remembered<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.offline();
    for file in ["keys.json", "state.json"] {
        std::fs::create_dir_all(scene.folder.path()).unwrap();
        let error = scene.unwritable(file, || client.offline_request(&request())).unwrap_err();
        assert_eq!(error.code(), "state_unavailable");
        assert_eq!(client.status().unwrap().requests, 0);
    }
    let request = client.offline_request(&request()).unwrap();
    let response = desk.respond(&request);
    let error = scene.unwritable("state.json", || client.apply_offline(&response)).unwrap_err();
    assert_eq!(error.code(), "state_unavailable");
    assert_eq!(client.status().unwrap().requests, 1);
    client.apply_offline(&response).unwrap();
}

fn off_3_requests_can_be_forgotten_with_their_keys<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.offline();
    client.forget_offline_requests().unwrap();
    let first = client.offline_request(&request()).unwrap();
    client.forget_offline_requests().unwrap();
    assert_eq!(client.status().unwrap().requests, 0);
    assert_eq!(client.apply_offline(&desk.respond(&first)).unwrap_err().code(), "token_wrong_recipient");
    let second = client.offline_request(&request()).unwrap();
    assert_ne!(desk.open(&second).device_keys, desk.open(&first).device_keys);
    client.apply_offline(&desk.respond(&second)).unwrap();
    // What is held keeps its keys.
    desk.wait(&scene, PERIOD);
    let third = client.offline_request(&request()).unwrap();
    client.forget_offline_requests().unwrap();
    assert_eq!(client.apply_offline(&desk.respond(&third)).unwrap_err().code(), "token_superseded");
    client.apply_offline(&desk.refresh()).unwrap();
}
