//! Online, then offline, then online again; and what is found damaged on the way (OFF-3, OFF-8, OFF-12).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use chancery_client::{Machine, Mode};
use common::desk::{Desk, activated_offline};
use common::faces::Face;
use common::vendor::DAY;
use common::world::Fault;
use common::{Scene, request};

both_faces!(
    off_3_online_then_offline_then_online_again,
    off_8_offline_then_online_then_offline_again,
    off_3_an_online_activation_ends_the_waiting_for_a_response,
    off_12_a_damaged_state_is_an_error_until_a_request_replaces_it,
    off_12_a_request_never_resets_a_state_of_a_newer_program,
    off_12_a_state_that_was_copied_to_another_machine_is_refused_there,
    off_12_requests_of_many_threads_are_all_remembered,
    off_12_whoever_looks_while_it_is_given_up_sees_one_or_the_other,
);

fn off_3_online_then_offline_then_online_again<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.activated();
    scene.server.script([Fault::LoseReply]);
    scene.impatient::<F>().spend("renders", 1).unwrap_err();
    let bound = scene.server.world().device.clone().unwrap();
    let error = client.offline_request(&request()).unwrap_err();
    assert_eq!((error.code(), error.to_problem().facts["mode"].as_str()), ("already_activated", Some("online")));
    assert_eq!(client.deactivate_offline().unwrap_err().to_problem().facts["instead"], "deactivate");

    // The lease ends where there is no connection any more.
    desk.wait(&scene, 7 * DAY);
    let token = client.offline_request(&request()).unwrap();
    assert_eq!(desk.open(&token).kid(), bound, "it is the same device");
    assert_eq!(client.status().unwrap().mode, Some(Mode::Online));
    client.apply_offline(&desk.respond(&token)).unwrap();
    let status = client.status().unwrap();
    assert_eq!((status.mode, status.unsettled), (Some(Mode::Offline), None));
    assert_eq!(client.spend("renders", 1).unwrap_err().code(), "feature_needs_connection");

    // The connection is back: the seat id gets its seat back, by the same key.
    client.activate(&request()).unwrap();
    assert_eq!(scene.server.world().device.clone().unwrap(), bound);
    assert_eq!(client.status().unwrap().mode, Some(Mode::Online));
    client.spend("renders", 1).unwrap();
    client.refresh().unwrap();
    let error = client.apply_offline(&desk.refresh()).unwrap_err();
    assert_eq!((error.code(), error.to_problem().facts["instead"].as_str()), ("wrong_mode", Some("refresh")));
    client.deactivate().unwrap();
    assert_eq!(client.status().unwrap().mode, None);
    assert_eq!(client.offline_deactivation().unwrap(), None);
    let next = client.offline_request(&request()).unwrap();
    assert_ne!(desk.open(&next).kid(), bound);
}

fn off_8_offline_then_online_then_offline_again<F: Face>() {
    let scene = Scene::new();
    let (offline, mut desk): (F, _) = activated_offline(&scene);
    let first = desk.device.clone().unwrap().jkt;
    let token = offline.deactivate_offline().unwrap();
    let client: F = scene.client();
    // A refusal takes nothing away.
    scene.server.script([common::world::page(200)]);
    client.activate(&request()).unwrap_err();
    assert_eq!(client.offline_deactivation().unwrap(), Some(token));
    client.activate(&request()).unwrap();
    assert_eq!(client.offline_deactivation().unwrap(), None);
    assert_ne!(scene.server.world().device.clone().unwrap(), first);
    client.spend("renders", 1).unwrap();
    client.deactivate().unwrap();
    let request = offline.offline_request(&request()).unwrap();
    offline.apply_offline(&desk.respond(&request)).unwrap();
    assert_eq!(client.status().unwrap().mode, Some(Mode::Offline));
}

fn off_3_an_online_activation_ends_the_waiting_for_a_response<F: Face>() {
    let (scene, mut desk) = (Scene::new(), Desk::new());
    let client: F = scene.client();
    let asked = client.offline_request(&request()).unwrap();
    client.activate(&request()).unwrap();
    assert_eq!(scene.server.world().device.as_deref(), Some(desk.open(&asked).kid()), "one device, one key");
    assert_eq!(client.status().unwrap().requests, 0);
    assert_eq!(client.apply_offline(&desk.respond(&asked)).unwrap_err().code(), "token_superseded");
    client.spend("renders", 1).unwrap();
}

fn off_12_a_damaged_state_is_an_error_until_a_request_replaces_it<F: Face>() {
    for file in ["state.json", "keys.json"] {
        let scene = Scene::new();
        let (client, mut desk): (F, _) = activated_offline(&scene);
        let (path, refresh) = (scene.folder.path().join(file), desk.refresh());
        let good = fs::read(&path).unwrap();
        let damages = [Vec::new(), good[..good.len() / 2].to_vec(), b"{}".to_vec(), vec![0xff; 9]];
        for damage in damages {
            fs::write(&path, &damage).unwrap();
            let errors = [client.apply_offline(&refresh).unwrap_err(), client.deactivate_offline().unwrap_err()];
            assert!(errors.iter().all(|error| error.code() == "state_damaged"), "{errors:?}");
            assert_eq!(fs::read(&path).unwrap(), damage, "nothing begins anew by itself");
            fs::write(&path, &good).unwrap();
            assert!(client.check().unwrap().allowed());
        }
        fs::write(&path, "damaged").unwrap();
        let request = client.offline_request(&request()).unwrap();
        assert!(fs::read(scene.folder.path().join(format!("{file}.damaged"))).is_ok_and(|kept| kept == b"damaged"));
        client.apply_offline(&desk.respond(&request)).unwrap();
        assert!(scene.offline::<F>().check().unwrap().allowed());
    }
}

