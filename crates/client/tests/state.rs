//! The state on disk: written as a whole, private, locked, and never silently begun anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::Duration;

use chancery_client::{Options, Standing, StateStore};
use common::faces::{Async, Blocking, Face};
use common::vendor::Vendor;
use common::world::Fault;
use common::{Scene, request};

both_faces!(
    off_12_a_damaged_state_is_an_error_and_activating_replaces_it,
    off_12_a_state_in_use_is_waited_for_but_not_for_ever,
    off_12_files_that_are_swapped_or_of_another_state_are_refused,
    off_12_every_file_of_a_newer_version_is_left_alone,
);

const FILES: [&str; 5] = ["state.json", "keys.json", "revocations.json", "clock.json", "machine.json"];

/// An activated client whose folder has every file there is.
fn full<F: Face>(scene: &Scene) -> F {
    scene.server.world().revocations = Some(Vendor::new(1, false).revocations(2, &[]));
    let client = scene.activated();
    assert!(FILES.iter().all(|file| path(scene, file).exists()));
    client
}

fn path(scene: &Scene, file: &str) -> PathBuf {
    scene.folder.path().join(file)
}

fn off_12_a_damaged_state_is_an_error_and_activating_replaces_it<F: Face>() {
    for file in FILES {
        let scene = Scene::new();
        let client: F = full(&scene);
        let good = fs::read_to_string(path(&scene, file)).unwrap();
        let damages = [
            String::new(),
            "{}".to_owned(),
            "[]".to_owned(),
            good.get(..good.len() / 2).unwrap().to_owned(),
            format!("{good} "),
            format!("{good}{good}"),
            good.replace("\"version\":1", "\"version\":0"),
            good.replace("\"version\":1", "\"version\":\"x\""),
            " ".repeat(2 << 20),
            "[".repeat(200_000),
        ];
        for (times, damage) in damages.into_iter().enumerate() {
            assert_ne!(damage, good);
            fs::write(path(&scene, file), &damage).unwrap();
            for error in [client.check().unwrap_err(), client.refresh().unwrap_err()] {
                assert_eq!(error.code(), "state_damaged", "{file}");
                assert!(error.to_string().contains(file), "{error}");
            }
            assert_eq!(fs::read_to_string(path(&scene, file)).unwrap(), damage, "nothing begins anew by itself");
            // The seat is bound to the key that is lost, until the vendor frees it.
            scene.server.world().device = None;
            client.activate(&request()).unwrap();
            assert!(client.check().unwrap().allowed());
            // Nothing that was set aside before is lost, up to nine times.
            let aside = if times == 0 { String::new() } else { format!("-{}", (times + 1).min(9)) };
            assert_eq!(fs::read_to_string(path(&scene, &format!("{file}.damaged{aside}"))).unwrap(), damage);
        }
    }
    let scene = Scene::new();
    let client: F = full(&scene);
    fs::write(path(&scene, "state.json"), [0xff, 0xfe]).unwrap();
    assert_eq!(client.check().unwrap_err().code(), "state_damaged");
    assert_eq!(client.deactivate().unwrap_err().code(), "state_damaged");
}

#[test]
fn off_12_every_altered_byte_of_every_file_is_damage() {
    let scene = Scene::new();
    let client: Blocking = full(&scene);
    for file in FILES {
        let good = fs::read(path(&scene, file)).unwrap();
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 7);
            fs::write(path(&scene, file), &bytes).unwrap();
            let code = client.check().map(|standing| format!("{standing:?}")).unwrap_err().code().to_owned();
            // A higher version is a newer program's, as far as this one can tell.
            let newer = code == "state_newer_than_program" && good[..at].ends_with(b"\"version\":");
            assert!(code == "state_damaged" || newer, "{file}, byte {at}: {code}");
        }
        fs::write(path(&scene, file), &good).unwrap();
        assert!(client.check().unwrap().allowed());
    }
}

