//! The state on disk: written as a whole, private, locked, and never silently begun anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs::{self, File};
use std::time::Duration;

use chancery_client::{Options, Standing, StateStore};
use common::faces::{Async, Blocking, Face};
use common::world::Fault;
use common::{Scene, request};

both_faces!(
    off_12_a_damaged_state_is_an_error_and_activating_replaces_it,
    off_12_a_state_in_use_is_waited_for_but_not_for_ever
);

fn off_12_a_damaged_state_is_an_error_and_activating_replaces_it<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let file = scene.folder.path().join("state.json");
    let good = scene.text();
    let damages = [
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        good.get(..good.len() / 2).unwrap().to_owned(),
        good.replace("host-1", "host-2"),
        good.replace("nonce-1-0", "nonce-1-1"),
        good.replace("\"version\": 1", "\"version\": 0"),
        good.replace("\"version\": 1", "\"version\": \"x\""),
    ];
    for damage in damages {
        fs::write(&file, &damage).unwrap();
        for error in [client.check().unwrap_err(), client.refresh().unwrap_err(), client.deactivate().unwrap_err()] {
            assert_eq!(error.code(), "state_damaged", "{damage}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), damage, "nothing begins anew by itself");
        assert!(scene.server.seen().is_empty());
        client.activate(&request()).unwrap();
        assert!(client.check().unwrap().allowed());
        assert_eq!(fs::read_to_string(scene.folder.path().join("state.json.damaged")).unwrap(), damage);
        scene.server.seen();
    }
    fs::write(&file, [0xff, 0xfe]).unwrap();
    assert_eq!(client.check().unwrap_err().code(), "state_damaged");
}

fn off_12_a_state_in_use_is_waited_for_but_not_for_ever<F: Face>() {
    let scene = Scene::new();
    let client: F = scene.activated();
    let lock = File::open(scene.folder.path().join("state.lock")).unwrap();
    lock.lock().unwrap();
    let error = client.refresh().unwrap_err();
    assert_eq!(error.code(), "state_locked");
    let waited: Duration = scene.waits.0.lock().unwrap().iter().sum();
    assert!(waited > Duration::from_secs(59) && waited <= Duration::from_secs(60), "{waited:?}");
    assert!(client.check().unwrap().allowed(), "a check needs no lock");
    assert!(scene.server.seen().is_empty());
    lock.unlock().unwrap();
    client.refresh().unwrap();
}

#[test]
fn a_state_of_a_newer_version_is_left_alone() {
    let scene = Scene::new();
    let client: Blocking = scene.activated();
    let newer = r#"{"version": 2, "somethingElse": true}"#;
    fs::write(scene.folder.path().join("state.json"), newer).unwrap();
    assert_eq!(client.check().unwrap_err().code(), "state_newer_than_program");
    assert_eq!(client.activate(&request()).unwrap_err().code(), "state_newer_than_program");
    assert_eq!(scene.text(), newer);
}

#[test]
fn what_a_crash_left_half_written_does_not_matter() {
    let scene = Scene::new();
    let client: Blocking = scene.activated();
    fs::write(scene.folder.path().join("state.json.new"), "{\"versi").unwrap();
    assert!(client.check().unwrap().allowed());
    client.refresh().unwrap();
    assert!(client.check().unwrap().allowed());
    assert!(!scene.folder.path().join("state.json.new").exists());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_state() {
    use std::os::unix::fs::PermissionsExt;
    let mut scene = Scene::new();
    let outer = scene.folder.path().to_owned();
    scene.options.patience = Duration::ZERO;
    let state = StateStore::from(outer.join("a/b"));
    let client = Blocking::open(&scene.server.url, scene.product.clone(), state, scene.options.clone());
    client.activate(&request()).unwrap();
    let mode = |path: &str| fs::metadata(outer.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("a/b"), mode("a/b/state.json"), mode("a/b/state.lock")), (0o700, 0o600, 0o600));
    assert_eq!(mode("a/b/keys.json"), 0o600);
}

#[test]
fn a_folder_that_cannot_be_used_is_an_error_before_anything_is_sent() {
    let scene = Scene::new();
    let file = scene.folder.path().join("file");
    fs::write(&file, "").unwrap();
    let state = StateStore::from(file.join("state"));
    let client = Blocking::open(&scene.server.url, scene.product.clone(), state, scene.options.clone());
    assert_eq!(client.activate(&request()).unwrap_err().code(), "state_unavailable");
    assert!(scene.server.seen().is_empty());
}

#[test]
fn a_state_in_memory_is_shared_by_its_clones() {
    let scene = Scene::new();
    let state = StateStore::in_memory();
    let open =
        |options: &Options| Async::open(&scene.server.url, scene.product.clone(), state.clone(), options.clone());
    open(&scene.options).activate(&request()).unwrap();
    scene.server.script([Fault::LoseReply]);
    let impatient = Options { patience: Duration::ZERO, ..scene.options.clone() };
    open(&impatient).spend("renders", 1).unwrap_err();
    open(&scene.options).spend("renders", 1).unwrap();
    assert_eq!(scene.server.world().spent, 1);
    open(&scene.options).deactivate().unwrap();
    assert_eq!(open(&scene.options).check().unwrap(), Standing::NotActivated);
}