fn off_12_a_request_never_resets_a_state_of_a_newer_program<F: Face>() {
    let scene = Scene::new();
    let (client, mut desk): (F, _) = activated_offline(&scene);
    let newer = br#"{"version": 7, "somethingElse": true}"#;
    fs::write(scene.folder.path().join("state.json"), newer).unwrap();
    let errors = [
        client.offline_request(&request()).unwrap_err(),
        client.apply_offline(&desk.refresh()).unwrap_err(),
        client.deactivate_offline().unwrap_err(),
        client.offline_deactivation().unwrap_err(),
        client.forget_offline_requests().unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.code() == "state_newer_than_program"), "{errors:?}");
    assert_eq!(scene.files()["state.json"], newer);
}

fn machine(folder: &Path, id: &str) -> Machine {
    fs::create_dir_all(folder.join("etc")).unwrap();
    fs::write(folder.join("etc/machine-id"), id).unwrap();
    Machine::at(folder)
}

fn off_12_a_state_that_was_copied_to_another_machine_is_refused_there<F: Face>() {
    let places = tempfile::tempdir().unwrap();
    let (mut here, mut there) = (Scene::new(), Scene::new());
    here.options.machine = machine(&places.path().join("here"), "3d1219c7c4c5404aaa1f6d2a48adfda4");
    there.options.machine = machine(&places.path().join("there"), "9b7f3e0c1d2a48adfda43d1219c7c4c5");
    let (client, mut desk): (F, _) = activated_offline(&here);
    let refresh = desk.refresh();
    let files = here.files();
    files.keys().for_each(|name| there.put(&files, name));
    let copy: F = there.offline();
    let errors = [
        copy.check().unwrap_err(),
        copy.apply_offline(&refresh).unwrap_err(),
        copy.deactivate_offline().unwrap_err(),
        copy.offline_deactivation().unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.code() == "state_from_another_machine"), "{errors:?}");
    assert_eq!(there.files(), files, "nothing was destroyed");
    // Activating there begins anew, with keys of its own; what was brought from here is kept beside.
    let request = copy.offline_request(&request()).unwrap();
    assert_ne!(desk.open(&request).kid(), desk.device.as_ref().unwrap().jkt);
    assert_eq!(copy.apply_offline(&refresh).unwrap_err().code(), "token_wrong_recipient");
    copy.apply_offline(&Desk::new().respond(&request)).unwrap();
    client.apply_offline(&refresh).unwrap();
}

fn off_12_requests_of_many_threads_are_all_remembered<F: Face>() {
    let mut scene = Scene::new();
    scene.options.lock_patience = Duration::MAX;
    let make = || scene.offline::<F>().offline_request(&request()).unwrap();
    let requests: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let client: F = scene.offline();
    assert_eq!(client.status().unwrap().requests, 8);
    let mut desk = Desk::new();
    let keys: Vec<_> = requests.iter().map(|request| desk.open(request).device_keys.clone()).collect();
    assert!(keys.iter().all(|of| *of == keys[0]), "one cycle, one pair of keys");
    client.apply_offline(&desk.respond(&requests[5])).unwrap();
}

fn off_12_whoever_looks_while_it_is_given_up_sees_one_or_the_other<F: Face>() {
    let mut scene = Scene::new();
    scene.options.lock_patience = Duration::MAX;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let looks = scope.spawn(|| {
            let (client, mut seen): (F, _) = (scene.offline(), (0, 0));
            while !over.load(Ordering::SeqCst) {
                match client.check().unwrap().allowed() {
                    true => seen.0 += 1,
                    false => seen.1 += 1,
                }
            }
            seen
        });
        let (client, mut desk): (F, _) = (scene.offline(), Desk::new());
        for _ in 0..20 {
            let request = client.offline_request(&request()).unwrap();
            client.apply_offline(&desk.respond(&request)).unwrap();
            let (refresh, scene) = (desk.refresh(), &scene);
            // A refresh that comes at the same time is applied before, or refused.
            let applies = scope
                .spawn(move || scene.offline::<F>().apply_offline(&refresh).map_err(|error| error.code().to_owned()));
            let token = client.deactivate_offline().unwrap();
            let seq = desk.open_deactivation(&token).seq;
            match applies.join().unwrap() {
                Ok(_) => assert_eq!(seq, desk.seq),
                Err(code) => assert_eq!((code.as_str(), seq), ("token_wrong_recipient", desk.seq - 1)),
            }
        }
        over.store(true, Ordering::SeqCst);
        assert_ne!(looks.join().unwrap(), (0, 0));
    });
}