fn off_12_files_that_are_swapped_or_of_another_state_are_refused<F: Face>() {
    let (scene, other) = (Scene::new(), Scene::new());
    let client: F = full(&scene);
    full::<F>(&other);
    let good = |file: &str| fs::read(path(&scene, file)).unwrap();
    let files = FILES.map(good);
    for (file, mine) in FILES.iter().zip(&files) {
        for (taken, theirs) in FILES.iter().zip(&files).filter(|(taken, _)| *taken != file) {
            fs::write(path(&scene, file), theirs).unwrap();
            assert_eq!(client.check().unwrap_err().code(), "state_damaged", "{taken} as {file}");
        }
        fs::copy(path(&other, file), path(&scene, file)).unwrap();
        assert_eq!(client.check().unwrap_err().code(), "state_damaged", "{file} of another state");
        fs::remove_file(path(&scene, file)).unwrap();
        match (*file, client.check()) {
            ("state.json", standing) => assert_eq!(standing.unwrap(), Standing::NotActivated),
            ("keys.json", error) => assert_eq!(error.unwrap_err().code(), "token_wrong_recipient"),
            ("machine.json", error) => {
                let error = error.unwrap_err();
                assert_eq!(error.code(), "state_damaged");
                assert!(error.to_string().contains("machine.json is missing"), "{error}");
            }
            (_, standing) => assert!(standing.unwrap().allowed()),
        }
        fs::write(path(&scene, file), mine).unwrap();
        assert!(client.check().unwrap().allowed());
    }
}

fn off_12_every_file_of_a_newer_version_is_left_alone<F: Face>() {
    for file in FILES {
        let scene = Scene::new();
        let client: F = full(&scene);
        let newer = r#"{"version": 2, "somethingElse": true}"#;
        fs::write(path(&scene, file), newer).unwrap();
        assert_eq!(client.check().unwrap_err().code(), "state_newer_than_program", "{file}");
        assert_eq!(client.activate(&request()).unwrap_err().code(), "state_newer_than_program", "{file}");
        assert_eq!(fs::read_to_string(path(&scene, file)).unwrap(), newer);
    }
}

#[test]
fn off_12_what_a_crash_left_of_setting_aside_is_gone_on_with() {
    for gone in [&["machine.json"][..], &["state.json", "machine.json"], &["state.json", "keys.json", "machine.json"]] {
        let scene = Scene::new();
        let client: Blocking = full(&scene);
        for file in gone {
            fs::remove_file(path(&scene, file)).unwrap();
        }
        assert!(client.refresh().is_err());
        scene.server.world().device = None;
        client.activate(&request()).unwrap();
        client.refresh().unwrap();
        assert!(scene.client::<Blocking>().check().unwrap().allowed());
        for file in FILES.iter().filter(|file| !gone.contains(file)) {
            assert!(path(&scene, &format!("{file}.damaged")).exists(), "{file}");
        }
    }
}

#[test]
fn off_12_nothing_of_the_state_can_be_read() {
    let scene = Scene::new();
    full::<Blocking>(&scene);
    for file in FILES {
        let text = fs::read_to_string(path(&scene, file)).unwrap();
        for secret in ["host-1", "token-1", "nonce-1", "eyJ", "seat", "accessToken"] {
            assert!(!text.contains(secret) || (file, secret) == ("machine.json", "seat"), "{file}: {secret}");
        }
    }
}

#[test]
fn off_12_processes_that_share_a_folder_never_see_a_state_that_is_not_whole() {
    let scene = Scene::new();
    full::<Blocking>(&scene);
    std::thread::scope(|threads| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                threads.spawn(|| {
                    let client: Blocking = scene.client();
                    (0..200).for_each(|_| assert!(client.check().unwrap().allowed()));
                })
            })
            .collect();
        let writers: Vec<_> = (0..2)
            .map(|_| {
                threads.spawn(|| {
                    let client: Blocking = scene.client();
                    // The tests' clients do not really wait for each other.
                    let spends = || match client.spend("renders", 1) {
                        Err(error) if error.code() == "state_locked" => false,
                        done => done.is_ok(),
                    };
                    (0..20).for_each(|_| while !spends() {});
                })
            })
            .collect();
        readers.into_iter().chain(writers).for_each(|thread| thread.join().unwrap());
    });
    assert_eq!(scene.server.world().spent, 40);
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
    assert_eq!((mode("a/b/keys.json"), mode("a/b/machine.json"), mode("a/b/clock.json")), (0o600, 0o600, 0o600));
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
